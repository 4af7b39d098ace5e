"""Operations that change how values are stored or laid out, not what they are."""

from __future__ import annotations

from analyzer.graph import Dtype, Op, OpKind
from analyzer.values import origin_of

WRAPPING = frozenset({OpKind.CAST, OpKind.COPY, OpKind.EXPAND, OpKind.UNSQUEEZE, OpKind.SQUEEZE, OpKind.RESHAPE})
"""Kinds that are transparent around statistics and weights."""


def unwrap(op: Op) -> Op:
    """``op`` without casts, copies and changes of shape around it."""
    while op.kind in WRAPPING and op.operands:
        op = op.operands[0].source
    return op


def uncast(op: Op) -> Op:
    """``op`` without casts and copies around it."""
    while op.kind in (OpKind.CAST, OpKind.COPY) and op.operands:
        op = op.operands[0].source
    return op


def casts_up(op: Op) -> bool:
    """Whether ``op`` changes its input to float32 or wider (or would, were it not that already).

    Taking over the type of another tensor (``type_as``) does not count.
    """
    return op.kind is OpKind.CAST and len(op.operands) == 1 and op.outputs[0].dtype in (Dtype.FLOAT32, Dtype.FLOAT64)


def width(op: Op, output: int = 0) -> int:
    """The size of the last axis; 0 for a scalar."""
    shape = op.outputs[output].shape if output < len(op.outputs) else ()
    return shape[-1] if shape else 0


def counts_tokens(size: int) -> bool:
    """Whether a size comes from the length of the input."""
    origin = origin_of(size)
    return origin is not None and bool(origin.symbols - {"batch", "data"})
