"""From matches at single modules to one match for each stack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from analyzer.facts.layers.deciding_conditions import LayerCondition, aspect_conditions
from analyzer.facts.layers.grouping import grouped
from analyzer.query import Query
from analyzer.rule.rule import Match, at


def per_stack(query: Query, matches: Iterable[Match], *, parts: bool = False) -> Iterator[Match]:
    """``matches`` at instances (with their own module paths) folded where the layers of a stack agree.

    The first match of a group stands for it, with the evidence and the dependencies of all; main stacks come first.
    Matches of different traits are never folded together. With ``parts`` they are about parts of layers, and the paths
    below the layers are kept.
    """
    by_trait: dict[str | None, list[Match]] = {}
    for match in matches:
        by_trait.setdefault(match.trait, []).append(match)
    for same in by_trait.values():
        for group in grouped(query, same, lambda match: match.module, _answer, parts=parts):
            evidence = dict.fromkeys(one for match in group.items for one in match.evidence)
            fields = frozenset().union(*(match.depends_on for match in group.items))
            yield replace(group.items[0], module=group.module, evidence=tuple(evidence), depends_on=fields)


def with_conditions(query: Query, matches: Iterable[Match], aspects: Mapping[str, str]) -> Iterator[Match]:
    """``matches`` about layers that differ, with the condition that makes them differ.

    ``aspects`` gives for a trait the aspect of ``LayerKind`` that it is about.
    """
    for match in matches:
        aspect = aspects.get(match.trait or "")
        found = query.get(_ASPECTS[aspect]) if aspect is not None else ()
        conditions = [condition for pattern, condition in found if _within(match.module, pattern)]
        places = tuple(at("condition", condition.span) for condition in conditions)
        fields = frozenset(field for condition in conditions for field in condition.fields)
        yield replace(match, evidence=(*match.evidence, *places), depends_on=match.depends_on | fields)


def _within(module: str, pattern: str) -> bool:
    """Whether ``module`` is (a part of) the layers of the stack with ``pattern``."""
    container = pattern.removesuffix("*")
    return module == pattern or (bool(container) and module.startswith(container))


def _of(aspect: str) -> Callable[[Query], tuple[tuple[str, LayerCondition], ...]]:
    return lambda query: aspect_conditions(query, aspect)


_ASPECTS = {aspect: _of(aspect) for aspect in ("window", "theta", "sparse")}


def _answer(match: Match) -> object:
    return (match.value, match.reason)
