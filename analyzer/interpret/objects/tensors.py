"""Tensors and modules as objects of the program: attributes, methods, the call of a module."""

from __future__ import annotations

import numpy as np

from analyzer.base import GapCode
from analyzer.graph import Dtype
from analyzer.interpret.interface import Interpreter
from analyzer.library.natives import arrays
from analyzer.values import MISSING, Device, FieldSpec, Native, Tensor, Value

ITEM_BITS = {"bool": 8, "float64": 64, "int64": 64, "float32": 32, "int32": 32, "complex64": 64, "complex128": 128}


def attribute(machine: Interpreter, tensor: Tensor, name: str) -> Value:
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
    if target not in machine.platform.operations.rules:
        return MISSING if name.startswith("_") else _undescribed(machine, tensor, name, target)
    return Native(target, lambda _, *args, **kwargs: machine.emit(target, (tensor, *args), kwargs))


def _undescribed(machine: Interpreter, tensor: Tensor, name: str, target: str) -> Value:
    text = f"no operation {name} of tensors is described; if there is none, a tensor was passed for another object"
    return machine.unknown(GapCode.UNKNOWN_OPERATION, target, text, (tensor,))


def is_attribute(machine: Interpreter, tensor: Tensor, name: str) -> bool:
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


def host_attribute(machine: Interpreter, value: Value, name: str) -> Value:
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
