"""How a matrix is stored: a row for each output, as linear layers mostly have it, or a row for each input."""

from __future__ import annotations

from enum import StrEnum

from analyzer.facts.dataflow.projections import WEIGHT_WAY, Projection
from analyzer.graph import Op, Operand, OpKind


class WeightLayout(StrEnum):
    """The last two axes of a stored matrix."""

    OUT_IN = "[out, in]"
    IN_OUT = "[in, out]"


_KEEPING = WEIGHT_WAY - {OpKind.TRANSPOSE, OpKind.RESHAPE, OpKind.REPEAT}


def weight_layout(projection: Projection) -> WeightLayout | None:
    """How the matrix of ``projection`` is stored; None for convolutions, and where the way to its use is not plain."""
    used = _used(projection)
    turned = _turned(projection) if used is not None else None
    if used is None or turned is None:
        return None
    return used if not turned else _OTHER[used]


_OTHER = {WeightLayout.OUT_IN: WeightLayout.IN_OUT, WeightLayout.IN_OUT: WeightLayout.OUT_IN}


def _used(projection: Projection) -> WeightLayout | None:
    """The layout in which the product reads the matrix."""
    op = projection.op
    if op.kind in (OpKind.LINEAR, OpKind.ATTENTION):  # a call that projects by itself does so as linear layers do
        return WeightLayout.OUT_IN
    if op.kind is not OpKind.MATMUL or (operand := _operand(projection)) is None:
        return None
    factors = [one for one in op.operands if one.slot not in ("bias", "beta", "alpha")]
    if op.operand("mat1") is not None or op.operand("batch1") is not None:
        factors = [one for one in factors if one.slot in ("mat1", "mat2", "batch1", "batch2")]
    return WeightLayout.IN_OUT if operand is factors[-1] else WeightLayout.OUT_IN


def _operand(projection: Projection) -> Operand | None:
    """The operand of the product that is the matrix."""
    return next((one for one in projection.op.operands if _leads(one.source, projection.weight)), None)


def _leads(op: Op, weight: Op) -> bool:
    while op is not weight and op.kind in WEIGHT_WAY and op.operands:
        op = op.operands[0].source
    return op is weight


def _turned(projection: Projection) -> bool | None:
    """Whether the matrix is transposed between where it is stored and the product; None where that is not known."""
    operand = _operand(projection)
    if operand is None:
        return None
    op, turned = operand.source, False
    while op is not projection.weight:
        if op.kind is OpKind.TRANSPOSE and _swaps_last(op):
            turned = not turned
        elif op.kind not in _KEEPING and not _keeps_rows(op):
            return None
        op = op.operands[0].source
    return turned


def _keeps_rows(op: Op) -> bool:
    """Whether a change of shape leaves rows whole: matrices that lie one below the other are told apart."""
    before, after = op.operands[0].source.outputs[op.operands[0].output].shape, op.outputs[0].shape
    return op.kind is OpKind.RESHAPE and int(before[-1]) == int(after[-1])


def _swaps_last(op: Op) -> bool:
    """Whether a transposition is the plain one of the last two axes: judged by the sizes where they differ."""
    before, after = op.operands[0].source.outputs[op.operands[0].output].shape, op.outputs[0].shape
    if len(before) == 2:
        return True
    dims = {op.arguments.get("dim0"), op.arguments.get("dim1")}
    rank = len(before)
    named = {int(dim) % rank for dim in dims if isinstance(dim, int)}
    return named == {rank - 1, rank - 2} or tuple(after[-2:]) == (before[-1], before[-2]) != tuple(before[-2:])
