"""Tensors of torch as objects of the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analyzer.frameworks.torch.natives.names import CPU
from analyzer.frameworks.torch.operations.attributes import TENSOR_ATTRIBUTES, TENSOR_METHODS
from analyzer.frameworks.torch.operations.targets import method
from analyzer.graph import Dtype
from analyzer.library.context import NativeContext
from analyzer.library.framework import TensorInterface
from analyzer.values import Tensor, Value


def _same(machine: NativeContext, tensor: Tensor, *args: Value, **kwargs: Value) -> Value:
    return tensor


def _type(machine: NativeContext, tensor: Tensor, *args: Value, **kwargs: Value) -> Value:
    if args or kwargs:
        return machine.emit(method("type"), (tensor, *args), kwargs)
    return f"torch.{_TYPE_NAMES.get(tensor.dtype, 'FloatTensor')}"


_TYPE_NAMES = {
    Dtype.FLOAT16: "HalfTensor",
    Dtype.BFLOAT16: "BFloat16Tensor",
    Dtype.FLOAT64: "DoubleTensor",
    Dtype.INT64: "LongTensor",
    Dtype.INT32: "IntTensor",
    Dtype.BOOL: "BoolTensor",
}
_METHODS: Mapping[str, Callable[..., Value]] = {
    **dict.fromkeys(("numpy", "register_hook", "retain_grad", "share_memory_", "pin_memory", "storage"), _same),
    "__hash__": lambda machine, tensor: machine.identity(tensor),
    "type": _type,
}


def _text(dtype: Dtype) -> str:
    return f"torch.{dtype.value}"


TENSOR = TensorInterface(
    attributes=TENSOR_ATTRIBUTES,
    methods=TENSOR_METHODS,
    natives=_METHODS,
    operations=frozenset({"T", "mT", "H", "mH", "real", "imag"}),
    constants={"device": CPU},
    target=method,
    text=_text,
)
