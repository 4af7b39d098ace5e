from torch.distributions.distribution import Distribution


class TransformedDistribution(Distribution):
    def __init__(self, base_distribution, transforms, validate_args=None):
        self.base_dist = base_distribution
        self.transforms = transforms if isinstance(transforms, list) else [transforms]
        super().__init__(base_distribution.batch_shape, base_distribution.event_shape)

    def rsample(self, sample_shape=()):
        x = self.base_dist.rsample(sample_shape)
        for transform in self.transforms:
            x = transform(x)
        return x

    def log_prob(self, value):
        result, y = 0.0, value
        for transform in reversed(self.transforms):
            x = transform.inv(y)
            result = result - transform.log_abs_det_jacobian(x, y)
            y = x
        return result + self.base_dist.log_prob(y)
