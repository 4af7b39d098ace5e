"""Sequences of any length, packed one behind the other in a row without padding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.attention.score_terms import positional_above, score_terms
from analyzer.facts.calls.extended import called_with, counterpart
from analyzer.facts.layers.caches import CacheKind
from analyzer.facts.layers.schedule import schedule
from analyzer.facts.masks.groups import same_group, widens
from analyzer.facts.mixers.mixers import Mixer
from analyzer.facts.stacks.membership import attentions_of
from analyzer.facts.stacks.stacks import Stack, stacks
from analyzer.graph import ExtraInputs, Op, OpKind
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
    found = (_packing(query, stack) for stack in query.facts(stacks) if _only_attends(query, stack))
    return tuple(one for one in found if one is not None)


def _packing(query: Query, stack: Stack) -> Packing | None:
    masks = [score_terms(query, attention) for attention in attentions_of(query, stack)]
    if (op := _all_apart(query, masks)) is not None:
        return Packing(stack, Separator.GROUPS, op)
    call = called_with(query, ExtraInputs.POSITIONS) if all(masks) else None
    if call is None:
        return None
    there = [_there(query, call, parts) for parts in masks]
    op = _all_apart(call, [parts for parts in there if parts is not None])
    return Packing(stack, Separator.POSITIONS, op) if op is not None else None


def _there(query: Query, call: Query, parts: Iterable[Op]) -> tuple[Op, ...] | None:
    """What takes the place of ``parts`` of a mask in another call; None for a layer that this one leaves out."""
    found = [counterpart(query, call, part) for part in parts]
    return None if None in found else tuple(op for op in found if op is not None)


def _only_attends(query: Query, stack: Stack) -> bool:
    """Whether nothing but attention mixes positions: recurrences and convolutions carry one sequence into the next."""
    kinds = schedule(query, stack)
    return all(kind.mixers == (Mixer.ATTENTION,) and CacheKind.STATE not in kind.cache for kind in kinds)


def _all_apart(query: Query, masks: Iterable[Iterable[Op]]) -> Op | None:
    """The comparison that keeps sequences apart in the first of ``masks``, if all of them do."""
    found = {parts: _separator(query, parts) for parts in map(frozenset, masks)}
    return next(iter(found.values()), None) if all(found.values()) else None


def _separator(query: Query, parts: Iterable[Op]) -> Op | None:
    """The comparison that hides from a token what belongs to others, as an input says."""
    region = positional_above(query, parts)
    compared = [op for op in region if op.kind is OpKind.COMPARE]
    groups = sorted((op for op in compared if same_group(query, op)), key=lambda op: op.index)
    for op in groups:
        rest = [other for other in compared if other is not op]
        if not widens(query, op, rest, region) and any(one.kind is OpKind.INPUT for one in query.above(op)):
            return op
    return None
