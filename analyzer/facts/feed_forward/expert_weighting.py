"""Where the weights that a router gives to experts are multiplied in: before, inside or behind an expert.

An expert is not linear, so these are different models: Llama 4 multiplies what an expert reads, Mixtral what it made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop, heappush

from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.projections import Projection, projection_at, projections
from analyzer.facts.feed_forward.router import Router
from analyzer.facts.feed_forward.shared_experts import routed_experts
from analyzer.graph import Group, Op, Operand, OpKind
from analyzer.query import Query


class Weighted(StrEnum):
    """What of an expert is multiplied: what it reads, what lies between its matrices, or what it made."""

    INPUT = "input"
    INNER = "inner"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True, eq=False)
class Weighting:
    """``op`` multiplies the part ``place`` of experts by the weights of a router."""

    op: Op
    place: Weighted


def weighting(query: Query, router: Router) -> Weighting | None:
    """Where the weights of ``router`` meet its experts; None where they were not followed."""
    found = query.get(_weightings, router)
    return found[0] if len({one.place for one in found}) == 1 else None


def _weightings(query: Query, router: Router) -> tuple[Weighting, ...]:
    placed = ((op, _placed(query, router, op, value)) for op, value in _meetings(query, router))
    return tuple(Weighting(op, place) for op, place in placed if place is not None)


_JOINING = frozenset({OpKind.MUL, OpKind.MATMUL, OpKind.EINSUM})
_PLACES = frozenset({OpKind.COMPARE, OpKind.NONZERO, OpKind.ONE_HOT, OpKind.ARGMAX, OpKind.LOGICAL})
"""Kinds that say which experts were chosen, not how much each counts."""
_CHOICES = frozenset({OpKind.TOPK, OpKind.SORT, OpKind.AMAX})
"""Kinds that give the scores of the best, and beside them their places."""


def _meetings(query: Query, router: Router) -> Iterator[tuple[Op, Op]]:
    """(a product, the factor that is no weight) wherever scores of the router meet what is not made of them."""
    logits = router.projection.output
    made, scores = {logits}, {logits}
    heap = [(user.index, user) for user in query.users(logits)]
    heapify(heap)
    seen = {user for _, user in heap}
    while heap:
        _, op = heappop(heap)
        read = query.get(content).intersection(query.operands(op))
        given = [one for one in op.operands if one.source in read]
        values = [one for one in given if _gives_numbers(one)] or given  # a parameter's rows, picked by the choice
        others = [one.source for one in values if one.source not in made]
        scored = any(one.source in scores and _is_score(one) for one in values)
        if values and not others:
            made.add(op)
            if scored and op.kind not in _PLACES:
                scores.add(op)
            for user in query.users(op):
                if user not in seen:
                    seen.add(user)
                    heappush(heap, (user.index, user))
        elif scored and op.kind in _JOINING:
            yield op, others[0]


def _gives_numbers(operand: Operand) -> bool:
    """Whether the numbers of an operand go into the result, and do not only say where or which."""
    return not operand.slot.startswith(("index", "mask", "condition"))


def _is_score(operand: Operand) -> bool:
    return operand.output == 0 or operand.source.kind not in _CHOICES


def _matrices(query: Query, router: Router) -> tuple[Projection, ...]:
    """The matrices of the first expert, in order of execution; none where every expert runs on every token."""
    whole = routed_experts(query, router)
    if whole:
        return (*whole[0].up, whole[0].down)
    following = [one for one in query.facts(projections) if one.expert and one.op.index > router.choice.index]
    return tuple(one for one in following if one.module == following[0].module)


def _placed(query: Query, router: Router, meeting: Op, value: Op) -> Weighted | None:
    """Where the product ``meeting`` of ``value`` with the weights stands among the matrices of an expert."""
    experts = _matrices(query, router)
    if not experts:
        token = query.skip(router.projection.input, Group.LAYOUT)
        made = any(one in query.get(projection_at) for one in (*query.within(token, value), value))
        return Weighted.OUTPUT if made else None
    before = [_leads(query, one.output, value) for one in experts]
    after = [_leads(query, meeting, one.op) for one in experts]
    if all(before) or (before[-1] and not any(after)):
        return Weighted.OUTPUT
    if all(after):
        return Weighted.INPUT
    return Weighted.INNER if any(before) and after[-1] else None


def _leads(query: Query, start: Op, end: Op) -> bool:
    return start is end or query.reaches(start, end)
