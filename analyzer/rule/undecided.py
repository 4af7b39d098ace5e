"""Matches for what may be a structure that was not recognised: a fact's absence proves nothing then."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.facts.stacks.block_norms import undecided_norms
from analyzer.query import Query
from analyzer.rule.grouping import per_stack
from analyzer.rule.rule import Match, at, unknown

UNRECOGNISED_NORM = "what may be a normalisation is written in a way that is not recognised"

UNRECOGNISED_MIXER = "positions are mixed by a product that is not recognised, and that may be an attention"


def without_norm(query: Query, *traits: str) -> Iterator[Match]:
    """Undecided matches for ``traits`` of norms in stacks where something may be a norm and was not recognised."""
    for trait in traits:
        found = [
            unknown(UNRECOGNISED_NORM, at("not recognised", op), module=block.layer, trait=trait)
            for op, block in query.get(undecided_norms)
        ]
        yield from per_stack(query, found)
