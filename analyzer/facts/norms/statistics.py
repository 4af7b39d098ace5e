"""Statistics that norms divide by, in every spelling: ``rsqrt(mean(x²) + eps)``, ``sqrt(var)``, ``norm(x)``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import isclose
from typing import TypeAlias

from analyzer.facts.dataflow.layout import unwrap
from analyzer.graph import Op, OpKind
from analyzer.query import constant_side, number, sides
from analyzer.values import plain


class Measure(StrEnum):
    """What is measured of the input before the square root is taken."""

    MEAN_SQUARE = "mean of squares"
    SUM_SQUARE = "sum of squares"
    VARIANCE = "variance"
    MEAN_ABSOLUTE = "mean of magnitudes"
    RUNNING = "running variance"


@dataclass(frozen=True, slots=True)
class Denominator:
    """What a norm divides by: ``op`` measures it over ``width`` features, ``guard`` adds ``eps`` to it, if any."""

    op: Op
    width: int
    eps: int | float | None = None
    guard: Op | None = None


@dataclass(frozen=True, slots=True)
class Statistic:
    """``measure`` of ``of``, taken by ``op`` over ``width`` features; ``guard`` added ``eps`` to it, if any."""

    measure: Measure
    of: Op
    op: Op
    width: int
    eps: int | float | None = None
    guard: Op | None = None

    @property
    def denominator(self) -> Denominator:
        """The statistic as what a norm divides by."""
        return Denominator(self.op, self.width, self.eps, self.guard)


Matcher: TypeAlias = Callable[[Op], Statistic | None]


def divisor(op: Op) -> Statistic | None:
    """The statistic whose square root ``op`` is (a deviation, a length)."""
    op = unwrap(op)
    match op.kind:
        case OpKind.SQRT:
            return _statistic(op.operands[0].source)
        case OpKind.POW:
            return _power(op, 0.5)
        case OpKind.NORM:
            return _length(op)
        case OpKind.STD:
            return Statistic(Measure.VARIANCE, unwrap(op.operands[0].source), op, reduced(op))
        case OpKind.ADD | OpKind.CLAMP | OpKind.MAXIMUM:
            return _guarded(op, divisor)
        case OpKind.MUL | OpKind.DIV:
            return _scaled(op, divisor, 2)
        case _:
            return None


def multiplier(op: Op) -> Statistic | None:
    """The statistic whose inverse square root ``op`` is."""
    op = unwrap(op)
    match op.kind:
        case OpKind.RSQRT:
            return _statistic(op.operands[0].source)
        case OpKind.POW:
            return _power(op, -0.5) or (_power(op, -1.0, divisor))
        case OpKind.RECIPROCAL:
            return divisor(op.operands[0].source)
        case OpKind.DIV:
            pair = sides(op)
            if pair and isinstance(pair[1], Op) and number(pair[0]) == 1:
                return divisor(pair[1])
            return None
        case OpKind.MUL:
            return _scaled(op, multiplier, -2)
        case _:
            return None


def _power(op: Op, exponent: float, inner: Matcher | None = None) -> Statistic | None:
    found = constant_side(op)
    if not found or plain(found[1]) != exponent:
        return None
    return (inner or _statistic)(found[0])


def _statistic(op: Op) -> Statistic | None:
    """The statistic itself, before any root."""
    op = unwrap(op)
    match op.kind:
        case OpKind.ADD | OpKind.CLAMP | OpKind.MAXIMUM:
            return _guarded(op, _statistic)
        case OpKind.MUL | OpKind.DIV:
            return _scaled(op, _statistic, 1)
        case OpKind.VAR:
            return Statistic(Measure.VARIANCE, unwrap(op.operands[0].source), op, reduced(op))
        case OpKind.MEAN | OpKind.SUM:
            return _mean(op)
        case OpKind.BUFFER:
            return Statistic(Measure.RUNNING, op, op, op.outputs[0].shape[-1] if op.outputs[0].shape else 1)
        case _:
            return None


def _mean(op: Op) -> Statistic | None:
    inner = unwrap(op.operands[0].source)
    if (base := squared(inner)) is not None:
        measure = Measure.MEAN_SQUARE if op.kind is OpKind.MEAN else Measure.SUM_SQUARE
        return Statistic(measure, base, op, reduced(op))
    if inner.kind is OpKind.ABS and op.kind is OpKind.MEAN:
        return Statistic(Measure.MEAN_ABSOLUTE, unwrap(inner.operands[0].source), op, reduced(op))
    return None


def squared(op: Op) -> Op | None:
    """What ``op`` is the square of (``x ** 2``, ``x * x``, ``square(x)``, ``abs(x) ** 2``), None if of nothing."""
    match op.kind:
        case OpKind.SQUARE:
            base = op.operands[0].source
        case OpKind.POW if (found := constant_side(op)) and plain(found[1]) == 2:
            base = found[0]
        case OpKind.MUL if len(op.operands) == 2:
            left, right = (unwrap(operand.source) for operand in op.operands)
            if left is not right:
                return None
            base = left
        case _:
            return None
    base = unwrap(base)
    return unwrap(base.operands[0].source) if base.kind is OpKind.ABS else base


def _length(op: Op) -> Statistic | None:
    order = plain(op.arguments.get("p", 2))
    if order not in (2, 2.0, "fro", None) or op.arguments.get("dim") is None:
        return None
    return Statistic(Measure.SUM_SQUARE, unwrap(op.operands[0].source), op, reduced(op))


def _guarded(op: Op, inner: Matcher) -> Statistic | None:
    """A statistic with an epsilon added, or bounded from below by one."""
    if op.kind is OpKind.CLAMP:
        found, eps = inner(op.operands[0].source), number(op.arguments.get("min"))
    else:
        if (pair := constant_side(op)) is None:
            return None
        found, eps = inner(pair[0]), pair[1]
    if found is None:
        return None
    return replace(found, eps=eps, guard=op) if found.eps is None and eps is not None else found


def _scaled(op: Op, inner: Matcher, power: int) -> Statistic | None:
    """A sum of squares divided by the width is a mean; ``power`` is how often the constant counts under the root."""
    pair = sides(op)
    found = constant_side(op)
    if pair is None or found is None or (op.kind is OpKind.DIV and found[0] is not pair[0]):
        return None
    statistic = inner(found[0])
    if statistic is None:
        return None
    factor = float(found[1]) ** (power if op.kind is OpKind.MUL else -power)
    if statistic.measure is Measure.SUM_SQUARE and isclose(factor * statistic.width, 1, rel_tol=1e-4):
        return replace(statistic, measure=Measure.MEAN_SQUARE)
    return None


def reduced(op: Op) -> int:
    """How many numbers a reduction takes together."""
    operand = op.operands[0]
    shape = operand.source.outputs[operand.output].shape
    axes = _axes(op.arguments.get("dim"), len(shape))
    width = 1
    for axis in axes:
        if -len(shape) <= axis < len(shape):
            width = shape[axis] if width == 1 else width * shape[axis]
    return width


def _axes(dim: object, rank: int) -> tuple[int, ...]:
    if dim is None:
        return tuple(range(rank))
    chosen = dim if isinstance(dim, tuple | list) else (dim,)
    return tuple(int(axis) for axis in chosen if isinstance(axis, int))
