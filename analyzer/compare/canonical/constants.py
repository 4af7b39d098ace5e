"""Numbers that the code alone decides: masks, positions and tables of angles are computed, however they are written."""

from __future__ import annotations

import math

import numpy as np

from analyzer.compare.canonical.context import CanonicalContext, CanonicalValue, shape_of, whole_of
from analyzer.compare.canonical.cores import MOST, ONE, View
from analyzer.compare.canonical.recompute import recompute
from analyzer.graph import Dtype, Op, OpKind
from analyzer.library.operations.dtypes import to_numpy
from analyzer.values import Array, Tensor

_NEVER = frozenset(
    {OpKind.RANDOM, OpKind.HOST, OpKind.UNKNOWN, OpKind.INPUT, OpKind.PARAMETER, OpKind.JOIN, OpKind.LOSS}
)

_LARGEST = 1 << 24


def folded(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """The results of an operation all of whose operands are known numbers; None where they are not computed."""
    if op.kind in _NEVER or not op.outputs or (_is_cast(op) and not context.precise):
        return None
    dtype = op.outputs[0].dtype
    if op.kind is OpKind.CREATE and isinstance(number := op.arguments.get("fill"), int | float):
        number = float(_in_type(context, np.asarray(float(number)), dtype))
        return (context.terms.scalar(number, shape_of(op)),)
    if op.kind is OpKind.TRIANGLE and (triangle := _triangle(context, op)) is not None:
        return (context.terms.constant(triangle),)
    tensors: dict[str, Tensor] = {}
    for operand in op.operands:
        value = context.value(operand)
        if not isinstance(value, View) or math.prod(value.shape) > MOST or (array := context.numbers(value)) is None:
            return None
        kind = operand.source.outputs[operand.output]
        exact = _exact(kind.dtype)
        tensors[operand.slot] = Tensor(array.shape, exact, data=to_numpy(array, exact))
    cast = [_in_type(context, tensor.data, dtype) for tensor in tensors.values() if tensor.data is not None][:1]
    arrays = cast if op.kind is OpKind.CAST else recompute(op, tensors)
    if not arrays:
        return None
    return tuple(context.terms.constant(_in_type(context, array, dtype)) for array in arrays)


def _in_type(context: CanonicalContext, array: Array, dtype: Dtype) -> Array:
    """The numbers rounded to an element type, where precision counts and for integers always."""
    if dtype is Dtype.BFLOAT16 and context.precise:
        bits = np.asarray(array, dtype=np.float32).view(np.uint32)
        rounded = (bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) & np.uint32(0xFFFF0000)
        return np.where(np.isfinite(array), rounded.view(np.float32), array)
    exact = dtype.is_floating and not (context.precise and dtype is Dtype.FLOAT16)
    return array if exact else to_numpy(array, dtype)


def _triangle(context: CanonicalContext, op: Op) -> Array | None:
    """A triangle of one number, also where it is too large for other numbers."""
    view = context.first(op)
    shape = view.shape
    if view.core != ONE or len(shape) < 2 or math.prod(shape[-2:]) > _LARGEST:
        return None
    cut = np.tril if op.name == "tril" else np.triu
    triangle = cut(np.full(shape[-2:], view.factor, dtype=np.float32), whole_of(op, "diagonal", 0))
    typed = triangle.astype(bool) if op.outputs[0].dtype is Dtype.BOOL else triangle
    return np.broadcast_to(typed, shape)


def _exact(dtype: Dtype) -> Dtype:
    return Dtype.FLOAT32 if dtype in (Dtype.BFLOAT16, Dtype.FLOAT16) else dtype


def _is_cast(op: Op) -> bool:
    """Whether an operation is a cast between floating types: the numbers stay, or are known no more where precision
    counts."""
    return op.kind is OpKind.CAST and op.outputs[0].dtype.is_floating
