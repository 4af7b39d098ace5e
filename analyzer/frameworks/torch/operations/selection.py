"""Gather and scatter, masks, single positions."""

from __future__ import annotations

import math

import numpy as np

from analyzer.frameworks.torch.operations.elementwise import same, where
from analyzer.frameworks.torch.operations.indexing import slice_size, true_count
from analyzer.frameworks.torch.operations.spelling import BOTH, FREE, IN_PLACE, METHOD, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import (
    Shape,
    axis,
    broadcast,
    extent,
    integers,
    replace,
)
from analyzer.library.operations.dtypes import LIMIT
from analyzer.library.operations.errors import BindingError, ShapeError
from analyzer.library.operations.rule import Outputs, RuleOutcome, merge
from analyzer.library.operations.symbolic import FEW, MANY, depends_on_data, multiply
from analyzer.values import Array, Tensor


def any_where(condition: Tensor, input: object = None, other: object = None) -> RuleOutcome:
    """A choice, or with one argument the positions of what is true."""
    if input is None and other is None:
        found = nonzero(condition, as_tuple=True)
        return RuleOutcome(found.outputs, kind=OpKind.NONZERO, data=found.data)
    return RuleOutcome(where(condition, input, other))


def method_where(input: Tensor, condition: Tensor, other: object) -> Outputs:
    """``input.where(condition, other)``."""
    return where(condition, input, other)


def nonzero(input: Tensor, *, as_tuple: bool = False) -> RuleOutcome:
    """Positions of what is not zero; where the numbers are not known the witness is that nothing is.

    Of a long list (which of 256 experts were hit) the witness is a few: each position is treated alike.
    """
    count = true_count(input)
    rank = len(input.shape)
    if input.data is None and rank == 1 and count > MANY:
        count = depends_on_data(FEW, "nonzero")
    positions = _positions(input, count)
    if as_tuple:
        columns = [None] * rank if positions is None else [positions[:, place] for place in range(rank)]
        return RuleOutcome((TensorType((count,), Dtype.INT64),) * rank, data=tuple(columns))
    return RuleOutcome(TensorType((count, rank), Dtype.INT64), data=(positions,))


def _positions(input: Tensor, count: int) -> Array | None:
    if count * len(input.shape) > LIMIT:
        return None
    if input.data is None and math.prod(map(int, input.shape)) > LIMIT:
        return None
    numbers = np.ones(tuple(map(int, input.shape)), dtype=bool) if input.data is None else input.data
    return np.argwhere(numbers).astype(np.int64)[: int(count)]


def masked_fill(input: Tensor, mask: Tensor, value: object) -> Outputs:
    """``value`` where the mask is true."""
    return TensorType(broadcast(input.shape, mask.shape), input.dtype)


def masked_select(input: Tensor, mask: Tensor) -> Outputs:
    """What the mask selects, flat."""
    shape = broadcast(input.shape, mask.shape)
    if mask.data is not None and tuple(shape) == tuple(mask.shape):
        return TensorType((true_count(mask),), input.dtype)
    return TensorType((depends_on_data(multiply(shape), "nonzero"),), input.dtype)


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Outputs:
    """Elements of ``source`` in order where the mask is true."""
    return TensorType(broadcast(input.shape, mask.shape), input.dtype)


def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> Outputs:
    """One element along ``dim`` for each position of ``index``."""
    if len(input.shape) != len(index.shape) and input.shape and index.shape:
        raise ShapeError(f"gather of {len(input.shape)} dimensions by {len(index.shape)}")
    axis(dim, len(input.shape))
    return TensorType(index.shape, input.dtype)


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Outputs:
    """``gather`` with broadcasting."""
    if dim is None:
        return TensorType((multiply(indices.shape),), input.dtype)
    place = axis(dim, len(input.shape))
    shape = broadcast(replace(input.shape, place, 1), replace(indices.shape, place, 1))
    return TensorType(replace(shape, place, indices.shape[place]), input.dtype)


def take(input: Tensor, index: Tensor) -> Outputs:
    """Elements of the flat tensor."""
    return TensorType(index.shape, input.dtype)


def index_select(input: Tensor, dim: int, index: Tensor) -> Outputs:
    """Slices along ``dim``."""
    place = axis(dim, len(input.shape))
    count = index.shape[0] if index.shape else 1
    return TensorType(replace(input.shape, place, count) if input.shape else (), input.dtype)


def select(input: Tensor, dim: int, index: object) -> Outputs:
    """One position of a dimension."""
    place = axis(dim, len(input.shape))
    if not input.shape:
        raise ShapeError("select from a tensor without dimensions")
    return TensorType((*input.shape[:place], *input.shape[place + 1 :]), input.dtype)


def narrow(input: Tensor, dim: int, start: object, length: object) -> Outputs:
    """``length`` positions of a dimension."""
    place = axis(dim, len(input.shape))
    size = extent(length)
    if size > input.shape[place]:
        raise ShapeError(f"{int(size)} of {int(input.shape[place])} positions")
    return TensorType(replace(input.shape, place, size), input.dtype)


def select_scatter(input: Tensor, src: Tensor, dim: int, index: object) -> Outputs:
    """A copy with one position of a dimension replaced."""
    return same(input)


def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: object = None, end: object = None, step: int = 1
) -> Outputs:
    """A copy with a slice replaced."""
    slice_size(input.shape[axis(dim, len(input.shape))], slice(start, end, step))
    return same(input)


def scatter(
    input: Tensor, dim: int, index: Tensor, src: object = None, *, value: object = None, reduce: str | None = None
) -> Outputs:
    """Numbers written along ``dim`` at the positions of ``index``."""
    axis(dim, len(input.shape))
    if src is None and value is None:
        raise BindingError("scatter without a source")
    return same(input)


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Outputs:
    """``scatter`` that adds up."""
    return scatter(input, dim, index, src)


def scatter_reduce(
    input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Outputs:
    """``scatter`` that reduces."""
    return scatter(input, dim, index, src)


def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: object = 1) -> Outputs:
    """Slices of ``source`` added along ``dim``."""
    _same_but(input.shape, source.shape, axis(dim, len(input.shape)))
    return same(input)


def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Outputs:
    """Slices of ``source`` written along ``dim``."""
    return index_add(input, dim, index, source)


def index_reduce(
    input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Outputs:
    """Slices of ``source`` reduced into positions along ``dim``."""
    return index_add(input, dim, index, source)


def _same_but(left: Shape, right: Shape, place: int) -> None:
    if len(left) != len(right):
        raise ShapeError(f"{len(left)} and {len(right)} dimensions")
    for at, (one, other) in enumerate(zip(left, right, strict=True)):
        if at != place and one != other:
            raise ShapeError(f"sizes {int(one)} and {int(other)} of dimension {at} differ")


def index_fill(input: Tensor, dim: int, index: Tensor, value: object) -> Outputs:
    """One number at positions of a dimension."""
    return same(input)


def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Outputs:
    """Numbers written into the flat tensor."""
    return same(input)


def argwhere(input: Tensor) -> RuleOutcome:
    """``nonzero`` as rows."""
    return nonzero(input)


def unravel_index(indices: Tensor, shape: object) -> Outputs:
    """Positions in the flat tensor as one position for each dimension."""
    return (TensorType(indices.shape, Dtype.INT64),) * len(integers(shape))


SELECTION = merge(
    rules(OpKind.WHERE, any_where, ("where",), FREE),
    rules(OpKind.WHERE, method_where, ("where",), METHOD, "where", "method_where"),
    rules(OpKind.NONZERO, nonzero, ("nonzero",), BOTH),
    rules(OpKind.NONZERO, argwhere, ("argwhere",), BOTH, "nonzero"),
    rules(OpKind.MASKED_FILL, masked_fill, ("masked_fill",), IN_PLACE),
    rules(OpKind.INDEX, masked_select, ("masked_select",), BOTH),
    rules(OpKind.SCATTER, masked_scatter, ("masked_scatter",), IN_PLACE),
    rules(OpKind.GATHER, gather, ("gather",), BOTH),
    rules(OpKind.GATHER, take_along_dim, ("take_along_dim",), BOTH),
    rules(OpKind.INDEX, take, ("take",), BOTH),
    rules(OpKind.INDEX, index_select, ("index_select",), BOTH),
    rules(OpKind.SLICE, select, ("select",), BOTH),
    rules(OpKind.SLICE, narrow, ("narrow",), BOTH),
    rules(OpKind.SCATTER, select_scatter, ("select_scatter",), BOTH),
    rules(OpKind.SCATTER, slice_scatter, ("slice_scatter",), BOTH),
    rules(OpKind.SCATTER, scatter, ("scatter",), IN_PLACE),
    rules(OpKind.SCATTER, scatter_add, ("scatter_add",), IN_PLACE),
    rules(OpKind.SCATTER, scatter_reduce, ("scatter_reduce",), IN_PLACE),
    rules(OpKind.SCATTER, index_add, ("index_add",), IN_PLACE),
    rules(OpKind.SCATTER, index_copy, ("index_copy",), IN_PLACE),
    rules(OpKind.SCATTER, index_reduce, ("index_reduce",), IN_PLACE),
    rules(OpKind.SCATTER, index_fill, ("index_fill",), IN_PLACE),
    rules(OpKind.SCATTER, put, ("put",), IN_PLACE),
    rules(OpKind.OTHER, unravel_index, ("unravel_index",), ("functional.{}",)),
)
