"""Operations along dimensions: sums, means, variances, norms, softmax, ranking, and normalisations as one call."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from analyzer.compare.canonical.context import (
    CanonicalContext,
    CanonicalValue,
    arguments_of,
    axes_of,
    number_of,
    shape_of,
    whole_of,
    without,
)
from analyzer.compare.canonical.cores import View
from analyzer.compare.canonical.elementwise import limited
from analyzer.compare.canonical.shapes import both, with_dims
from analyzer.graph import Op, OpKind
from analyzer.values import plain


def summed(context: CanonicalContext, op: Op, view: View, axes: Sequence[int], exponent: float = 1.0) -> View:
    """The sum of powers along ``axes``, which stay as dimensions of size 1."""
    result = context.algebra.contraction([(view, exponent)], view.shape, axes, context.note(op))
    return with_dims(result, without(result.dims, axes))


def averaged(
    context: CanonicalContext, op: Op, view: View, axes: Sequence[int], exponent: float = 1.0, less: float = 0.0
) -> View:
    """The mean of powers along ``axes``; ``less`` is taken from the number of elements."""
    count = math.prod(view.shape[axis] for axis in axes) - less
    return summed(context, op, view, axes, exponent).scaled(1 / count if count else math.nan)


def centred(context: CanonicalContext, op: Op, view: View, axes: Sequence[int]) -> View:
    """``view`` less its mean along ``axes``."""
    return context.algebra.total([(view, 1.0), (averaged(context, op, view, axes), -1.0)], view.shape, context.note(op))


def _shaped(op: Op, view: View, axes: Sequence[int]) -> View:
    """Without the dimensions of size 1 where these are not kept."""
    if plain(op.arguments.get("keepdim")):
        return view
    return with_dims(view, tuple(dim for place, dim in enumerate(view.dims) if place not in axes))


def sum_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    if len(op.outputs) != 1 or op.name not in ("sum", "mean"):
        return None
    view = context.first(op)
    axes = axes_of(op, len(view.shape))
    find = summed if op.kind is OpKind.SUM else averaged
    return (_shaped(op, find(context, op, view, axes), axes),)


def spread_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """Variance and standard deviation."""
    if len(op.outputs) != 1:
        return None
    view = context.first(op)
    axes = axes_of(op, len(view.shape))
    unbiased = op.arguments.get("unbiased", True)
    less = number_of(op, "correction", 1.0) if plain(unbiased) else 0.0
    found = averaged(context, op, centred(context, op, view, axes), axes, 2.0, less)
    if op.kind is OpKind.STD:
        found = context.algebra.product([(found, 0.5)], found.shape, context.note(op))
    return (_shaped(op, found, axes),)


def norm_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    order = plain(op.arguments.get("p", 2))
    view = context.first(op)
    axes = axes_of(op, len(view.shape))
    if op.name not in ("norm", "vector_norm") or order not in (2, 2.0, "fro") or len(op.operands) != 1:
        return None
    return (_shaped(op, _length(context, op, view, axes), axes),)


def _length(context: CanonicalContext, op: Op, view: View, axes: Sequence[int]) -> View:
    square = summed(context, op, view, axes, 2.0)
    return context.algebra.product([(square, 0.5)], square.shape, context.note(op))


def reduce_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """Largest, smallest, product, any other: of equal elements the result is the same in any order."""
    if not op.operands or len(op.operands) > 1:
        return None
    view = context.first(op)
    if len(op.outputs) > 1 or op.kind is OpKind.ARGMAX:
        return _ranked(context, op, view)
    axes = axes_of(op, len(view.shape))
    name = {"max": "amax", "min": "amin"}.get(op.name, op.name)
    arguments = arguments_of(op, ("dim", "keepdim"))
    result = context.algebra.along(name, arguments, [view], view.shape, axes)
    return (_shaped(op, with_dims(result, without(result.dims, axes)), axes),)


def _ranked(context: CanonicalContext, op: Op, view: View) -> tuple[CanonicalValue, ...]:
    """Largest and its position."""
    axes = axes_of(op, len(view.shape))
    results = []
    for output in range(len(op.outputs)):
        name = f"{op.name}.{output}" if output or op.kind is OpKind.ARGMAX else f"a{op.name}"
        result = context.algebra.along(name, (), [view], view.shape, axes, sequence=output > 0)
        results.append(_shaped(op, with_dims(result, without(result.dims, axes)), axes))
    return tuple(results)


def ordered_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """Ranking, sorting and running sums along one dimension."""
    view = context.first(op)
    rank = len(view.shape)
    if len(op.operands) != 1 or not rank or any(len(output.shape) != rank for output in op.outputs):
        return None
    axis = whole_of(op, "dim", -1) % rank
    arguments = arguments_of(op, ("dim", "sorted", "stable"))
    results = []
    for output in range(len(op.outputs)):
        name = "sort.1" if op.name == "argsort" else f"{op.name}.{output}"
        size = shape_of(op, output)[axis]
        result = context.algebra.along(name, arguments, [view], view.shape, (axis,), (size,), sequence=True)
        results.append(result)
    return tuple(results)


def softmax_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    view = context.first(op)
    name = op.name
    if name not in ("softmax", "log_softmax") or not view.shape:
        return None
    view = rounded(context, op, view)
    axis = whole_of(op, "dim", -1) % len(view.shape)
    return (context.algebra.along(name, context.note(op), [view], view.shape, (axis,), (view.shape[axis],)),)


def rounded(context: CanonicalContext, op: Op, view: View) -> View:
    """The operand in the type of the result, where that counts."""
    operand = op.operands[0]
    before = operand.source.outputs[operand.output].dtype
    if not context.precise or before is op.outputs[0].dtype:
        return view
    return context.algebra.function("cast", context.note(op), [view], view.shape)


def layer_norm_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """Layer and root-mean-square normalisation as one call."""
    view = context.slot(op, "input")
    sizes = op.arguments.get("normalized_shape", (0,))
    if view is None:
        return None
    count = len(sizes) if isinstance(sizes, tuple | list) else 1
    axes = tuple(range(len(view.shape) - count, len(view.shape)))
    note, algebra = context.note(op), context.algebra
    centre = centred(context, op, view, axes) if op.kind is OpKind.LAYER_NORM else view
    default = 1e-5 if op.kind is OpKind.LAYER_NORM else float(np.finfo(np.float32).eps)
    square = averaged(context, op, centre, axes, 2.0)
    base = algebra.total(
        [(square, 1.0), (context.terms.scalar(number_of(op, "eps", default)), 1.0)], square.shape, note
    )
    factors = [(centre, 1.0), (base, -0.5)]
    if (weight := context.slot(op, "weight")) is not None:
        factors.append((weight, 1.0))
    result = algebra.product(factors, view.shape, note)
    if (bias := context.slot(op, "bias")) is not None:
        result = algebra.total([(result, 1.0), (bias, 1.0)], view.shape, note)
    return (result,)


def normalize_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    if op.name != "normalize" or number_of(op, "p", 2.0) != 2.0:
        return None
    view = context.first(op)
    axes = (whole_of(op, "dim", 1) % len(view.shape),)
    length = _length(context, op, view, axes)
    floor = limited(context, length, length.shape, number_of(op, "eps", 1e-12), math.inf)
    return (context.algebra.product([(view, 1.0), (floor, -1.0)], view.shape, context.note(op)),)


def same_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...]:
    """What hands its first operand on."""
    return (both(context.value(op.operands[0]), lambda view: view),)


REDUCTIONS: Mapping[OpKind, Callable[[CanonicalContext, Op], tuple[CanonicalValue, ...] | None]] = {
    **dict.fromkeys((OpKind.SUM, OpKind.MEAN), sum_op),
    **dict.fromkeys((OpKind.VAR, OpKind.STD), spread_op),
    **dict.fromkeys((OpKind.AMAX, OpKind.AMIN, OpKind.PROD, OpKind.REDUCE, OpKind.ARGMAX), reduce_op),
    **dict.fromkeys((OpKind.TOPK, OpKind.SORT, OpKind.CUMULATIVE), ordered_op),
    **dict.fromkeys((OpKind.LAYER_NORM, OpKind.RMS_NORM), layer_norm_op),
    **dict.fromkeys((OpKind.COPY, OpKind.DROPOUT), same_op),
    OpKind.NORM: norm_op,
    OpKind.SOFTMAX: softmax_op,
    OpKind.NORMALIZE: normalize_op,
}
