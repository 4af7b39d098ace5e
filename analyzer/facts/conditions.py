"""Configuration fields that decide whether something is there at all, also where it is not."""

from __future__ import annotations

from collections.abc import Iterable

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


def _fields(decisions: Iterable[Decision]) -> frozenset[str]:
    return frozenset(field for one in decisions for field in one.fields)


def _constructing(query: Query, one: Decision) -> bool:
    """Whether a decision was made before the forward call."""
    ops = query.graph.ops
    return one.ops[0] < len(ops) and ops[one.ops[0]].phase is Phase.CONSTRUCT
