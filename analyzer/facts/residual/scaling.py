"""What hands a tensor on as it is, or times a constant or a learned factor."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from analyzer.facts.dataflow.content import learned_only
from analyzer.facts.dataflow.learned import weight_side
from analyzer.facts.norms.operations import norm_of_operation
from analyzer.graph import Op, OpKind
from analyzer.query import Query, constant_side, sides

CARRY = frozenset(
    {
        OpKind.CAST,
        OpKind.COPY,
        OpKind.DROPOUT,
        OpKind.RESHAPE,
        OpKind.TRANSPOSE,
        OpKind.SQUEEZE,
        OpKind.UNSQUEEZE,
        OpKind.ROLL,
        OpKind.EXPAND,
    }
)
"""Kinds that hand the values of the stream on as they are."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A multiplier on the way to an addition: a constant ``value``, or a ``learned`` tensor."""

    op: Op
    value: int | float | None = None
    divides: bool = False
    learned: Op | None = None

    @property
    def factor(self) -> float:
        """The constant as a multiplier (1 for a learned one)."""
        if self.value is None:
            return 1.0
        return 1.0 / float(self.value) if self.divides else float(self.value)


@dataclass(frozen=True, slots=True)
class Stripped:
    """``root`` is the operation below casts, dropout, changes of shape and multipliers; ``scales`` the multipliers,
    ``passed`` everything above the root, outermost first."""

    root: Op
    scales: tuple[Scale, ...] = ()
    passed: tuple[Op, ...] = ()

    def down_to(self, op: Op) -> tuple[Scale, ...]:
        """The multipliers that are applied after ``op``."""
        return tuple(scale for scale in self.scales if scale.op.index > op.index)


def strip_scales(query: Query, op: Op) -> Stripped:
    """``op`` without what hands it on unchanged or times a constant or a parameter (that is not a norm's weight)."""
    norm_of = query.get(norm_of_operation)
    scales: list[Scale] = []
    passed: list[Op] = []
    while True:
        top = op
        if op.kind in CARRY and op.operands:
            op = op.operands[0].source
        elif op not in norm_of and (found := _scale(query, op)) is not None:
            op, scale = found
            scales.append(scale)
        else:
            return Stripped(op, tuple(scales), tuple(passed))
        passed.append(top)


def _scale(query: Query, op: Op) -> tuple[Op, Scale] | None:
    if op.kind not in (OpKind.MUL, OpKind.DIV):
        return None
    if (constant := constant_side(op)) is not None:
        pair = sides(op)
        if op.kind is OpKind.DIV and pair is not None and pair[0] is not constant[0]:
            return None
        return constant[0], Scale(op, value=constant[1], divides=op.kind is OpKind.DIV)
    return _learned_scale(query, op)


def _learned_scale(query: Query, op: Op) -> tuple[Op, Scale] | None:
    """A factor that is a parameter, or is computed from parameters alone (a gate ``tanh(alpha)``), or its inverse."""
    fixed = query.get(learned_only)
    pair = sides(op)
    if (found := weight_side(op)) is not None and (op.kind is OpKind.MUL or (pair and pair[0] is found[0])):
        return found[0], Scale(op, learned=found[1].parameter)
    for tensor, gate in (pair, pair[::-1]) if pair and op.kind is OpKind.MUL else (pair,) if pair else ():
        if isinstance(tensor, Op) and isinstance(gate, Op) and gate in fixed and tensor not in fixed:
            return tensor, Scale(op, learned=gate)
    return None


def unread_scale(op: Op) -> bool:
    """Whether ``op`` multiplies or divides by a single number that the code does not show."""
    if op.kind not in (OpKind.MUL, OpKind.DIV) or constant_side(op) is not None or weight_side(op) is not None:
        return False
    return any(
        isinstance(side, Op) and side.outputs[0].shape != op.outputs[0].shape and prod(side.outputs[0].shape) == 1
        for side in sides(op) or ()
    )
