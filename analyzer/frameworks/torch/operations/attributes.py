"""What a tensor tells about itself without an operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analyzer.graph import Dtype
from analyzer.library.operations.broadcasting import Shape, axis
from analyzer.library.operations.dtypes import category, width
from analyzer.library.operations.symbolic import multiply
from analyzer.values import Tensor


def size(tensor: Tensor, dim: int | None = None) -> Shape | int:
    """The shape, or the size of one dimension."""
    return tensor.shape if dim is None else tensor.shape[axis(dim, len(tensor.shape))]


def numel(tensor: Tensor) -> int:
    """The number of elements."""
    return multiply(tensor.shape)


def element_size(tensor: Tensor) -> int:
    """Bytes of one element."""
    return width(tensor.dtype) // 8


def stride(tensor: Tensor, dim: int | None = None) -> Shape | int:
    """Steps between neighbours, as in a contiguous tensor."""
    steps = tuple(multiply(tensor.shape[place + 1 :]) for place in range(len(tensor.shape)))
    return steps if dim is None else steps[axis(dim, len(steps))]


def is_floating_point(tensor: Tensor) -> bool:
    """Whether elements are floating point numbers."""
    return tensor.dtype.is_floating


def is_complex(tensor: Tensor) -> bool:
    """Whether elements are complex numbers."""
    return tensor.dtype.is_complex


def is_signed(tensor: Tensor) -> bool:
    """Whether elements can be negative."""
    return category(tensor.dtype) >= 2 or tensor.dtype in (Dtype.INT8, Dtype.INT16, Dtype.INT32, Dtype.INT64)


def is_same_size(tensor: Tensor, other: Tensor) -> bool:
    """Whether both have the same shape."""
    return tuple(tensor.shape) == tuple(other.shape)


def _rank(tensor: Tensor) -> int:
    return len(tensor.shape)


def _always(value: object) -> Callable[..., object]:
    return lambda tensor, *args, **kwargs: value


TENSOR_METHODS: Mapping[str, Callable[..., object]] = {
    "size": size,
    "dim": _rank,
    "ndimension": _rank,
    "numel": numel,
    "nelement": numel,
    "element_size": element_size,
    "stride": stride,
    "storage_offset": _always(0),
    "is_floating_point": is_floating_point,
    "is_complex": is_complex,
    "is_signed": is_signed,
    "is_same_size": is_same_size,
    "is_contiguous": _always(True),
    "is_pinned": _always(False),
    "is_shared": _always(False),
    "is_inference": _always(False),
    "is_conj": _always(False),
    "is_neg": _always(False),
    "data_ptr": id,
    "get_device": _always(-1),
}
"""Methods that are no operations, as functions of the tensor and their own arguments."""

TENSOR_ATTRIBUTES: Mapping[str, Callable[[Tensor], object]] = {
    "shape": size,
    "dtype": lambda tensor: tensor.dtype,
    "ndim": _rank,
    "itemsize": element_size,
    "nbytes": lambda tensor: multiply((numel(tensor), element_size(tensor))),
    "requires_grad": lambda tensor: tensor.parameter,
    "grad": _always(None),
    "grad_fn": _always(None),
    "is_leaf": _always(True),
    "is_cpu": _always(True),
    "is_cuda": _always(False),
    "is_mps": _always(False),
    "is_xla": _always(False),
    "is_xpu": _always(False),
    "is_npu": _always(False),
    "is_hpu": _always(False),
    "is_meta": _always(False),
    "is_sparse": _always(False),
    "is_quantized": _always(False),
    "is_nested": _always(False),
    "retains_grad": _always(False),
    "output_nr": _always(0),
    "names": lambda tensor: (None,) * len(tensor.shape),
}
"""Attributes that are no operations, as functions of the tensor; ``T``, ``mT``, ``real`` … are operations."""
