import torch
from torch.distributions.distribution import Distribution, as_tensors


class Beta(Distribution):
    def __init__(self, concentration1, concentration0, validate_args=None):
        self.concentration1, self.concentration0 = as_tensors(concentration1, concentration0)
        super().__init__(self.concentration1.size())

    @property
    def mean(self):
        return self.concentration1 / (self.concentration1 + self.concentration0)

    def rsample(self, sample_shape=()):
        return torch.rand(self._extended_shape(sample_shape), dtype=self.concentration1.dtype)
