"""Learned tensors as they are used: a parameter behind casts, reshapes and constant arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from analyzer.graph import Op, OpKind
from analyzer.query import number, sides

_TRANSPARENT = frozenset(
    {
        OpKind.CAST,
        OpKind.COPY,
        OpKind.RESHAPE,
        OpKind.EXPAND,
        OpKind.SQUEEZE,
        OpKind.UNSQUEEZE,
        OpKind.TRANSPOSE,
        OpKind.SLICE,
    }
)


@dataclass(frozen=True, slots=True)
class Learned:
    """A use of ``parameter``, to which the constant ``offset`` has been added on the way."""

    parameter: Op
    offset: float = 0.0

    @property
    def name(self) -> str:
        """Full dotted name of the parameter."""
        return str(self.parameter.arguments.get("name", ""))

    @property
    def numel(self) -> int:
        return prod(int(size) for size in self.parameter.outputs[0].shape)


def learned(op: Op) -> Learned | None:
    """The parameter that ``op`` is a view, a cast or a constant shift of; None for anything else."""
    offset = 0.0
    while op.kind is not OpKind.PARAMETER:
        if op.kind in _TRANSPARENT and op.operands:
            op = op.operands[0].source
        elif op.kind is OpKind.ADD and (shift := _shift(op)):
            op, step = shift
            offset += step
        else:
            return None
    return Learned(op, offset)


def _shift(op: Op) -> tuple[Op, float] | None:
    pair = sides(op)
    if pair is None or op.arguments.get("alpha", 1) != 1:
        return None
    for tensor, other in (pair, pair[::-1]):
        if isinstance(tensor, Op) and (value := number(other)) is not None:
            return tensor, float(value)
    return None


def weight_side(op: Op) -> tuple[Op, Learned] | None:
    """(tensor, parameter) of an operation between a computed tensor and a parameter, in either order."""
    if (pair := sides(op)) is None:
        return None
    for tensor, other in (pair, pair[::-1]):
        if isinstance(tensor, Op) and isinstance(other, Op) and (found := learned(other)) and learned(tensor) is None:
            return tensor, found
    return None
