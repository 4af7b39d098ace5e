"""From matches at single modules to one match for each stack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from analyzer.facts.grouping import grouped
from analyzer.query import Query
from analyzer.rule.rule import Match


def per_stack(query: Query, matches: Iterable[Match]) -> Iterator[Match]:
    """``matches`` at instances (with their own module paths) folded where the layers of a stack agree.

    The first match of a group stands for it, with the evidence and the dependencies of all; main stacks come first.
    Group by trait first: matches of different traits are never folded together.
    """
    by_trait: dict[str | None, list[Match]] = {}
    for match in matches:
        by_trait.setdefault(match.trait, []).append(match)
    for same in by_trait.values():
        for group in grouped(query, same, lambda match: match.module, _answer):
            evidence = dict.fromkeys(one for match in group.items for one in match.evidence)
            fields = frozenset().union(*(match.depends_on for match in group.items))
            yield replace(group.items[0], module=group.module, evidence=tuple(evidence), depends_on=fields)


def _answer(match: Match) -> object:
    return (match.value, match.reason)
