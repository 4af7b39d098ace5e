"""Diagonals and triangles of matrices."""

from __future__ import annotations

from analyzer.frameworks.torch.operations.elementwise import same
from analyzer.frameworks.torch.operations.spelling import BOTH, IN_PLACE, METHOD, rules
from analyzer.graph import OpKind, TensorType
from analyzer.library.operations.broadcasting import (
    axis,
)
from analyzer.library.operations.errors import ShapeError
from analyzer.library.operations.rule import Outputs, merge
from analyzer.values import Tensor


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


def fill_diagonal(input: Tensor, fill_value: object, wrap: bool = False) -> Outputs:
    """One number on the diagonal."""
    return same(input)


DIAGONALS = merge(
    rules(OpKind.SCATTER, fill_diagonal, ("fill_diagonal_",), METHOD),
    rules(OpKind.TRIANGLE, triangle, ("tril", "triu"), IN_PLACE),
    rules(OpKind.OTHER, diag, ("diag",), BOTH),
    rules(OpKind.SLICE, diagonal_of, ("diagonal",), (*BOTH, "linalg.{}")),
    rules(OpKind.OTHER, diag_embed, ("diag_embed",), BOTH),
)
