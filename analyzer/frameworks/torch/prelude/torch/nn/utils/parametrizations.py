import torch
import torch.nn.functional as F
from torch._native import Module
from torch.nn.utils import parametrize


class _WeightNorm(Module):
    def __init__(self, dim=0):
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g, weight_v):
        return torch._weight_norm(weight_v, weight_g, self.dim)

    def right_inverse(self, weight):
        shape = [1] * weight.dim()
        if self.dim == -1:
            shape = []
        else:
            shape[self.dim] = weight.shape[self.dim]
        return torch.empty(shape, dtype=weight.dtype, device=weight.device), weight


def weight_norm(module, name="weight", dim=0):
    parametrize.register_parametrization(module, name, _WeightNorm(dim), unsafe=True)
    return module


class _SpectralNorm(Module):
    def __init__(self, weight, n_power_iterations=1, dim=0, eps=1e-12):
        super().__init__()
        if not -weight.dim() <= dim < weight.dim():
            raise IndexError(f"dimension {dim} is out of range")
        self.dim = dim if dim >= 0 else dim + weight.dim()
        self.eps = eps
        if weight.dim() > 1:
            self.n_power_iterations = n_power_iterations
            rows, columns = self._matrix(weight).shape
            self.register_buffer("_u", torch.empty(rows, dtype=weight.dtype, device=weight.device))
            self.register_buffer("_v", torch.empty(columns, dtype=weight.dtype, device=weight.device))

    def _matrix(self, weight):
        if self.dim != 0:
            others = [axis for axis in range(weight.dim()) if axis != self.dim]
            weight = weight.permute(self.dim, *others)
        return weight.flatten(1)

    def forward(self, weight):
        if weight.dim() == 1:
            return F.normalize(weight, dim=0, eps=self.eps)
        matrix = self._matrix(weight)
        if self.training:
            for _ in range(self.n_power_iterations):
                self._u = F.normalize(torch.mv(matrix, self._v), dim=0, eps=self.eps)
                self._v = F.normalize(torch.mv(matrix.t(), self._u), dim=0, eps=self.eps)
        sigma = torch.dot(self._u.clone(), torch.mv(matrix, self._v.clone()))
        return weight / sigma

    def right_inverse(self, value):
        return value


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    weight = getattr(module, name)
    if dim is None:
        transposed = ("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d")
        dim = 1 if any(base.__name__ in transposed for base in type(module).__mro__) else 0
    parametrize.register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))
    return module


class _Orthogonal(Module):
    """The matrix exponential of a skew-symmetric matrix, times a fixed orthogonal base."""

    def __init__(self, weight, orthogonal_map, use_trivialization=True):
        super().__init__()
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        if use_trivialization:
            self.register_buffer("base", torch.empty(weight.shape, dtype=weight.dtype, device=weight.device))
        else:
            self.base = None

    def forward(self, X):
        rows, columns = X.size(-2), X.size(-1)
        X = X.mT if rows < columns else X
        lower = X.tril()
        size, width = max(rows, columns), min(rows, columns)
        if size != width:
            lower = torch.cat([lower, lower.new_zeros(size, size - width)], dim=-1)
        skew = lower - lower.mT
        if self.orthogonal_map == "cayley":
            identity = torch.eye(size, dtype=skew.dtype, device=skew.device)
            Q = torch.linalg.solve(torch.add(identity, skew, alpha=-0.5), torch.add(identity, skew, alpha=0.5))
        else:
            Q = torch.linalg.matrix_exp(skew)
        Q = Q[..., :width]
        if self.base is not None:
            Q = self.base @ Q if rows == columns else Q
        return Q.mT if rows < columns else Q

    def right_inverse(self, value):
        return value


def orthogonal(module, name="weight", orthogonal_map=None, *, use_trivialization=True):
    weight = getattr(module, name)
    if orthogonal_map is None:
        square = weight.shape[-2] == weight.shape[-1]
        orthogonal_map = "matrix_exp" if square or weight.is_complex() else "householder"
    parametrize.register_parametrization(module, name, _Orthogonal(weight, orthogonal_map, use_trivialization))
    return module
