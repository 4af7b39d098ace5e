"""What makes one vector of a sequence: a position that stands for it, a mean, a maximum, or attention by a learned
query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.attention.attention import attentions
from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.layout import counts_tokens
from analyzer.facts.embedding_and_head.pooling import origin_stack, poolings, sequence_axis
from analyzer.facts.stacks.main_stacks import end
from analyzer.facts.stacks.stacks import Stack, stacks
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query
from analyzer.values import plain


class PoolingKind(StrEnum):
    """``mean`` and ``max`` over all positions; ``masked_mean``: a sum over those that a mask leaves, divided by their
    number; ``attention``: weighed by a learned query."""

    MEAN = "mean"
    MASKED_MEAN = "masked_mean"
    MAX = "max"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True, eq=False)
class SequencePooling:
    """``op`` makes one vector of what ``stack`` returns; ``kind`` is a word of ``PoolingKind`` or ``Pooled``, None for
    a position that is picked by unknown arithmetic."""

    stack: Stack
    op: Op
    kind: str | None


def sequence_poolings(query: Query) -> tuple[SequencePooling, ...]:
    """Everything that makes one vector of each sequence, in order of execution."""
    picked = [SequencePooling(one.stack, one.op, one.which and one.which.value) for one in query.facts(poolings)]
    found = [*picked, *_reductions(query), *_attended(query)]
    return tuple(sorted(found, key=lambda one: one.op.index))


def _reductions(query: Query) -> Iterator[SequencePooling]:
    ends = {end(stack): stack for stack in query.facts(stacks)}
    for op in query.ops(OpKind.MEAN, OpKind.AMAX, OpKind.SUM, OpKind.POOL):
        kind = _kind(query, op) if _over_positions(op) else None
        stack = _source_stack(query, op, ends) if kind is not None else None
        if kind is not None and stack is not None:
            yield SequencePooling(stack, op, kind.value)


_RANKS = (3, 4)
"""A sequence of vectors, and a map of them."""


def _over_positions(op: Op) -> bool:
    """Whether ``op`` reduces all positions of each sequence, or of each map, and keeps features apart."""
    source = op.operands[0].source
    shape = source.outputs[op.operands[0].output].shape if source.outputs else ()
    if len(shape) not in _RANKS:
        return False
    if op.kind is OpKind.POOL:
        return all(int(size) == 1 for size in op.outputs[0].shape[2:]) and any(int(size) > 1 for size in shape[2:])
    axes = _axes(op, len(shape))
    return axes == {_positions(source, shape)} if len(shape) == _RANKS[0] else axes in ({1, 2}, {2, 3})


def _positions(source: Op, shape: tuple[int, ...]) -> int | None:
    """The axis of positions: the one as long as the input, else the one that vectors mostly have it on."""
    along = [axis for axis, size in enumerate(shape) if counts_tokens(size)]
    return along[0] if len(along) == 1 else sequence_axis(source)


def _axes(op: Op, rank: int) -> set[int]:
    dim = plain(op.arguments.get("dim"))
    dims = dim if isinstance(dim, tuple) else (dim,)
    return {one % rank for one in dims if isinstance(one, int) and not isinstance(one, bool)}


def _kind(query: Query, op: Op) -> PoolingKind | None:
    if op.kind is OpKind.POOL:
        return PoolingKind.MAX if "max" in op.name else PoolingKind.MEAN
    if op.kind is OpKind.MEAN:
        return PoolingKind.MEAN
    if op.kind is OpKind.AMAX:
        return PoolingKind.MAX
    divided = [user for user in query.consumers(op, Group.LAYOUT) if user.kind is OpKind.DIV]
    return PoolingKind.MASKED_MEAN if divided else None


def _source_stack(query: Query, op: Op, ends: Mapping[Op, Stack]) -> Stack | None:
    """The stack whose result is reduced; a mask may be multiplied in first."""
    source = query.skip(op.operands[0].source, Group.LAYOUT)
    factors = query.operands(source) if source.kind is OpKind.MUL else (source,)
    found = (origin_stack(query, one, ends) for one in factors if one in query.get(content))
    return next((stack for stack in found if stack is not None), None)


def _attended(query: Query) -> Iterator[SequencePooling]:
    ends = {end(stack): stack for stack in query.facts(stacks)}
    carried = query.get(content)
    for attention in query.facts(attentions):
        if attention.query.end in carried:
            continue
        keys = [projection.input for projection in attention.key.projections]
        stack = next((found for one in keys if (found := origin_stack(query, one, ends)) is not None), None)
        if stack is not None:
            yield SequencePooling(stack, attention.product, PoolingKind.ATTENTION.value)
