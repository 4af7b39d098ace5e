"""Element types: torch's promotion rules and the NumPy types that hold the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

import numpy as np

from analyzer.graph import Dtype
from analyzer.library.operations.errors import BindingError, DataDependent
from analyzer.values import Array, Tensor, TracedBool, Unknown

_DEFAULT: ContextVar[Dtype] = ContextVar("default_dtype", default=Dtype.FLOAT32)


def default_dtype() -> Dtype:
    """What ``torch.get_default_dtype()`` gives: the type of new floating tensors."""
    return _DEFAULT.get()


@contextmanager
def defaulting_to(dtype: Dtype) -> Iterator[None]:
    """Within the block new floating tensors are of this type."""
    token = _DEFAULT.set(dtype)
    try:
        yield
    finally:
        _DEFAULT.reset(token)


LIMIT = 524_288
"""Elements of a tensor up to which its numbers are kept."""

_SIGNED = (Dtype.INT8, Dtype.INT16, Dtype.INT32, Dtype.INT64)
_UNSIGNED = (Dtype.UINT8, Dtype.UINT16, Dtype.UINT32, Dtype.UINT64)
_WIDTH: Mapping[Dtype, int] = {
    Dtype.BOOL: 8,
    Dtype.FLOAT8_E4M3FN: 8,
    Dtype.FLOAT8_E5M2: 8,
    Dtype.FLOAT16: 16,
    Dtype.BFLOAT16: 16,
    Dtype.FLOAT32: 32,
    Dtype.FLOAT64: 64,
    Dtype.COMPLEX64: 64,
    Dtype.COMPLEX128: 128,
    **{dtype: 8 << place for place, dtype in enumerate(_SIGNED)},
    **{dtype: 8 << place for place, dtype in enumerate(_UNSIGNED)},
}
_NUMPY: Mapping[Dtype, type[np.generic]] = {
    Dtype.BOOL: np.bool_,
    Dtype.UINT8: np.uint8,
    Dtype.UINT16: np.uint16,
    Dtype.UINT32: np.uint32,
    Dtype.UINT64: np.uint64,
    Dtype.INT8: np.int8,
    Dtype.INT16: np.int16,
    Dtype.INT32: np.int32,
    Dtype.INT64: np.int64,
    Dtype.FLOAT8_E4M3FN: np.float32,
    Dtype.FLOAT8_E5M2: np.float32,
    Dtype.FLOAT16: np.float16,
    Dtype.BFLOAT16: np.float32,
    Dtype.FLOAT32: np.float32,
    Dtype.FLOAT64: np.float64,
    Dtype.COMPLEX64: np.complex64,
    Dtype.COMPLEX128: np.complex128,
}
_NAMES: Mapping[str, Dtype] = {dtype.value: dtype for dtype in Dtype}


def category(dtype: Dtype) -> int:
    """0 for bool, 1 for integers, 2 for floating point, 3 for complex."""
    if dtype is Dtype.BOOL:
        return 0
    if dtype.is_complex:
        return 3
    return 2 if dtype.is_floating else 1


def width(dtype: Dtype) -> int:
    """Bits of one element."""
    return _WIDTH[dtype]


def numpy_type(dtype: Dtype) -> type[np.generic]:
    """The NumPy type that holds numbers of ``dtype``; types that NumPy does not have are held as float32."""
    return _NUMPY[dtype]


def from_numpy(array: Array) -> Dtype:
    """The element type of a NumPy array."""
    found = named(array.dtype.name)
    if found is None:
        raise BindingError(f"no tensor of element type {array.dtype.name}")
    return found


def named(name: str) -> Dtype | None:
    """The element type called ``name`` (``float32``); None if there is none."""
    return _NAMES.get(name)


@lru_cache(maxsize=1024)
def promote(left: Dtype, right: Dtype) -> Dtype:
    """The smallest type that holds both (``torch.promote_types``)."""
    if left is right:
        return left
    low, high = sorted((left, right), key=lambda dtype: (category(dtype), _WIDTH[dtype]))
    if category(low) != category(high):
        return Dtype.COMPLEX128 if high is Dtype.COMPLEX64 and low is Dtype.FLOAT64 else high
    if category(high) == 1:
        return _promote_integers(low, high)
    if _WIDTH[low] == _WIDTH[high]:
        return Dtype.FLOAT32
    return high


def _promote_integers(low: Dtype, high: Dtype) -> Dtype:
    if (low in _SIGNED) == (high in _SIGNED):
        return high
    unsigned = low if low in _UNSIGNED else high
    needed = _UNSIGNED.index(unsigned) + 1
    signed = high if high in _SIGNED else low
    return _SIGNED[min(3, max(needed, _SIGNED.index(signed)))]


def scalar_type(value: object) -> Dtype:
    """The type that a Python scalar has as a tensor."""
    match value:
        case bool() | TracedBool():
            return Dtype.BOOL
        case int():
            return Dtype.INT64
        case float():
            return default_dtype()
        case complex():
            return Dtype.COMPLEX64
        case Unknown():
            raise DataDependent("a number is not known")
        case _:
            raise BindingError(f"{type(value).__name__} is neither a tensor nor a number")


def result_type(*operands: object) -> Dtype:
    """The type of arithmetic on tensors and Python scalars.

    Tensors with dimensions decide; tensors without dimensions, and after them Python scalars, raise the category
    (bool, integer, floating point, complex) only.
    """
    groups: list[Dtype | None] = [None, None, None]
    for operand in operands:
        place = 2 if not isinstance(operand, Tensor) else 0 if operand.shape else 1
        dtype = operand.dtype if isinstance(operand, Tensor) else scalar_type(operand)
        known = groups[place]
        groups[place] = dtype if known is None else promote(known, dtype)
    result = _combine(groups[0], _combine(groups[1], groups[2]))
    if result is None:
        raise BindingError("no operand")
    return result


def _combine(higher: Dtype | None, lower: Dtype | None) -> Dtype | None:
    if higher is None or lower is None:
        return higher or lower
    if category(higher) >= category(lower):
        return higher
    if category(higher) == 2:
        return Dtype.COMPLEX128 if higher is Dtype.FLOAT64 else Dtype.COMPLEX64
    return promote(higher, lower)


def floating(dtype: Dtype) -> Dtype:
    """``dtype``, or the default floating type for bool and integers (as in division, ``exp``, ``sin``)."""
    return dtype if category(dtype) >= 2 else default_dtype()


def real(dtype: Dtype) -> Dtype:
    """The type of the parts of a complex number; other types unchanged."""
    return {Dtype.COMPLEX64: Dtype.FLOAT32, Dtype.COMPLEX128: Dtype.FLOAT64}.get(dtype, dtype)


def complex_of(dtype: Dtype) -> Dtype:
    """The complex type with parts of ``dtype``."""
    if dtype.is_complex:
        return dtype
    return Dtype.COMPLEX128 if dtype is Dtype.FLOAT64 else Dtype.COMPLEX64


def accumulated(dtype: Dtype) -> Dtype:
    """The type of sums and products: int64 for bool and integers."""
    return dtype if category(dtype) >= 2 else Dtype.INT64


def to_numpy(array: Array, dtype: Dtype) -> Array:
    """``array`` as numbers of ``dtype``: cast, and rounded where ``dtype`` is bfloat16."""
    if category(dtype) < 3 and np.iscomplexobj(array):
        array = array.real
    result = np.asarray(array).astype(numpy_type(dtype), copy=False)
    return _round_to_bfloat16(result) if dtype is Dtype.BFLOAT16 else result


def _round_to_bfloat16(array: Array) -> Array:
    """Round to nearest, ties to even, keeping the upper 16 bits of a float32."""
    bits = np.ascontiguousarray(array, dtype=np.float32).view(np.uint32)
    rounded = (bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) & np.uint32(0xFFFF0000)
    return np.where(np.isfinite(array), rounded.view(np.float32), array).reshape(array.shape)
