"""Configuration fields that decide whether something is there at all, also where it is not."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.facts.dataflow.content import content
from analyzer.graph import Decision, Op, Phase
from analyzer.query import Query


def asked(query: Query, ops: Iterable[Op]) -> frozenset[str]:
    """Fields that the constructors of the modules in which ``ops`` run asked for: whether a layer gets a bias."""
    paths = dict.fromkeys(op.module for op in ops)
    return _fields(
        one
        for path in paths
        for one in query.conditions.asked(path)
        if isinstance(one.outcome, bool) and _constructing(query, one)
    )


def skipped(query: Query, first: Op, last: Op) -> frozenset[str]:
    """Fields that kept something from running between two operations (or directly after the second)."""
    return _fields(query.conditions.skipped(first, last))


def absent(query: Query, ops: Iterable[Op]) -> frozenset[str]:
    """Fields without a value that were asked for, in vain, while ``ops`` ran or since anything was done with content
    before them."""
    order = sorted(op.index for op in ops if op.phase is Phase.FORWARD)
    if not order:
        return frozenset()
    before = max((op.index for op in query.get(content) if op.index < order[0]), default=0)
    found = _fields(query.conditions.between(before + 1, order[-1]))
    config = query.model.config
    return frozenset(
        name for name in found if (field := config.get(name.removeprefix("config."))) and field.value is None
    )


def _fields(decisions: Iterable[Decision]) -> frozenset[str]:
    return frozenset(field for one in decisions for field in one.fields)


def _constructing(query: Query, one: Decision) -> bool:
    """Whether a decision was made before the forward call."""
    ops = query.traced.graph.ops
    return one.ops[0] < len(ops) and ops[one.ops[0]].phase is Phase.CONSTRUCT
