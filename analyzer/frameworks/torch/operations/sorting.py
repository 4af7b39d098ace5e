"""Sorting and searching, the largest elements, different elements, selections of some."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from analyzer.frameworks.torch.operations.elementwise import same
from analyzer.frameworks.torch.operations.spelling import BOTH, FREE, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import (
    Shape,
    axis,
    integer,
    replace,
    shape_of,
)
from analyzer.library.operations.dtypes import LIMIT
from analyzer.library.operations.errors import ShapeError
from analyzer.library.operations.rule import Outputs, RuleOutcome, merge
from analyzer.library.operations.symbolic import FEW, MANY, depends_on_data, multiply
from analyzer.values import Array, Tensor

VALUES = ("values", "indices")


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


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Outputs:
    """All selections of ``r`` elements as rows."""
    size = int(input.shape[0])
    count = math.comb(size + r - 1, r) if with_replacement else math.comb(size, r)
    return TensorType((count, r), input.dtype)


SORTING = merge(
    rules(OpKind.TOPK, topk, ("topk",), BOTH),
    rules(OpKind.SORT, sort, ("sort",), BOTH),
    rules(OpKind.SORT, msort, ("msort",), BOTH),
    rules(OpKind.SORT, argsort, ("argsort",), BOTH),
    rules(OpKind.INDEX, searchsorted, ("searchsorted",), FREE),
    rules(OpKind.INDEX, bucketize, ("bucketize",), FREE),
    rules(OpKind.SORT, unique, ("unique",), ("functional.{}", "Tensor.{}")),
    rules(OpKind.SORT, unique_consecutive, ("unique_consecutive",), ("functional.{}", "Tensor.{}")),
    rules(OpKind.OTHER, combinations, ("combinations",), FREE),
)
