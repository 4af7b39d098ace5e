"""Binary arithmetic with either side a tensor or a number, whichever way it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from analyzer.graph import REFLECTED, Constant, Op, Operand, OpKind
from analyzer.values import plain

Side: TypeAlias = "Op | Constant"
"""One side of a binary operation: the operation that produces it, or a constant."""

_BINARY = frozenset(
    {OpKind.ADD, OpKind.SUB, OpKind.MUL, OpKind.DIV, OpKind.POW, OpKind.MAXIMUM, OpKind.MINIMUM, OpKind.COMPARE}
)
_LEFT = ("input", "self", "base")
_RIGHT = ("other", "exponent", "value")


def sides(op: Op) -> tuple[Side, Side] | None:
    """Left and right side of a binary operation as it is meant (``1 - x`` gives ``(1, x)``), None for other kinds."""
    if (pair := operand_sides(op)) is None:
        return None
    left, right = (side.source if isinstance(side, Operand) else side for side in pair)
    return left, right


def operand_sides(op: Op) -> tuple[Operand | Constant, Operand | Constant] | None:
    """Like ``sides``, with the operand (which output of which operation) in place of the operation."""
    if op.kind not in _BINARY:
        return None
    left, right = _side(op, _LEFT, 0), _side(op, _RIGHT, 1)
    return (right, left) if op.name in REFLECTED else (left, right)


def _side(op: Op, slots: tuple[str, ...], position: int) -> Operand | Constant:
    for slot in slots:
        for operand in op.operands:
            if operand.slot == slot:
                return operand
        if slot in op.arguments:
            return op.arguments[slot]
    if position < len(op.operands):
        return op.operands[position]
    return None


def number(side: Side) -> int | float | None:
    """The number (traced or not) that ``side`` stands for: a constant, or a tensor of no dimensions filled with one."""
    if isinstance(side, Op):
        return _filled(side)
    if isinstance(side, int | float) and not isinstance(plain(side), bool):
        return side
    return None


def _filled(op: Op) -> int | float | None:
    while op.kind in (OpKind.CAST, OpKind.COPY, OpKind.BUFFER) and op.operands:
        op = op.operands[0].source
    if op.kind is not OpKind.CREATE or any(size != 1 for size in op.outputs[0].shape):
        return None
    return number(op.arguments.get("fill"))


def constant_side(op: Op) -> tuple[Op, int | float] | None:
    """(tensor, number) of an operation between a tensor and a number, in either order; None when it is neither.

    A division by zero, or of it, is no such operation: nothing can be told from what it makes.
    """
    if (pair := sides(op)) is None:
        return None
    for tensor, other in (pair, pair[::-1]):
        if isinstance(tensor, Op) and (value := number(other)) is not None and number(tensor) is None:
            return None if op.kind is OpKind.DIV and not value else (tensor, value)
    return None


def is_square_root_of(op: Op, accept: Callable[[Op], bool]) -> bool:
    """Whether ``op`` is the square root (``sqrt``, ``** 0.5``) of an operation that ``accept`` takes."""
    if op.kind is OpKind.SQRT:
        return accept(op.operands[0].source)
    if op.kind is OpKind.POW and (found := constant_side(op)):
        return found[1] == 0.5 and accept(found[0])
    return False
