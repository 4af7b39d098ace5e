import torch


def as_tensors(*values):
    """Numbers and tensors as tensors of one shape."""
    return torch.broadcast_tensors(
        *[value if isinstance(value, torch.Tensor) else torch.tensor(float(value)) for value in values]
    )


class Distribution:
    arg_constraints = {}
    has_rsample = False

    def __init__(self, batch_shape=(), event_shape=(), validate_args=None):
        self._batch_shape = tuple(batch_shape)
        self._event_shape = tuple(event_shape)
        if validate_args is not False:
            self._validate_arguments()

    def _validate_arguments(self):
        for name, constraint in self.arg_constraints.items():
            value = self.__dict__.get(name)
            if value is not None and not torch._is_all_true(constraint.check(value)):
                raise ValueError(f"parameter {name} is out of its range")

    @property
    def batch_shape(self):
        return torch.Size(self._batch_shape)

    @property
    def event_shape(self):
        return torch.Size(self._event_shape)

    @property
    def stddev(self):
        return self.variance.sqrt()

    def _extended_shape(self, sample_shape=()):
        return torch.Size((*sample_shape, *self._batch_shape, *self._event_shape))

    def sample(self, sample_shape=()):
        return self.rsample(sample_shape)

    def rsample(self, sample_shape=()):
        raise NotImplementedError

    def log_prob(self, value):
        raise NotImplementedError


class Independent(Distribution):
    """Counts the last batch dimensions as dimensions of the event."""

    def __init__(self, base_distribution, reinterpreted_batch_ndims, validate_args=None):
        shape = base_distribution.batch_shape + base_distribution.event_shape
        split = len(base_distribution.batch_shape) - reinterpreted_batch_ndims
        super().__init__(shape[:split], shape[split:])
        self.base_dist = base_distribution
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims

    @property
    def mean(self):
        return self.base_dist.mean

    @property
    def variance(self):
        return self.base_dist.variance

    def rsample(self, sample_shape=()):
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value):
        result = self.base_dist.log_prob(value)
        for _ in range(self.reinterpreted_batch_ndims):
            result = result.sum(-1)
        return result
