import torch
import torch.nn.functional as F
from torch._native import Parameter


class SpectralNorm:
    """Divides the weight by its largest singular value before each forward."""

    def __init__(self, name, n_power_iterations, dim, eps):
        self.name = name
        self.n_power_iterations = n_power_iterations
        self.dim = dim
        self.eps = eps

    def matrix(self, weight):
        if self.dim != 0:
            weight = weight.permute(self.dim, *[axis for axis in range(weight.dim()) if axis != self.dim])
        return weight.reshape(weight.size(0), -1)

    def compute_weight(self, module):
        weight = getattr(module, self.name + "_orig")
        u, v = getattr(module, self.name + "_u"), getattr(module, self.name + "_v")
        return weight / torch.dot(u, torch.mv(self.matrix(weight), v))

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute_weight(module))


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    norm = SpectralNorm(name, n_power_iterations, 0 if dim is None else dim, eps)
    weight = getattr(module, name)
    rows, columns = norm.matrix(weight).shape
    delattr(module, name)
    module.register_parameter(name + "_orig", weight if isinstance(weight, Parameter) else Parameter(weight))
    setattr(module, name, weight.data)
    module.register_buffer(name + "_u", F.normalize(torch.empty(rows, dtype=weight.dtype), dim=0, eps=eps))
    module.register_buffer(name + "_v", F.normalize(torch.empty(columns, dtype=weight.dtype), dim=0, eps=eps))
    module.register_forward_pre_hook(norm)
    return module
