"""What one call of a model costs, part by part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analyzer.base import Span
from analyzer.facts.costs.components import CostPart, cost_parts, place_of
from analyzer.facts.costs.products import NAMES, PRODUCTS, flops, on_data
from analyzer.facts.dataflow.projections import projections
from analyzer.facts.feed_forward.routers import routers
from analyzer.graph import Op, OpKind
from analyzer.library.operations.symbolic import multiply
from analyzer.query import Query
from analyzer.values import origin_of


@dataclass(frozen=True, slots=True)
class CostTerm:
    """Equal products: ``count`` of them, each of ``flops`` floating-point operations, which is ``expression``."""

    count: int
    flops: int
    expression: str


@dataclass(frozen=True, slots=True)
class PartCost:
    """The products of one part of the model."""

    part: CostPart
    terms: tuple[CostTerm, ...]
    all_experts: bool = False
    """Every expert runs on every token, whichever were chosen."""

    @property
    def flops(self) -> int:
        return sum(term.count * term.flops for term in self.terms)


@dataclass(frozen=True, slots=True)
class Uncounted:
    """An operation whose cost is not known, and why."""

    op: Op
    reason: str


@dataclass(frozen=True, slots=True)
class CallCost:
    """The cost of one call; ``uncounted`` are operations that ``parts`` leave out."""

    parts: tuple[PartCost, ...]
    uncounted: tuple[Uncounted, ...] = ()

    @property
    def flops(self) -> int:
        return sum(one.flops for one in self.parts)


ON_DATA = "how often it runs, or on how many rows, depends on data"
NOT_UNDERSTOOD = "it was not understood"
AT_ODDS = "the sizes of its operands do not agree"
UNREAD = "what it sums over cannot be read"
_ABBREVIATED = re.compile(r"\bsize_[0-9a-f]{8}\b")
"""Stands for a size whose expression is too long to read."""


def call_cost(query: Query, ops: Iterable[Op]) -> CallCost:
    """The cost of ``ops``, the operations of the analysed call of a model or of another call of it.

    Experts whose rows data decides count once, with the rows that their router sends to all of them: as many as there
    are tokens, times the experts that it chooses for each.
    """
    products = [op for op in ops if _may_cost(op)]
    routed = _routed(query, products)
    parts = query.get(cost_parts)
    terms: dict[CostPart, Counter[tuple[int, str]]] = {}
    uncounted = []
    for op in products:
        cost = None if _unclear(op) else routed.get(op) if on_data(op) else flops(op)
        if cost is None:
            uncounted.append(Uncounted(op, _unclear(op) or (ON_DATA if on_data(op) else UNREAD)))
        elif int(cost):
            terms.setdefault(parts.of(op), Counter())[int(cost), _expression(cost)] += 1
    every = {CostPart.EXPERTS} if _all_experts(query, products) else frozenset[CostPart]()
    found = (PartCost(part, _terms(terms[part]), part in every) for part in CostPart if part in terms)
    return CallCost(tuple(found), tuple(uncounted))


def _unclear(op: Op) -> str:
    """Why nothing can be said of an operation; empty if it is understood."""
    return NOT_UNDERSTOOD if op.kind is OpKind.UNKNOWN else AT_ODDS if op.at_odds else ""


def _may_cost(op: Op) -> bool:
    """Whether ``op`` is a product, or the first of what was not understood on its way."""
    first = op.kind is OpKind.UNKNOWN and all(one.source.kind is not OpKind.UNKNOWN for one in op.operands)
    return op.kind in PRODUCTS or first or (op.kind is OpKind.UNKNOWN and op.name in NAMES)


def _all_experts(query: Query, products: Iterable[Op]) -> bool:
    """Whether one product applies the matrices of all experts side by side."""
    experts = {int(router.experts) for router in query.facts(routers)}
    stacked = {place_of(one.op) for one in query.facts(projections) if int(one.stack) in experts}
    return any(place_of(op) in stacked and not on_data(op) for op in products)


def _terms(found: Mapping[tuple[int, str], int]) -> tuple[CostTerm, ...]:
    return tuple(CostTerm(count, cost, expression) for (cost, expression), count in found.items())


def _expression(cost: int) -> str:
    origin = origin_of(cost)
    named = origin is not None and not _ABBREVIATED.search(origin.expression)
    return origin.expression if origin is not None and named else str(int(cost))


def _goes_on_from(op: Op, experts: Mapping[Op, int]) -> bool:
    """Whether ``op`` computes with the result of one of ``experts``, with no other product in between."""
    pending, seen = [one.source for one in op.operands], set[Op]()
    while pending:
        source = pending.pop()
        if source in experts:
            return True
        if source not in seen and source.kind not in PRODUCTS and on_data(source):
            seen.add(source)
            pending += [one.source for one in source.operands]
    return False


def _routed(query: Query, products: Sequence[Op]) -> dict[Op, int]:
    """The cost of products of experts on rows that data decides: that of all experts for the first of them on a line,
    after one execution of a router, nothing for the others."""
    by_place = {place_of(router.projection.op): router for router in query.facts(routers)}
    experts = {place_of(one.op) for one in query.facts(projections) if one.expert}
    found: dict[Op, int] = {}
    rows: int | None = None
    seen: set[Span] = set()
    for op in products:
        router = by_place.get(place_of(op))
        if router is not None:
            rows, seen = multiply((*op.outputs[0].shape[:-1], router.top_k)), set()
        elif rows is not None and on_data(op) and (place_of(op) in experts or _goes_on_from(op, found)):
            one = flops(op, row=True)
            if one is not None:
                found[op] = 0 if op.span in seen else multiply((one, rows))
                seen.add(op.span)
    return found
