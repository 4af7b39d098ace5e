"""A graph without operations that hand on what they read: ``x * 1.0``, ``x + 0``, ``-(-x)``, a second equal cast.

They are left out in one place, before anything is asked, so that no question has to see through them. A number that
comes from the configuration stays: ``x * config.multiplier`` says something, also where the multiplier is 1. What is
multiplied by an inverse, ``a * (1 / b)``, is divided: ``a / b``; to add the negative is to subtract; a sum divided by
the number of its summands is a mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod

from analyzer.graph import BuiltModel, Op, Operand, OpGraph, OpKind, Phase
from analyzer.query.arithmetic import number, operand_sides
from analyzer.values import origin_of

_NEUTRAL = {OpKind.MUL: 1, OpKind.DIV: 1, OpKind.POW: 1, OpKind.ADD: 0, OpKind.SUB: 0}
"""The number that changes nothing: on the right, and for a product or a sum on either side."""
_EITHER_SIDE = frozenset({OpKind.MUL, OpKind.ADD})


@dataclass(frozen=True, slots=True)
class Simplified:
    """A model without its neutral operations; ``left_out`` are these, by the operation that they read."""

    model: BuiltModel
    left_out: Mapping[Op, tuple[Op, ...]]


def simplified(model: BuiltModel) -> Simplified:
    """``model`` with a graph without neutral operations; itself if it has none."""
    if not any(_handed_on(op) or _restated(op) for op in model.graph):
        return Simplified(model, {})
    rewiring = _Rewiring(model.graph, {*model.graph.results, *model.kept})
    graph = OpGraph(rewiring.ops, rewiring.operands(model.graph.results))
    return Simplified(replace(model, graph=graph, kept=rewiring.operands(model.kept)), rewiring.by_source)


class _Rewiring:
    """New operations, which read past what was left out."""

    def __init__(self, graph: OpGraph, returned: Iterable[Operand]) -> None:
        self._left_out: dict[Op, Operand] = {}
        self._made: dict[Op, Op] = {}
        self.by_source: dict[Op, tuple[Op, ...]] = {}
        for op in graph:
            self._add(op)
        needed = {operand.source for operand in self.operands(returned)}
        needed |= {past.source for op, past in self._left_out.items() if not graph.users(op)}
        needed |= {operand.source for op in self._made.values() for operand in op.operands}
        self.ops = [made for op, made in self._made.items() if made in needed or not graph.users(op)]
        """What only operations read that were left out is left out, too."""

    def _add(self, op: Op) -> None:
        operands = self.operands(op.operands)
        changed = any(new is not old for new, old in zip(operands, op.operands, strict=True))
        made = replace(op, operands=operands) if changed else op
        if (source := _handed_on(made)) is not None:
            self._left_out[op] = source
            self.by_source[source.source] = (*self.by_source.get(source.source, ()), made)
        else:
            self._made[op] = _restated(made) or made

    def operands(self, old: Iterable[Operand]) -> tuple[Operand, ...]:
        return tuple(map(self._operand, old))

    def _operand(self, old: Operand) -> Operand:
        if (past := self._left_out.get(old.source)) is not None:
            return replace(old, source=past.source, output=past.output)
        made = self._made.get(old.source, old.source)
        return old if made is old.source else replace(old, source=made)


def _handed_on(op: Op) -> Operand | None:
    """The operand whose numbers, shape and type are those of the result, None if there is none."""
    if op.phase is not Phase.FORWARD or len(op.outputs) != 1:
        return None
    found = _reversed_twice(op) or _cast_before(op) or _neutral(op)
    return found if found is not None and found.source.outputs[found.output] == op.outputs[0] else None


def _neutral(op: Op) -> Operand | None:
    if (pair := operand_sides(op)) is None or (neutral := _NEUTRAL.get(op.kind)) is None:
        return None
    for tensor, other in (pair, pair[::-1]) if op.kind in _EITHER_SIDE else (pair,):
        if isinstance(tensor, Operand) and _written(other) == neutral:
            return tensor
    return None


def _written(side: object) -> int | float | None:
    """A number that the code itself writes."""
    value = number(side.source if isinstance(side, Operand) else side)  # type: ignore[arg-type]
    origin = origin_of(value)
    return None if value is None or (origin is not None and (origin.fields or origin.symbols)) else value


def _reversed_twice(op: Op) -> Operand | None:
    """``x`` of ``-(-x)``."""
    inner = op.operands[0].source if op.kind is OpKind.NEG else None
    return inner.operands[0] if inner is not None and inner.kind is OpKind.NEG else None


def _cast_before(op: Op) -> Operand | None:
    """The cast before a cast to the same type."""
    if op.kind is not OpKind.CAST or len(op.operands) != 1:
        return None
    inner = op.operands[0]
    return inner if inner.source.kind is OpKind.CAST and len(inner.source.operands) == 1 else None


def _restated(op: Op) -> Op | None:
    """``a / b`` where ``op`` is ``a * (1 / b)``, ``a - b`` for ``a + (-b)``, a mean where it is a sum divided by
    the number of summands; None for anything else."""
    if op.phase is not Phase.FORWARD or op.kind not in (OpKind.MUL, OpKind.ADD, OpKind.DIV):
        return None
    if op.kind is OpKind.DIV:
        return _mean(op)
    if len(op.operands) != 2 or op.arguments.get("alpha", 1) != 1:
        return None
    kind, inner = (OpKind.DIV, _inverted) if op.kind is OpKind.MUL else (OpKind.SUB, _negated)
    for one, other in (op.operands, op.operands[::-1]):
        if one.source is not other.source and (found := inner(other.source)) is not None:
            pair = (Operand("input", one.source, one.output), Operand("other", found.source, found.output))
            return replace(op, kind=kind, name=kind.value, operands=pair)
    return None


def _inverted(op: Op) -> Operand | None:
    """``x`` of ``1 / x``."""
    if op.kind is OpKind.RECIPROCAL:
        return op.operands[0]
    pair = operand_sides(op) if op.kind is OpKind.DIV else None
    return pair[1] if pair and isinstance(pair[1], Operand) and _written(pair[0]) == 1 else None


def _negated(op: Op) -> Operand | None:
    """``x`` of ``-x``."""
    return op.operands[0] if op.kind is OpKind.NEG else None


def _mean(op: Op) -> Op | None:
    """The mean that a sum divided by the number of its summands is."""
    pair = operand_sides(op)
    if pair is None or not isinstance(pair[0], Operand) or pair[0].source.kind is not OpKind.SUM:
        return None
    total = pair[0].source
    count = number(pair[1].source if isinstance(pair[1], Operand) else pair[1])
    if count is None or count != _summands(total) or total.outputs != op.outputs:
        return None
    return replace(op, kind=OpKind.MEAN, name="mean", operands=total.operands, arguments=total.arguments)


def _summands(total: Op) -> int | None:
    """How many numbers a sum adds up, None where its axes are not known."""
    shape = total.operands[0].source.outputs[total.operands[0].output].shape
    axes = total.arguments.get("dim")
    chosen = axes if isinstance(axes, tuple) else (axes,)
    if not all(isinstance(axis, int) and -len(shape) <= axis < len(shape) for axis in chosen):
        return None
    return prod(int(shape[axis]) for axis in chosen if isinstance(axis, int))
