"""The canonical value of every operation of a model, equal layers once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from analyzer.compare.canonical.algebra import Algebra
from analyzer.compare.canonical.constants import folded
from analyzer.compare.canonical.context import CanonicalContext, CanonicalValue, Pair, frozen, shape_of
from analyzer.compare.canonical.cores import ONE, View
from analyzer.compare.canonical.elementwise import ELEMENTWISE
from analyzer.compare.canonical.layout import contiguous
from analyzer.compare.canonical.mapping import balanced, entered, lifted, spread
from analyzer.compare.canonical.products import PRODUCTS, consecutive
from analyzer.compare.canonical.reductions import REDUCTIONS
from analyzer.compare.canonical.shapes import SHAPES, narrow
from analyzer.compare.canonical.terms import Terms
from analyzer.graph import Op, Operand, OpGraph, OpKind, Phase
from analyzer.query.folding import Folding

Meaning = Callable[[CanonicalContext, Op], "tuple[CanonicalValue, ...] | None"]
MEANINGS: Mapping[OpKind, Meaning] = {**SHAPES, **ELEMENTWISE, **PRODUCTS, **REDUCTIONS}
Leaves = Callable[[Op], "View | None"]
"""The view that stands for a parameter or input; None where it is what its own description says."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A graph in which one layer stands for all that are equal to it."""

    graph: OpGraph
    folding: Folding

    def ops(self) -> tuple[Op, ...]:
        """The operations that stay, those of the forward call and what they need, in order of execution."""
        needed: set[Op] = set()
        for op in reversed(self.graph.ops):
            if self.folding.of(op) is op and (op.phase is Phase.FORWARD or op in needed):
                needed.add(op)
                if op.kind is not OpKind.PARAMETER:
                    needed.update(self.source(operand) for operand in op.operands)
        return tuple(op for op in self.graph.ops if op in needed)

    def in_order(self) -> bool:
        """Whether what stands for an operand always runs before the operation that reads it."""
        return all(self.source(operand).index < op.index for op in self.ops() for operand in op.operands)

    def source(self, operand: Operand) -> Op:
        """The operation that stands for the one that an operand reads."""
        return self.folding.of(operand.source)


def evaluate(
    terms: Terms, model: Folded, ops: Iterable[Op], leaves: Leaves, *, precise: bool
) -> dict[Op, tuple[CanonicalValue, ...]]:
    """The canonical values of the outputs of ``ops``."""
    context = CanonicalContext(Algebra(terms, precise=precise), precise, _Values(model.folding))
    given = tuple(ops)
    follow = balanced(given)
    for op in given:
        mapped = entered(context, op) if follow else None
        context.values[op] = (mapped,) if mapped is not None else _value(context, lifted(context, op), leaves)
        if context.levels:
            context.depths[op] = len(context.levels)
    return context.values


class _Values(dict[Op, "tuple[CanonicalValue, ...]"]):
    """Values by operation; those of folded layers are those of the layer that stands for them."""

    def __init__(self, folding: Folding) -> None:
        super().__init__()
        self._folding = folding

    def __missing__(self, op: Op) -> tuple[CanonicalValue, ...]:
        kept = self._folding.of(op)
        if kept is op:
            raise KeyError(op)
        return self[kept]


def _value(context: CanonicalContext, op: Op, leaves: Leaves) -> tuple[CanonicalValue, ...]:
    if (leaf := leaves(op)) is not None:
        return (leaf,)
    if op.kind is OpKind.BUFFER and op.operands:
        return (context.value(op.operands[0]),)
    if op.kind in (OpKind.PARAMETER, OpKind.INPUT, OpKind.BUFFER):
        return (_own(context, op),)
    if op.alias and op.operands:
        return (context.value(op.operands[0]),)
    if (numbers := folded(context, op)) is not None:
        return tuple(spread(op, value) for value in numbers) if context.levels else numbers
    meaning = MEANINGS.get(op.kind)
    found = meaning(context, op) if meaning is not None and op.operands else None
    if found is None or not _fits(op, found):
        return _opaque(context, op)
    return found


def _own(context: CanonicalContext, op: Op) -> View:
    shape = shape_of(op)
    name = str(op.arguments.get("name", ""))
    return View(context.terms.leaf(op.kind.value, (name, shape), math.prod(shape)), contiguous(shape))


def _fits(op: Op, values: tuple[CanonicalValue, ...]) -> bool:
    return len(values) == len(op.outputs) and all(
        (value.real if isinstance(value, Pair) else value).shape == shape_of(op, output)
        for output, value in enumerate(values)
    )


def _opaque(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...]:
    if op.kind in (OpKind.GATHER, OpKind.INDEX) and len(op.outputs) == 1 and (view := context.first(op)).core == ONE:
        return (context.terms.scalar(view.factor, shape_of(op)),)  # whichever is picked of equal numbers
    if op.kind is OpKind.INDEX and (found := _rows(context, op)) is not None:
        return (found,)
    slots, views, given = context.call(op)
    arguments = (slots, *given, frozen(op.arguments.get("fill")), *context.note(op))
    return tuple(
        context.terms.opaque(op.name, (*arguments, shape_of(op, output)), views, shape_of(op, output), output)
        for output in range(len(op.outputs))
    )


def _rows(context: CanonicalContext, op: Op) -> View | None:
    """An index by known positions that count up: a part of the first dimension, or of a later one."""
    view = context.first(op)
    index = op.arguments.get("index")
    places = [context.view(operand) for operand in op.operands[1:]]
    numbers = context.numbers(places[0]) if len(places) == 1 else None
    if numbers is None or numbers.dtype.kind == "b":
        return None
    if index is None:
        return consecutive(context, view, numbers)
    items = list(index) if isinstance(index, tuple) else [index]
    axis = next((place for place, item in enumerate(items) if not isinstance(item, slice)), None)
    others = [item for place, item in enumerate(items) if place != axis]
    if axis is None or numbers.ndim != 1 or any(item != slice(None) for item in others):
        return None
    first, count = int(numbers[0]) % view.shape[axis], len(numbers)
    if any(int(number) % view.shape[axis] != first + place for place, number in enumerate(numbers)):
        return None
    return narrow(context, view, axis, first, count)
