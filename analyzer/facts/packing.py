"""Sequences of any length, packed one behind the other in a row without padding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.attention import Attention
from analyzer.facts.caches import CacheKind
from analyzer.facts.further import called_with
from analyzer.facts.mask_groups import same_group, widens
from analyzer.facts.members import attentions_of
from analyzer.facts.schedule import Mixer, schedule
from analyzer.facts.score_parts import outside_parts, positional_above
from analyzer.facts.stacks import Stack, stacks
from analyzer.graph import Further, Op, OpKind
from analyzer.query import Query


class Separator(StrEnum):
    """What keeps the sequences of a row apart: positions, where they start again, or an input that says which tokens
    belong together."""

    POSITIONS = "positions"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """In all layers of ``stack`` a token sees those of its own sequence only; ``op`` compares what tokens belong
    to, in the call where ``by`` was given."""

    stack: Stack
    by: Separator
    op: Op


def packings(query: Query) -> tuple[Packing, ...]:
    """The stacks that keep packed sequences apart; none of those in which some layer is not known to."""
    found = {one.stack.pattern: one for one in _packings(query, query, Separator.GROUPS)}
    other = called_with(query, Further.POSITIONS)
    if other is not None:
        for one in _packings(query, other, Separator.POSITIONS):
            found.setdefault(one.stack.pattern, one)
    return tuple(found.values())


def _packings(query: Query, call: Query, by: Separator) -> Iterator[Packing]:
    known = {stack.pattern: stack for stack in query.facts(stacks) if _only_attends(query, stack)}
    for stack in call.facts(stacks):
        separators = [_separator(call, attention) for attention in attentions_of(call, stack)]
        if stack.pattern in known and separators and all(separators) and separators[0] is not None:
            yield Packing(known[stack.pattern], by, separators[0])


def _only_attends(query: Query, stack: Stack) -> bool:
    """Whether nothing but attention mixes positions: recurrences and convolutions carry one sequence into the next."""
    kinds = schedule(query, stack)
    return all(kind.mixers == (Mixer.ATTENTION,) and CacheKind.STATE not in kind.cache for kind in kinds)


def _separator(query: Query, attention: Attention) -> Op | None:
    """The comparison that hides from a token what belongs to others, as an input says."""
    region = positional_above(query, outside_parts(query, attention))
    compared = [op for op in region if op.kind is OpKind.COMPARE]
    groups = sorted((op for op in compared if same_group(query, op)), key=lambda op: op.index)
    for op in groups:
        rest = [other for other in compared if other is not op]
        if not widens(query, op, rest, region) and any(one.kind is OpKind.INPUT for one in query.above(op)):
            return op
    return None
