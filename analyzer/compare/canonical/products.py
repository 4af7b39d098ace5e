"""Products summed over dimensions: linear layers, matrix products, Einstein sums, attention; rows of a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from analyzer.compare.canonical.context import CanonicalContext, CanonicalValue, number_of, shape_of
from analyzer.compare.canonical.cores import View
from analyzer.compare.canonical.elementwise import chosen
from analyzer.compare.canonical.layout import Dims, expanded
from analyzer.compare.canonical.shapes import narrow, reshape, with_dims
from analyzer.graph import Op, OpKind
from analyzer.values import plain


def linear_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    value, weight = context.slot(op, "input"), context.slot(op, "weight")
    if op.name != "linear" or value is None or weight is None:
        return None
    shape, note = shape_of(op), context.note(op)
    width = value.shape[-1]
    wide = with_dims(value, (*value.dims[:-1], (), value.dims[-1])) if len(weight.dims) == 2 else value
    full = (*shape, width) if len(weight.dims) == 2 else (*value.shape[:-1], width)
    result = context.algebra.contraction([(wide, 1.0), (weight, 1.0)], full, (len(full) - 1,), note)
    return (_biased(context, op, result, context.slot(op, "bias")),)


def _biased(context: CanonicalContext, op: Op, result: View, bias: View | None, factor: float = 1.0) -> View:
    if bias is None:
        return result
    return context.algebra.total([(result, 1.0), (bias, factor)], shape_of(op), context.note(op))


def matmul_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    name = op.name
    if name not in ("matmul", "mm", "rmatmul", "addmm", "outer"):
        return None
    first = context.slot(op, "mat1", "batch1", "mat") or context.slot(op, "input")
    second = context.slot(op, "mat2", "batch2", "vec", "other", "tensor", "vec2")
    if first is None or second is None:
        return None
    if name == "rmatmul":
        first, second = second, first
    if name == "outer":
        shape = shape_of(op)
        return (
            context.algebra.product(
                [(with_dims(first, (*first.dims, ())), 1.0), (second, 1.0)], shape, context.note(op)
            ),
        )
    result = multiplied(context, op, first, second)
    if name != "addmm":
        return (result,)
    result = result.scaled(number_of(op, "alpha", 1.0))
    return (_biased(context, op, result, context.slot(op, "input"), number_of(op, "beta", 1.0)),)


def multiplied(context: CanonicalContext, op: Op, first: View, second: View) -> View:
    """The matrix product of two tensors with any number of leading dimensions; vectors as in ``matmul``."""
    left, right = first.dims, second.dims
    left = left if len(left) > 1 else ((), *left)
    right = right if len(right) > 1 else (*right, ())
    wide = with_dims(first, (*left[:-1], (), left[-1]))
    columns = with_dims(second, (*right[:-2], (), right[-1], right[-2]))
    lead = _broadcast(wide.shape[:-3], columns.shape[:-3])
    full = (*lead, wide.shape[-3], columns.shape[-2], wide.shape[-1])
    result = context.algebra.contraction([(wide, 1.0), (columns, 1.0)], full, (len(full) - 1,), context.note(op))
    dims = list(result.dims)
    if len(first.dims) == 1:
        del dims[-2]
    if len(second.dims) == 1:
        del dims[-1]
    return with_dims(result, tuple(dims))


def _broadcast(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(size) for size in np.broadcast_shapes(tuple(one), tuple(other)))


def einsum_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    equation = plain(op.arguments.get("equation"))
    if not isinstance(equation, str):
        return None
    left, arrow, result = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    views = [context.view(operand) for operand in op.operands]
    if "..." in equation or not arrow or len(terms) != len(views) or any(len(set(t)) != len(t) for t in terms):
        return None
    sizes: dict[str, int] = {}
    for term, view in zip(terms, views, strict=True):
        for label, size in zip(term, view.shape, strict=True):
            sizes[label] = max(size, sizes.get(label, 1))
    labels = [*result, *sorted(set(sizes) - set(result), key=left.index)]
    operands = [(_labelled(view, term, labels), 1.0) for term, view in zip(terms, views, strict=True)]
    shape = [sizes[label] for label in labels]
    summed = tuple(range(len(result), len(labels)))
    if not summed:
        return (context.algebra.product(operands, shape, context.note(op)),)
    return (context.algebra.contraction(operands, shape, summed, context.note(op)),)


def _labelled(view: View, term: str, labels: Sequence[str]) -> View:
    dims = dict(zip(term, view.dims, strict=True))
    return with_dims(view, tuple(dims.get(label, ()) for label in labels))


def attention_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """A fused attention call as the operations that it stands for."""
    query, key, value = (context.slot(op, name) for name in ("query", "key", "value"))
    if op.name != "scaled_dot_product_attention" or query is None or key is None or value is None:
        return None
    if plain(op.arguments.get("enable_gqa")):
        key, value = (_repeated(context, view, query.shape[-3]) for view in (key, value))
    scale = number_of(op, "scale", 1 / math.sqrt(query.shape[-1]))
    turned = with_dims(key, (*key.dims[:-2], key.dims[-1], key.dims[-2]))
    scores = multiplied(context, op, query.scaled(scale), turned)
    shape = scores.shape
    if (mask := _mask(context, op, shape)) is not None:
        scores = context.algebra.total([(scores, 1.0), (mask, 1.0)], shape, context.note(op))
    last = len(shape) - 1
    weights = context.algebra.along("softmax", context.note(op), [scores], shape, (last,), (shape[-1],))
    return (multiplied(context, op, weights, value),)


def _repeated(context: CanonicalContext, view: View, heads: int) -> View:
    shape = view.shape
    times = heads // shape[-3]
    grown = with_dims(view, (*view.dims[:-2], (), *view.dims[-2:]))
    grown = with_dims(grown, expanded(grown.dims, (*shape[:-2], times, *shape[-2:])))
    return reshape(context, grown, (*shape[:-3], heads, *shape[-2:]))


def _mask(context: CanonicalContext, op: Op, shape: Sequence[int]) -> View | None:
    if plain(op.arguments.get("is_causal")):
        rows, columns = np.indices((shape[-2], shape[-1]))
        return context.terms.constant(np.where(columns > rows, -np.inf, 0.0))
    mask = context.slot(op, "attn_mask")
    operand = next((operand for operand in op.operands if operand.slot == "attn_mask"), None)
    if mask is None or operand is None:
        return None
    if operand.source.outputs[operand.output].dtype.value == "bool":
        return chosen(context, mask, 0.0, -math.inf)
    return mask


def embedding_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """Rows of a table; those of known positions in a row are a part of the table."""
    table, places = context.slot(op, "weight"), context.slot(op, "input")
    if op.name != "embedding" or table is None or places is None or op.arguments.get("max_norm") is not None:
        return None
    numbers = context.numbers(places)
    if numbers is not None and (found := consecutive(context, table, numbers)) is not None:
        return (found,)
    shape = shape_of(op)
    row = with_dims(narrow(context, table, 0, 0, 1), ((),) * (len(shape) - 1) + (table.dims[1],))
    spread = with_dims(places, (*places.dims, ()))
    return (context.algebra.function("row", (table.shape[0], frozenset(table.dims[0])), [row, spread], shape),)


def consecutive(
    context: CanonicalContext, table: View, places: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> View | None:
    """The rows of ``table`` at ``places``, where these count up along one dimension and are the same along others."""
    moving = [axis for axis in range(places.ndim) if (places != np.take(places, [0], axis=axis)).any()]
    if len(moving) > 1 or not places.size:
        return None
    first = int(places.flat[0])
    size = places.shape[moving[0]] if moving else 1
    line = np.moveaxis(places, moving[0], 0).reshape(size, -1)[:, 0] if moving else np.array([first])
    if (line != np.arange(first, first + size)).any() or not 0 <= first <= table.shape[0] - size:
        return None
    rows = narrow(context, table, 0, first, size)
    dims: Dims = tuple(rows.dims[0] if moving == [axis] else () for axis in range(places.ndim))
    grown = with_dims(rows, (*dims, *rows.dims[1:]))
    return with_dims(grown, expanded(grown.dims, (*places.shape, *table.shape[1:])))


PRODUCTS: Mapping[OpKind, Callable[[CanonicalContext, Op], tuple[CanonicalValue, ...] | None]] = {
    OpKind.LINEAR: linear_op,
    OpKind.MATMUL: matmul_op,
    OpKind.EINSUM: einsum_op,
    OpKind.ATTENTION: attention_op,
    OpKind.EMBEDDING: embedding_op,
}
