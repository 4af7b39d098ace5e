"""Gather and scatter, masks, sorting and searching."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from analyzer.frameworks.torch.operations.elementwise import same, where
from analyzer.frameworks.torch.operations.indexing import slice_size, true_count
from analyzer.frameworks.torch.operations.spelling import BOTH, FREE, METHOD, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import (
    Shape,
    axis,
    broadcast,
    extent,
    integer,
    integers,
    replace,
    shape_of,
)
from analyzer.library.operations.dtypes import LIMIT
from analyzer.library.operations.errors import BindingError, ShapeError
from analyzer.library.operations.rule import Outputs, RuleOutcome, merge
from analyzer.library.operations.symbolic import FEW, depends_on_data, multiply
from analyzer.values import Array, Tensor

VALUES = ("values", "indices")
IN_PLACE = ("{}", "Tensor.{}", "Tensor.{}_")


MANY = 16


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


def topk(input: Tensor, k: object, dim: int = -1, largest: bool = True, sorted: bool = True) -> RuleOutcome:
    """The ``k`` largest along ``dim`` and their positions."""
    count = integer(k)
    if not input.shape:
        return _values_and_indices((), input.dtype)
    place = axis(dim, len(input.shape))
    if count > input.shape[place]:
        raise ShapeError(f"the {int(count)} largest of {int(input.shape[place])}")
    outcome = _values_and_indices(replace(input.shape, place, count), input.dtype)
    if input.data is not None or place != len(input.shape) - 1:
        return outcome
    return dataclasses.replace(outcome, data=(None, chosen(input.shape, int(count))))


def chosen(shape: Shape, count: int) -> Array | None:
    """A witness for which of the last dimension's positions win in each row, where the numbers are not known.

    Rows take turns, so that each position of a short list wins somewhere; of a long list only a few do.
    """
    rows, choices = math.prod(map(int, shape[:-1])), int(shape[-1])
    if rows * count > LIMIT:
        return None
    turn = choices if choices <= MANY else max(count, FEW)
    places = (np.arange(rows)[:, None] * count + np.arange(count)) % turn
    return places.reshape(*map(int, shape[:-1]), count).astype(np.int64)


def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> RuleOutcome:
    """Sorted along ``dim`` and where each came from."""
    return _values_and_indices(input.shape, input.dtype)


def _values_and_indices(shape: Shape, dtype: Dtype) -> RuleOutcome:
    return RuleOutcome((TensorType(shape, dtype), TensorType(shape, Dtype.INT64)), VALUES)


def msort(input: Tensor) -> Outputs:
    """Sorted along the first dimension."""
    return same(input)


def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Outputs:
    """Positions in sorted order."""
    return TensorType(input.shape, Dtype.INT64)


def searchsorted(
    sorted_sequence: Tensor, input: object, *, out_int32: bool = False, right: bool = False, side: str | None = None,
    sorter: Tensor | None = None,
) -> Outputs:  # fmt: skip
    """Where each number would be inserted."""
    return TensorType(shape_of(input), Dtype.INT32 if out_int32 else Dtype.INT64)


def bucketize(input: object, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Outputs:
    """The bucket of each number."""
    return TensorType(shape_of(input), Dtype.INT32 if out_int32 else Dtype.INT64)


def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> RuleOutcome:
    """The different elements; where the numbers are not known all are taken to differ."""
    return _unique(input, return_inverse, return_counts, dim, consecutive=False)


def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> RuleOutcome:
    """Runs of equal elements become one."""
    return _unique(input, return_inverse, return_counts, dim, consecutive=True)


def _unique(
    input: Tensor, return_inverse: bool, return_counts: bool, dim: int | None, *, consecutive: bool
) -> RuleOutcome:
    place = None if dim is None else axis(dim, len(input.shape))
    count = _different(input, place, consecutive)
    kept = TensorType((count,) if place is None else replace(input.shape, place, count), input.dtype)
    outputs = [kept]
    if return_inverse:
        outputs.append(TensorType(input.shape if place is None else (input.shape[place],), Dtype.INT64))
    if return_counts:
        outputs.append(TensorType((count,), Dtype.INT64))
    return RuleOutcome(tuple(outputs) if len(outputs) > 1 else kept)


def _different(input: Tensor, place: int | None, consecutive: bool) -> int:
    if input.data is None:
        return depends_on_data(multiply(input.shape) if place is None else input.shape[place], "unique")
    rows = input.data.reshape(-1, 1) if place is None else np.moveaxis(input.data, place, 0)
    flat = rows.reshape(len(rows), -1)
    if not consecutive:
        return len(np.unique(flat, axis=0))
    return int(len(flat) > 0) + int(np.any(flat[1:] != flat[:-1], axis=1).sum())


def triangle(input: Tensor, diagonal: int = 0) -> Outputs:
    """``tril``, ``triu``."""
    if len(input.shape) < 2:
        raise ShapeError("a triangle needs two dimensions")
    return same(input)


def diag(input: Tensor, diagonal: int = 0) -> Outputs:
    """A vector's diagonal matrix, or a matrix's diagonal."""
    if len(input.shape) == 1:
        size = input.shape[0] + abs(diagonal) if diagonal else input.shape[0]
        return TensorType((size, size), input.dtype)
    return diagonal_of(input, diagonal)


def diagonal_of(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Outputs:
    """The diagonal as a new last dimension."""
    first, second = axis(dim1, len(input.shape)), axis(dim2, len(input.shape))
    rows, columns = input.shape[first], input.shape[second]
    if not offset:
        size = rows if rows <= columns else columns
    else:
        size = max(0, min(int(rows) + min(offset, 0), int(columns) - max(offset, 0)))
    rest = tuple(s for place, s in enumerate(input.shape) if place not in (first, second))
    return TensorType((*rest, size), input.dtype)


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Outputs:
    """Vectors along the last dimension become diagonal matrices."""
    size = input.shape[-1] + abs(offset) if offset else input.shape[-1]
    rank = len(input.shape) + 1
    rest = iter(input.shape[:-1])
    places = (axis(dim1, rank), axis(dim2, rank))
    return TensorType(tuple(size if place in places else next(rest) for place in range(rank)), input.dtype)


def argwhere(input: Tensor) -> RuleOutcome:
    """``nonzero`` as rows."""
    return nonzero(input)


def fill_diagonal(input: Tensor, fill_value: object, wrap: bool = False) -> Outputs:
    """One number on the diagonal."""
    return same(input)


def unravel_index(indices: Tensor, shape: object) -> Outputs:
    """Positions in the flat tensor as one position for each dimension."""
    return (TensorType(indices.shape, Dtype.INT64),) * len(integers(shape))


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Outputs:
    """All selections of ``r`` elements as rows."""
    size = int(input.shape[0])
    count = math.comb(size + r - 1, r) if with_replacement else math.comb(size, r)
    return TensorType((count, r), input.dtype)


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
    rules(OpKind.SCATTER, fill_diagonal, ("fill_diagonal_",), METHOD),
    rules(OpKind.TOPK, topk, ("topk",), BOTH),
    rules(OpKind.SORT, sort, ("sort",), BOTH),
    rules(OpKind.SORT, msort, ("msort",), BOTH),
    rules(OpKind.SORT, argsort, ("argsort",), BOTH),
    rules(OpKind.INDEX, searchsorted, ("searchsorted",), FREE),
    rules(OpKind.INDEX, bucketize, ("bucketize",), FREE),
    rules(OpKind.SORT, unique, ("unique",), ("functional.{}", "Tensor.{}")),
    rules(OpKind.SORT, unique_consecutive, ("unique_consecutive",), ("functional.{}", "Tensor.{}")),
    rules(OpKind.TRIANGLE, triangle, ("tril", "triu"), IN_PLACE),
    rules(OpKind.OTHER, diag, ("diag",), BOTH),
    rules(OpKind.SLICE, diagonal_of, ("diagonal",), (*BOTH, "linalg.{}")),
    rules(OpKind.OTHER, diag_embed, ("diag_embed",), BOTH),
    rules(OpKind.OTHER, unravel_index, ("unravel_index",), ("functional.{}",)),
    rules(OpKind.OTHER, combinations, ("combinations",), FREE),
)
