from contextlib import contextmanager

import torch
from torch._native import Parameter
from torch.nn.modules.container import ModuleDict, ModuleList

_cache_enabled = 0
_cache = {}


@contextmanager
def cached():
    yield


class ParametrizationList(ModuleList):
    """The functions that make one tensor of a module from the tensors it keeps."""

    def __init__(self, modules, original, unsafe=False):
        super().__init__(modules)
        self.unsafe = unsafe
        kept = original
        for module in reversed(list(self)):
            if hasattr(module, "right_inverse"):
                kept = module.right_inverse(kept)
        self.is_tensor = isinstance(kept, torch.Tensor)
        if self.is_tensor:
            self.ntensors = 1
            self._keep("original", original, kept)
        else:
            self.ntensors = len(kept)
            for index, tensor in enumerate(kept):
                self._keep(f"original{index}", original, tensor)

    def _keep(self, name, original, tensor):
        if isinstance(original, Parameter):
            setattr(self, name, tensor if isinstance(tensor, Parameter) else Parameter(tensor))
        else:
            self.register_buffer(name, tensor)

    def forward(self):
        if self.is_tensor:
            value = self[0](self.original)
        else:
            value = self[0](*[getattr(self, f"original{index}") for index in range(self.ntensors)])
        for index in range(1, len(self)):
            value = self[index](value)
        return value

    def right_inverse(self, value):
        pass


def _reader(name):
    return property(lambda module: module.parametrizations[name]())


def _parametrized(module):
    """Gives the module a class of its own, to hold the computed attributes."""
    base = type(module)
    module.__class__ = type(f"Parametrized{base.__name__}", (base,), {"parametrized_base": base})


def register_parametrization(module, tensor_name, parametrization, *, unsafe=False):
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        module.parametrizations[tensor_name].append(parametrization)
        return module
    original = getattr(module, tensor_name)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        _parametrized(module)
        module.parametrizations = ModuleDict()
    setattr(type(module), tensor_name, _reader(tensor_name))
    module.parametrizations[tensor_name] = ParametrizationList([parametrization], original, unsafe=unsafe)
    return module


def is_parametrized(module, tensor_name=None):
    parametrizations = getattr(module, "parametrizations", None)
    if parametrizations is None or not isinstance(parametrizations, ModuleDict):
        return False
    return len(parametrizations) > 0 if tensor_name is None else tensor_name in parametrizations


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"{tensor_name} is not parametrized")
    kept = module.parametrizations[tensor_name]
    value = getattr(module, tensor_name) if leave_parametrized or not kept.is_tensor else kept.original
    was_parameter = any(True for _ in kept.parameters(recurse=False))
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if was_parameter:
        module.register_parameter(tensor_name, value if isinstance(value, Parameter) else Parameter(value))
    else:
        module.register_buffer(tensor_name, value)
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type(module).parametrized_base
    return module


def type_before_parametrizations(module):
    return type(module).parametrized_base if is_parametrized(module) else type(module)
