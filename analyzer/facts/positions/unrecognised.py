"""What may bring positions in and was not recognised: then their absence is not proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzer.facts.attention.attention import Attention
from analyzer.facts.attention.score_terms import positional_above, score_bias, score_terms
from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.layout import counts_tokens
from analyzer.facts.dataflow.token_lookups import table_rows, token_lookups
from analyzer.facts.positions.positions import stream_way, table_lookup
from analyzer.facts.stacks.main_stacks import start
from analyzer.facts.stacks.membership import attentions_of
from analyzer.facts.stacks.stacks import Stack
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, sides


@dataclass(frozen=True, slots=True)
class Possible:
    """An operation that may bring positions in, with what it may be."""

    reason: str
    op: Op


def possible_position(query: Query, stack: Stack) -> Possible | None:
    """The first operation on the stream or in an attention of ``stack`` that may bring positions in."""
    return next(_possible(query, stack), None)


def _possible(query: Query, stack: Stack) -> Iterator[Possible]:
    yield from (Possible("a table is looked up by what may be positions", op) for op in _lookups(query, stack))
    for attention in attentions_of(query, stack):
        steps = attention.query.steps | attention.key.steps
        reason = "queries or keys are combined with something that differs by position"
        yield from (Possible(reason, op) for op in _by_position(query, steps))
        reason = "what is added to the scores was not recognised"
        yield from (Possible(reason, op) for op in _added(query, attention))


def _lookups(query: Query, stack: Stack) -> list[Op]:
    """Lookups that are added before the first layer, by indices that are neither constants nor the tokens."""
    before = stream_way(query, start(stack))
    added = [side for op in before if op.kind is OpKind.ADD for side in sides(op) or () if isinstance(side, Op)]
    found = {lookup for side in added if (lookup := table_lookup(query, side)) is not None}
    tokens = sorted(found & set(query.facts(token_lookups)), key=lambda op: table_rows(query, op))
    return sorted((op for op in found - set(tokens[-1:]) if not _constant(query, op)), key=_order)


def _constant(query: Query, lookup: Op) -> bool:
    """Whether a table is looked up by one number for each row, or by ones that nothing counts and nobody gives."""
    indices = lookup.operand("input")
    if indices is None or not indices.outputs[0].shape or int(indices.outputs[0].shape[-1]) == 1:
        return True
    waiting, seen = [indices], {indices}
    while waiting:
        op = waiting.pop()
        made = op.operands if op.kind is OpKind.BUFFER else ()
        if op.kind in Group.SOURCE - {OpKind.CREATE, OpKind.RANDOM} and not made:
            return False
        # The numbers of a selection are those that are selected from.
        read = query.operands(op)[:1] if op.kind in Group.SELECTION else query.operands(op)
        waiting += [source for source in read if source not in seen]
        seen.update(read)
    return True


def _by_position(query: Query, steps: Iterable[Op]) -> list[Op]:
    """Products and sums of activations and of what carries none, but has a value for each position."""
    carried = query.get(content)
    found: list[Op] = []
    for op in steps:
        pair = sides(op) if op.kind in (OpKind.MUL, OpKind.ADD, OpKind.SUB) else None
        for one, other in (pair, pair[::-1]) if pair else ():
            if isinstance(one, Op) and isinstance(other, Op) and one in carried and other not in carried:
                found += [op] if any(map(counts_tokens, other.outputs[0].shape)) else []
    return sorted(found, key=_order)


def _added(query: Query, attention: Attention) -> list[Op]:
    """Terms of the scores that are neither masks nor known to be of positions, but are learned or computed."""
    terms = [op for op in score_terms(query, attention) if score_bias(query, op) is None]
    return [op for op in terms if any(one.kind is OpKind.PARAMETER for one in positional_above(query, [op]))]


def _order(op: Op) -> int:
    return op.index
