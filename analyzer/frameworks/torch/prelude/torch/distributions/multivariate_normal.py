import torch
from torch.distributions.distribution import Distribution


class MultivariateNormal(Distribution):
    def __init__(self, loc, covariance_matrix=None, precision_matrix=None, scale_tril=None, validate_args=None):
        self.loc = loc
        if scale_tril is None:
            covariance = covariance_matrix if covariance_matrix is not None else torch.linalg.inv(precision_matrix)
            scale_tril = torch.linalg.cholesky(covariance)
        self.scale_tril = scale_tril
        super().__init__(loc.shape[:-1], loc.shape[-1:])

    @property
    def mean(self):
        return self.loc

    def rsample(self, sample_shape=()):
        draw = torch.randn(self._extended_shape(sample_shape), dtype=self.loc.dtype, device=self.loc.device)
        return self.loc + torch.matmul(self.scale_tril, draw.unsqueeze(-1)).squeeze(-1)
