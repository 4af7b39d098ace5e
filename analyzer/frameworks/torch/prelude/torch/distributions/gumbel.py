import torch
from torch.distributions.distribution import Distribution, as_tensors


class Gumbel(Distribution):
    def __init__(self, loc, scale, validate_args=None):
        self.loc, self.scale = as_tensors(loc, scale)
        super().__init__(self.loc.size())

    def rsample(self, sample_shape=()):
        draw = torch.rand(self._extended_shape(sample_shape), dtype=self.loc.dtype, device=self.loc.device)
        return self.loc - self.scale * torch.log(-torch.log(draw))
