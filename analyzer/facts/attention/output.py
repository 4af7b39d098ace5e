"""What happens to the result of an attention product: gate, norm, output projection."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from heapq import heappop, heappush

from analyzer.facts.attention.branches import norm_at
from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.projections import Projection, projection_at
from analyzer.facts.norms.norms import Norm
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, constant_side

_WAY = Group.LAYOUT | {
    OpKind.SLICE,
    OpKind.MUL,
    OpKind.CAT,
    OpKind.DIV,
    OpKind.ADD,
    OpKind.SUB,
    OpKind.WHERE,
    OpKind.MASKED_FILL,
    OpKind.INDEX,
    OpKind.SCATTER,
    OpKind.STACK,
    OpKind.ROLL,
    OpKind.PAD,
}
_GATES = Group.ACTIVATION
_BENT = Group.ACTIVATION | {
    OpKind.ADD,
    OpKind.SUB,
    OpKind.MUL,
    OpKind.DIV,
    OpKind.NEG,
    OpKind.POW,
    OpKind.RECIPROCAL,
    OpKind.EXP,
    OpKind.ERF,
    OpKind.SLICE,
    OpKind.SPLIT,
}


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """``projection`` is the output projection, None if there is none; ``gate`` the activation that the result is
    multiplied by on the way; ``norms`` are norms on the way."""

    projection: Projection | None
    gate: Op | None
    norms: tuple[Norm, ...]
    unsure: Op | None = None
    """Where no gate was recognised, a product with a bent function of another projection."""


def output_of(query: Query, product: Op) -> Output:
    """The way below ``product`` to the first projection. What comes later in the forward call is not on it."""
    projections = query.get(projection_at)
    starts = query.get(_norm_by_input)
    gate: Op | None = None
    unsure: Op | None = None
    passed: dict[Norm, None] = {}
    reached: dict[Projection, None] = {}
    pending, seen = [(product.index, product)], {product}
    last = sys.maxsize
    while pending and pending[0][0] < last:
        _, op = heappop(pending)
        following: list[Op] = []
        for norm in starts.get(op, ()):
            passed[norm] = None
            following.append(norm.output)
        for user in query.users(op):
            if user in projections and projections[user].input is op:
                reached[projections[user]] = None
                last = min(last, projections[user].op.index)
            elif user.kind in _WAY:
                gate = gate or _gate(query, user, op)
                unsure = unsure or _unsure(query, user, op)
                following.append(user)
        for step in following:
            if step not in seen:
                seen.add(step)
                heappush(pending, (step.index, step))
    first = min(reached, key=lambda projection: projection.op.index) if reached else None
    return Output(first, gate, tuple(passed), None if gate else unsure)


def _gate(query: Query, op: Op, main: Op) -> Op | None:
    """The activation that ``main`` is multiplied by in ``op``."""
    if op.kind is not OpKind.MUL or constant_side(op) is not None:
        return None
    for operand in op.operands:
        if operand.source is main:
            continue
        source = query.skip(operand.source, Group.LAYOUT)
        if source.kind in _GATES and source in query.get(content):
            return source
    return None


def _unsure(query: Query, op: Op, main: Op) -> Op | None:
    """``op`` if it multiplies ``main`` by arithmetic with exponentials on a projection: a gate in other words."""
    if op.kind is not OpKind.MUL or constant_side(op) is not None:
        return None
    for operand in op.operands:
        other = operand.source
        if other is main or other not in query.get(content):
            continue
        above = (other, *query.above(other, within=_BENT | Group.LAYOUT))
        bent = [step for step in above if step.kind in (OpKind.EXP, OpKind.ERF)]
        if bent and any(query.sources(step, *Group.PRODUCT, through=_BENT | Group.LAYOUT) for step in bent):
            return op
    return None


def _norm_by_input(query: Query) -> dict[Op, tuple[Norm, ...]]:
    found: dict[Op, tuple[Norm, ...]] = {}
    for norm in query.get(norm_at).values():
        found[norm.input] = (*found.get(norm.input, ()), norm)
    return found
