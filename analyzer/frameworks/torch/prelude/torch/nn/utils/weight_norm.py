import torch
from torch._native import Parameter


class WeightNorm:
    """Recomputes the weight from its length and direction before each forward."""

    def __init__(self, name, dim):
        self.name = name
        self.dim = -1 if dim is None else dim

    def compute_weight(self, module):
        length, direction = getattr(module, self.name + "_g"), getattr(module, self.name + "_v")
        return torch._weight_norm(direction, length, self.dim)

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module, name="weight", dim=0):
    norm = WeightNorm(name, dim)
    weight = getattr(module, name)
    shape = [] if norm.dim == -1 else [1] * weight.dim()
    if norm.dim != -1:
        shape[norm.dim] = weight.shape[norm.dim]
    delattr(module, name)
    module.register_parameter(name + "_g", Parameter(torch.empty(shape, dtype=weight.dtype, device=weight.device)))
    module.register_parameter(name + "_v", weight)
    setattr(module, name, norm.compute_weight(module))
    module._weight_norms = {**getattr(module, "_weight_norms", {}), name: module.register_forward_pre_hook(norm)}
    return module


def remove_weight_norm(module, name="weight"):
    norms = dict(getattr(module, "_weight_norms", {}))
    if name not in norms:
        raise ValueError(f"weight_norm of {name!r} not found in {module}")
    norms.pop(name).remove()
    module._weight_norms = norms
    weight = getattr(module, name)
    delattr(module, name)
    delattr(module, name + "_g")
    delattr(module, name + "_v")
    module.register_parameter(name, Parameter(weight))
    return module
