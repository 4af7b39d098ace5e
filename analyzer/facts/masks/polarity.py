"""Whether a condition on positions says what attention sees, or what is hidden from it."""

from __future__ import annotations

from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, constant_side, number
from analyzer.values import plain

_FAR = 24
"""Steps from a condition to the scores."""
_WAY = Group.LAYOUT | Group.SELECTION | {OpKind.MUL, OpKind.ADD, OpKind.MINIMUM, OpKind.MAXIMUM}


def hides(query: Query, op: Op) -> bool:
    """Whether keys are masked out where ``op`` holds; False where that does not show."""
    turned = False
    for _ in range(_FAR):
        if not (users := query.users(op)):
            return False
        step = users[0]
        if step.kind in (OpKind.WHERE, OpKind.MASKED_FILL) and op in _conditions(step):
            return turned is not _fills_low(step)
        if _negates(step):
            turned = not turned
        elif step.kind not in _WAY | {OpKind.LOGICAL} or _scaled_low(step):
            return turned is not _scaled_low(step)
        op = step
    return turned


def _conditions(step: Op) -> tuple[Op | None, ...]:
    return step.operand("mask"), step.operand("condition")


def _fills_low(step: Op) -> bool:
    """Whether what stands where the condition holds is the lower: minus infinity among scores, False among truths."""
    value = _put(step)
    if value is None:
        return False
    if step.kind is OpKind.MASKED_FILL and not step.outputs[0].dtype.is_floating:
        return value == 0
    return value < 0


def _put(step: Op) -> float | None:
    """The number that stands where the condition holds, or the opposite of that where it does not."""
    if step.kind is OpKind.MASKED_FILL:
        return _number(step, "value")
    held = _number(step, "input")
    other = _number(step, "other")
    return held if held is not None else None if other is None else -other


def _number(step: Op, slot: str) -> float | None:
    source = step.operand(slot)
    found = number(source) if source is not None else plain(step.arguments.get(slot))
    return float(found) if isinstance(found, int | float) else None


def _negates(step: Op) -> bool:
    """Whether true becomes false: ``~x``, ``x == 0``, ``1 - x``."""
    if step.kind is OpKind.LOGICAL:
        return step.name in ("bitwise_not", "logical_not")
    found = constant_side(step)
    if found is None:
        return False
    value = float(plain(found[1]))
    return (step.name, value) in _NEGATIONS


_NEGATIONS = frozenset({("eq", 0.0), ("ne", 1.0), ("sub", 1.0), ("rsub", 1.0)})


def _scaled_low(step: Op) -> bool:
    """Whether truth is made a number far below all scores."""
    found = constant_side(step) if step.kind is OpKind.MUL else None
    return found is not None and float(plain(found[1])) < -1
