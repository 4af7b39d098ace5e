"""How the positions of tokens come about when the caller gives none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from analyzer.base import Span
from analyzer.facts.attention.attention import Attention
from analyzer.facts.attention.score_terms import PositionKind, score_bias, score_terms
from analyzer.facts.calls.extended import called_with, counterpart
from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.token_lookups import token_lookups
from analyzer.facts.positions.positions import positions_before
from analyzer.facts.stacks.main_stacks import reads_tokens
from analyzer.facts.stacks.membership import attentions_of
from analyzer.facts.stacks.stacks import Stack, stacks
from analyzer.graph import ExtraInputs, FileScope, Group, Op, OpKind
from analyzer.query import Query
from analyzer.values import origin_of


class Counting(StrEnum):
    """``arange``: one after the other, whatever is padding; ``from_mask``: tokens that are not padding are counted, by
    the caller's mask or by comparing tokens with that of padding; ``input``: the caller has to give positions."""

    ARANGE = "arange"
    FROM_MASK = "from_mask"
    INPUT = "input"


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Positions that ``reader`` brings into ``stack``; ``op`` counts them.

    ``way`` is None if only a call with a mask would show how they are counted, and that call could not be followed.
    """

    stack: Stack
    reader: Op
    way: Counting | None
    op: Op


@dataclass(frozen=True, slots=True, eq=False)
class _Count:
    way: Counting
    op: Op


def counted_positions(query: Query) -> tuple[Counted, ...]:
    """The positions that stacks of tokens read, once for each stack and place in the code that counts them."""
    found: dict[tuple[str, Span], Counted] = {}
    for stack in query.facts(stacks):
        for reader in _readers(query, stack) if reads_tokens(query, stack) else ():
            count = _count(query, _read_by(reader))
            if count is not None and (stack.pattern, count.op.span) not in found:
                found[stack.pattern, count.op.span] = _with_mask(query, stack, reader, count)
    return tuple(found.values())


_SUMMING = ("cumsum", "cumsum_")
"""The library's functions that a mask is counted with: where the model's code mentions none, no call needs a trial."""


def _with_mask(query: Query, stack: Stack, reader: Op, count: _Count) -> Counted:
    """What the code counts when the caller passes a mask, if that can make a difference."""
    may_differ = count.way is Counting.ARANGE and _may_sum(query)
    other = called_with(query, ExtraInputs.MASKS) if may_differ else None
    if other is None:
        return Counted(stack, reader, count.way, count.op)
    there = counterpart(query, other, reader)
    found = _count(other, _read_by(there)) if there is not None else None
    return Counted(stack, reader, None, count.op) if found is None else Counted(stack, reader, found.way, found.op)


def _may_sum(query: Query) -> bool:
    return any(query.program.mentions(name, FileScope.MODULES) for name in _SUMMING)


# -- what reads positions -------------------------------------------------------------------------------------------

_ALIKE = 4
"""Attentions of a stack that are looked at; those of further layers read the same positions."""


def _readers(query: Query, stack: Stack) -> Iterator[Op]:
    """Angles of rotations, biases that grow with distance, lookups in tables, numbers that are added to the stream."""
    for attention in attentions_of(query, stack)[:_ALIKE]:
        yield from _of_scores(query, attention)
    tokens = query.facts(token_lookups)
    for position in positions_before(query, stack):
        for source in query.operands(position.op):
            table = query.skip(source, Group.LAYOUT | {OpKind.SLICE, OpKind.MUL})
            if table.kind is OpKind.EMBEDDING and table not in tokens:
                yield table
            elif source not in query.get(content):
                yield source


def _of_scores(query: Query, attention: Attention) -> Iterator[Op]:
    for rotary in (*attention.query.rotaries, *attention.key.rotaries):
        yield from rotary.angles
    biases = (part for part in score_terms(query, attention) if score_bias(query, part) is PositionKind.ALIBI)
    yield from biases


# -- what counts them -----------------------------------------------------------------------------------------------

_ENDS = frozenset({OpKind.CUMULATIVE, OpKind.ARANGE, OpKind.INPUT, OpKind.PARAMETER})


def _count(query: Query, read: Op) -> _Count | None:
    """What counts the positions ``read``; None where they are not known to be counted."""
    above = _above(query, read)
    for op in above:
        if op.kind is OpKind.CUMULATIVE and any(one.kind is OpKind.INPUT for one in query.above(op)):
            return _Count(Counting.FROM_MASK, op)
    given = [op for op in above if op.kind is OpKind.INPUT and not _is_floating(op) and not _looked_up(query, op)]
    if given:
        return _Count(Counting.INPUT, given[0])
    counts = (op for op in above if op.kind is OpKind.CUMULATIVE or _runs_along(op))
    return next((_Count(Counting.ARANGE, op) for op in counts), None)


def _read_by(reader: Op) -> Op:
    """Of a lookup in a table the indices."""
    indices = reader.operand("input") if reader.kind is OpKind.EMBEDDING else None
    return indices if indices is not None else reader


def _above(query: Query, read: Op) -> tuple[Op, ...]:
    """``read`` and what is above it up to what counts, in order of execution; of tables only how they are read."""
    found: set[Op] = set()
    waiting = [read]
    while waiting:
        op = waiting.pop()
        if op in found:
            continue
        found.add(op)
        if op.kind not in _ENDS and not (op.kind is OpKind.BUFFER and _is_floating(op)):
            waiting.extend(_read(query, op))
    return tuple(sorted(found, key=lambda op: op.index))


def _read(query: Query, op: Op) -> Iterable[Op]:
    if op.kind is OpKind.EMBEDDING:
        return () if op in query.facts(token_lookups) else (_read_by(op),)
    return query.operands(op)


def _is_floating(op: Op) -> bool:
    return op.outputs[0].dtype.is_floating


def _looked_up(query: Query, given: Op) -> bool:
    """Whether an input is tokens."""
    return any(
        query.reaches(given, lookup) or given is lookup.operand("input") for lookup in query.facts(token_lookups)
    )


def _runs_along(op: Op) -> bool:
    """Whether ``op`` counts as far as the input is long, takes as much of a stored table, or is a stored count."""
    if op.kind is OpKind.BUFFER:
        return not _is_floating(op) and bool(op.operands) and op.operands[0].source.kind is not OpKind.CREATE
    return op.kind in (OpKind.ARANGE, OpKind.SLICE) and bool(_symbols(op) - _symbols_above(op))


def _symbols(op: Op) -> frozenset[str]:
    origins = (origin_of(size) for size in op.outputs[0].shape)
    return frozenset(symbol for origin in origins if origin for symbol in origin.symbols)


def _symbols_above(op: Op) -> frozenset[str]:
    return frozenset().union(*(_symbols(operand.source) for operand in op.operands))
