"""Tensors and modules as objects of the program: attributes, methods, the call of a module."""

from __future__ import annotations

from typing import Any

import numpy as np

from analyzer.graph import Dtype
from analyzer.interpret.interface import Interpreter
from analyzer.library.natives import arrays
from analyzer.library.natives.dataclass import FieldSpec
from analyzer.library.natives.torch import CPU
from analyzer.library.torch_ops import RULES, TENSOR_ATTRIBUTES, TENSOR_METHODS
from analyzer.values import MISSING, Device, Native, Tensor, Value

OPERATION_ATTRIBUTES = frozenset({"T", "mT", "H", "mH", "real", "imag"})
ITEM_BITS = {"bool": 8, "float64": 64, "int64": 64, "float32": 32, "int32": 32, "complex64": 64, "complex128": 128}


def attribute(machine: Interpreter, tensor: Tensor, name: str) -> Value:
    """``tensor.name``: sizes and types, methods, operations, what the program set itself."""
    match name:
        case "shape":
            return tensor.shape
        case "dtype":
            return tensor.dtype
        case "device":
            return CPU
        case "data":
            return tensor
        case "__class__":
            return machine.type_of(tensor)
    if name in tensor.attributes:
        return tensor.attributes[name]
    if name in TENSOR_ATTRIBUTES:
        return TENSOR_ATTRIBUTES[name](tensor)
    if name in OPERATION_ATTRIBUTES:
        return machine.emit(f"Tensor.{name}", (tensor,))
    if name in TENSOR_METHODS:
        method = TENSOR_METHODS[name]
        return Native(f"Tensor.{name}", lambda _, *args, **kwargs: method(tensor, *args, **kwargs))
    target = f"Tensor.{name}"
    if name in _OBJECT_METHODS:
        return Native(target, lambda _, *args, **kwargs: _OBJECT_METHODS[name](machine, tensor, *args, **kwargs))
    if target in RULES:
        return Native(target, lambda _, *args, **kwargs: machine.emit(target, (tensor, *args), kwargs))
    if name.startswith("_"):
        return MISSING
    return Native(target, lambda _, *args, **kwargs: machine.emit(target, (tensor, *args), kwargs))


def is_attribute(tensor: Tensor, name: str) -> bool:
    """Whether tensors have such an attribute or method."""
    return (
        name in ("device", "data", "__class__")
        or name in tensor.attributes
        or name in TENSOR_ATTRIBUTES
        or name in TENSOR_METHODS
        or name in _OBJECT_METHODS
        or f"Tensor.{name}" in RULES
    )


def _same(machine: Interpreter, tensor: Tensor, *args: Value, **kwargs: Value) -> Value:
    return tensor


def _type(machine: Interpreter, tensor: Tensor, *args: Value, **kwargs: Value) -> Value:
    if args or kwargs:
        return machine.emit("Tensor.type", (tensor, *args), kwargs)
    return f"torch.{_TYPE_NAMES.get(tensor.dtype, 'FloatTensor')}"


_TYPE_NAMES = {
    Dtype.FLOAT16: "HalfTensor",
    Dtype.BFLOAT16: "BFloat16Tensor",
    Dtype.FLOAT64: "DoubleTensor",
    Dtype.INT64: "LongTensor",
    Dtype.INT32: "IntTensor",
    Dtype.BOOL: "BoolTensor",
}
_OBJECT_METHODS: dict[str, Any] = {
    **dict.fromkeys(("numpy", "register_hook", "retain_grad", "share_memory_", "pin_memory", "storage"), _same),
    "__hash__": lambda machine, tensor: machine.identity(tensor),
    "type": _type,
}


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
