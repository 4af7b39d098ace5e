"""Tensors and modules as objects of the program: attributes, methods, the call of a module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analyzer.base import GapCode
from analyzer.graph import Dtype, Phase
from analyzer.interpret.frames import ProgramError
from analyzer.library.natives import arrays
from analyzer.library.natives.dataclass import FieldSpec
from analyzer.values import MISSING, Device, ModuleInstance, Native, Tensor, Value

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine

ITEM_BITS = {"bool": 8, "float64": 64, "int64": 64, "float32": 32, "int32": 32, "complex64": 64, "complex128": 128}


def attribute(machine: Machine, tensor: Tensor, name: str) -> Value:
    """``tensor.name``: sizes and types, methods, operations, what the program set itself."""
    match name:
        case "shape":
            return tensor.shape
        case "dtype":
            return tensor.dtype
        case "data":
            return tensor
        case "__class__":
            return machine.type_of(tensor)
    interface = machine.platform.tensor
    if name in interface.constants:
        return interface.constants[name]
    if name in tensor.attributes:
        return tensor.attributes[name]
    if name in interface.attributes:
        return interface.attributes[name](tensor)
    target = interface.target(name)
    if name in interface.operations:
        return machine.emit(target, (tensor,))
    if name in interface.methods:
        method = interface.methods[name]
        return Native(target, lambda _, *args, **kwargs: method(tensor, *args, **kwargs))
    if name in interface.natives:
        native = interface.natives[name]
        return Native(target, lambda _, *args, **kwargs: native(machine, tensor, *args, **kwargs))
    if name.startswith("_") and target not in machine.platform.operations.rules:
        return MISSING
    return Native(target, lambda _, *args, **kwargs: machine.emit(target, (tensor, *args), kwargs))


def is_attribute(machine: Machine, tensor: Tensor, name: str) -> bool:
    """Whether tensors have such an attribute or method."""
    interface = machine.platform.tensor
    return (
        name in ("data", "__class__")
        or name in tensor.attributes
        or interface.has(name)
        or interface.target(name) in machine.platform.operations.rules
    )


def dtype_attribute(dtype: Dtype, name: str) -> Value:
    """``dtype.name``."""
    match name:
        case "is_floating_point":
            return dtype.is_floating
        case "is_complex":
            return dtype.is_complex
        case "itemsize":
            digits = "".join(char for char in dtype.value.split("_")[0] if char.isdigit())
            return ITEM_BITS.get(dtype.value, int(digits or 8)) // 8
    return MISSING


def host_attribute(machine: Machine, value: Value, name: str) -> Value:
    """Attributes of arrays and small records that natives hand out."""
    if isinstance(value, np.ndarray):
        return arrays.attribute(value, name)
    allowed = next((names for kind, names in _RECORDS.items() if isinstance(value, kind)), ())
    return getattr(value, name) if name in allowed else MISSING


_RECORDS: dict[type, tuple[str, ...]] = {
    Device: ("type", "index"),
    FieldSpec: ("name", "default", "default_factory", "init", "kw_only", "metadata", "compare", "repr", "type"),
}
"""What the program may ask of objects of ours that stand for records of a library."""


def call_module(machine: Machine, module: ModuleInstance, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    """What ``nn.Module.__call__`` does: hooks around ``forward``, which is recorded.

    In the traced call an exception that nobody handles is a gap at this module: what depends on it is unknown, and the
    rest goes on.
    """
    recorder = machine.recorder
    custom = module.cls.find("__call__")
    if custom is not MISSING and not isinstance(custom, Native) and machine.settings.get("calling") is not module:
        machine.settings["calling"] = module
        return machine.call(custom, (module, *args), kwargs)
    machine.settings.pop("calling", None)
    # A module that is called without being part of the tree is placed by who calls it, and marked as such.
    path = recorder.paths.get(module, f"?{recorder.modules[-1]}")
    if recorder.phase is Phase.FORWARD:
        recorder.calls.append((path, module.cls.name))
    recorder.modules.append(path)
    depth = len(machine.frames)
    try:
        return _recorded(machine, module, args, kwargs)
    except ProgramError as error:
        if machine.guards or recorder.phase is not Phase.FORWARD or depth == 0:
            raise
        machine.given_up(error)
        gap = machine.make_gap(GapCode.RAISED, error.name, error.text, error.span)
        del machine.frames[depth:]
        return machine.emit_unknown(module.cls.name, (*args, *kwargs.values()), gap)
    finally:
        recorder.modules.pop()


def _recorded(machine: Machine, module: ModuleInstance, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    """Run the module, or record what an equal call did once more."""
    start = machine.replays.start(machine, module, args, kwargs)
    if start is None:
        return _with_hooks(machine, module, args, dict(kwargs))
    known = machine.replays.replay(machine, module, start)
    if known is not None:
        return known[0]
    result = _with_hooks(machine, module, args, dict(kwargs))
    machine.replays.keep(machine, module, start, result)
    return result


def _with_hooks(machine: Machine, module: ModuleInstance, args: Sequence[Value], kwargs: dict[str, Value]) -> Value:
    for hook, with_kwargs in list(module.pre_hooks.values()):
        changed = machine.call(hook, (module, tuple(args), kwargs) if with_kwargs else (module, tuple(args)))
        if with_kwargs and isinstance(changed, tuple) and len(changed) == 2:
            args, kwargs = changed
        elif changed is not None and not with_kwargs:
            args = changed if isinstance(changed, tuple) else (changed,)
    result = machine.call(machine.get_attribute(module, machine.platform.call), args, kwargs)
    for hook, with_kwargs in list(module.hooks.values()):
        given = (module, tuple(args), kwargs, result) if with_kwargs else (module, tuple(args), result)
        changed = machine.call(hook, given)
        result = result if changed is None else changed
    return result
