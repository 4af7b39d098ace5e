"""Deliberate numerical guards: casts to float32, clamps, constants added to divisors, fillers of masks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import isinf

from analyzer.facts.attention.attention import Attention, attentions
from analyzer.facts.attention.score_terms import positional_above, score_terms
from analyzer.facts.dataflow.content import angular, content
from analyzer.facts.embedding_and_head.head import heads
from analyzer.facts.feed_forward.router import Router
from analyzer.facts.feed_forward.routers import routers
from analyzer.facts.norms.operations import norm_of_operation
from analyzer.facts.stacks.stacks import layer_paths
from analyzer.graph import Dtype, Group, Op, OpKind
from analyzer.query import Query, constant_side, number
from analyzer.query import sides as sides_of

_WIDE = frozenset({Dtype.FLOAT32, Dtype.FLOAT64})
_NARROW = frozenset({Dtype.BFLOAT16, Dtype.FLOAT16})
_LOWEST = 1e4
"""Fillers below minus this are meant as minus infinity."""


class Guarded(StrEnum):
    """What an upcast protects."""

    NORM = "norm"
    SOFTMAX = "softmax"
    ROPE = "rope"
    ROUTER = "router"
    LOGITS = "logits"
    OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class Upcast:
    """An operation that goes to float32 by its own word, and what it serves."""

    op: Op
    serves: Guarded


def upcasts(query: Query) -> tuple[Upcast, ...]:
    """Every cast of half-precision activations to float32 in the forward call, in order of execution."""
    places = dict(_served(query))
    carried = query.get(content)
    found = [op for op in query.ops(OpKind.CAST, OpKind.SOFTMAX) if _widens(op) and op in carried]
    return tuple(Upcast(op, places.get(op, Guarded.OTHER)) for op in found)


def _widens(op: Op) -> bool:
    if not op.operands or not op.outputs or op.outputs[0].dtype not in _WIDE:
        return False
    return op.operands[0].source.outputs[op.operands[0].output].dtype in _NARROW


def _served(query: Query) -> Iterator[tuple[Op, Guarded]]:
    """Casts by the structure that they belong to; the later of two kinds wins."""
    for head in query.facts(heads):
        yield from ((op, Guarded.LOGITS) for op in query.below(head.linear) if op.kind is OpKind.CAST)
    for attention in query.facts(attentions):
        sides = attention.query.steps | attention.key.steps
        yield from ((op, Guarded.SOFTMAX) for op in sides if op.kind is OpKind.CAST)
        turned = (*attention.query.rotaries, *attention.key.rotaries)
        for rotary in turned:
            yield from ((op, Guarded.ROPE) for op in _around(query, rotary.mixes[0]))
        yield from ((op, Guarded.SOFTMAX) for op in (*attention.steps, attention.softmax))
    for router in query.facts(routers):
        first = router.projection.input
        yield from ((op, Guarded.ROUTER) for op in (first, *query.within(first, router.choice)))
    yield from ((op, Guarded.NORM) for op in query.get(norm_of_operation))


def _around(query: Query, mix: Op) -> Iterable[Op]:
    """Casts directly above the two products of a rotation."""
    above = query.above(mix, within=Group.LAYOUT | {OpKind.MUL, OpKind.CAT, OpKind.NEG, OpKind.SLICE, OpKind.COMPLEX})
    return (op for op in above if op.kind is OpKind.CAST and op not in query.get(angular))


# -- bounds and small constants -------------------------------------------------------------------------------------


def clamps(query: Query) -> tuple[Op, ...]:
    """Clamps of activations by constants inside layers, outside of norms and activation functions."""
    norm_of, carried, layers = query.get(norm_of_operation), query.get(content), query.get(layer_paths)
    found = [op for op in query.ops(OpKind.CLAMP) if op in carried and op not in norm_of and _floating(op)]
    return tuple(op for op in found if not layers.isdisjoint(query.tree.ancestors(op.module)))


def _floating(op: Op) -> bool:
    return bool(op.outputs) and op.outputs[0].dtype.is_floating


def bounds(op: Op) -> tuple[object, object]:
    """The bounds of a clamp, None for an open side."""
    return op.arguments.get("min"), op.arguments.get("max")


def divisor_guards(query: Query) -> tuple[tuple[Op, int | float], ...]:
    """(addition, constant) for every small constant that is added to a divisor outside of norms."""
    norm_of = query.get(norm_of_operation)
    found: dict[Op, int | float] = {}
    for op in query.ops(OpKind.DIV):
        pair = sides_of(op)
        divisor = pair[1] if pair is not None else None
        if op in norm_of or not isinstance(divisor, Op):
            continue
        added = query.skip(divisor, Group.LAYOUT)
        small = constant_side(added) if added.kind is OpKind.ADD else None
        if small is not None and 0 < float(small[1]) <= 1e-3:
            found[added] = small[1]
    return tuple(found.items())


# -- masks ----------------------------------------------------------------------------------------------------------


class Filler(StrEnum):
    """What hidden scores are replaced by: the lowest finite number of the type, minus infinity, another number."""

    FINITE = "finite_minimum"
    INFINITE = "-inf"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, eq=False)
class MaskFill:
    """``op`` puts ``value`` where a key is hidden."""

    op: Op
    value: float
    filler: Filler


def mask_fill(query: Query, attention: Attention) -> MaskFill | None:
    """What hides scores of one attention; None where nothing does, or a fused call does it inside."""
    own = _lowest(attention.steps)
    outside = query.get(_outside_fill, frozenset(score_terms(query, attention)))
    return min((fill for fill in (outside, own) if fill is not None), key=_rank, default=None)


def _outside_fill(query: Query, parts: frozenset[Op]) -> MaskFill | None:
    """The lowest fill in what is added to scores, which attentions share."""
    return _lowest(positional_above(query, parts))


def _lowest(region: Iterable[Op]) -> MaskFill | None:
    return min((fill for op in region if (fill := _fill(op)) is not None), key=_rank, default=None)


def _rank(fill: MaskFill) -> tuple[float, int]:
    return fill.value, fill.op.index


def group_fill(router: Router) -> MaskFill | None:
    """What experts outside of the chosen groups are scored with; None without a limit to groups."""
    if router.groups is None:
        return None
    scores = router.choice.operands[0].source
    while scores.kind in Group.LAYOUT and scores.operands:
        scores = scores.operands[0].source
    if scores.kind not in (OpKind.MASKED_FILL, OpKind.WHERE):
        return None
    values = [number(scores.arguments.get(name)) for name in ("value", "other", "input")]
    values += [number(operand.source) for operand in scores.operands]
    found = next((float(value) for value in values if value is not None), None)
    return None if found is None else MaskFill(scores, found, _filler(found))


def _fill(op: Op) -> MaskFill | None:
    if op.kind not in (OpKind.WHERE, OpKind.MASKED_FILL, OpKind.SCATTER, OpKind.CREATE, OpKind.MUL):
        return None
    names = ("other", "input", "value", "fill")
    values = [number(op.arguments.get(name)) for name in names]
    values += [number(operand.source) for operand in op.operands]
    lowest = min((float(value) for value in values if value is not None), default=0.0)
    if lowest > -_LOWEST:
        return None
    return MaskFill(op, lowest, _filler(lowest))


def _filler(value: float) -> Filler:
    if isinf(value):
        return Filler.INFINITE
    return Filler.FINITE if value < -1e37 or value == -65504.0 else Filler.NUMBER
