"""What carries the input's content, as opposed to positions, masks and constants."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, constant_side

_VALUE_FREE = frozenset({OpKind.CREATE, OpKind.ARANGE, OpKind.COMPARE, OpKind.RANDOM})
"""Kinds whose result does not carry the numbers that they read."""


def content(query: Query) -> frozenset[Op]:
    """Operations that are computed from the numbers in the model's inputs."""
    return _below(query.graph.of_kind(OpKind.INPUT), query, lambda op: op.kind not in _VALUE_FREE)


def learned_only(query: Query) -> frozenset[Op]:
    """Operations that are computed from parameters and from nothing that the inputs decide."""
    carried = query.get(content)
    return _below(query.graph.of_kind(OpKind.PARAMETER), query, lambda op: op not in carried)


_TRIGONOMETRIC_WAY = (
    Group.LAYOUT | Group.SELECTION | {OpKind.CAT, OpKind.STACK, OpKind.WHERE, OpKind.SCATTER, OpKind.NEG}
)


def angular(query: Query) -> frozenset[Op]:
    """Cosines, sines and unit complex numbers, and what is a rearrangement or constant multiple of them, tables that
    start out as such included."""
    start = [op for op in query.graph.of_kind(OpKind.COS, OpKind.SIN, OpKind.COMPLEX) if _is_angle(op)]
    found = _below(start, query, _keeps_angles)
    tables = {one.name for one in query.model.initial if one.value in found}
    stored = [op for op in query.graph.of_kind(OpKind.PARAMETER) if op.arguments.get("name") in tables]
    return found | _below(stored, query, _keeps_angles) if stored else found


def computed_parameters(query: Query) -> frozenset[Op]:
    """Parameters that the program fills with numbers that it computes (a table of sines), not with random ones.

    What a function fills that is too long to be followed counts: random numbers take one call.
    """
    computed = {one.name for one in query.model.initial if not one.followed}
    computed |= {one.name for one in query.model.initial if one.value is not None and not _is_random(one.value)}
    stored = query.graph.of_kind(OpKind.PARAMETER) if computed else ()
    return frozenset(op for op in stored if op.arguments.get("name") in computed)


def _is_random(value: Op) -> bool:
    pending, seen = [value], {value}
    while pending:
        op = pending.pop()
        if op.kind is OpKind.RANDOM:
            return True
        fresh = {operand.source for operand in op.operands} - seen
        seen |= fresh
        pending.extend(fresh)
    return False


def _is_angle(op: Op) -> bool:
    return op.kind is not OpKind.COMPLEX or op.name == "polar"


def _keeps_angles(op: Op) -> bool:
    if op.kind in (OpKind.MUL, OpKind.DIV):
        return constant_side(op) is not None
    return op.kind in _TRIGONOMETRIC_WAY or op.kind is OpKind.EMBEDDING or op.kind is OpKind.COMPLEX


def _below(start: Iterable[Op], query: Query, keep: Callable[[Op], bool]) -> frozenset[Op]:
    found = set(start)
    stack = list(found)
    while stack:
        for user in query.users(stack.pop()):
            if user not in found and keep(user):
                found.add(user)
                stack.append(user)
    return frozenset(found)
