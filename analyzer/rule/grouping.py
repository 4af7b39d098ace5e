"""Checks of single facts, and matches at single modules folded to one for all equal layers of a stack."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from analyzer.facts.layers.deciding_conditions import LayerCondition, aspect_conditions
from analyzer.facts.layers.grouping import grouped
from analyzer.facts.stacks.membership import first_unknown
from analyzer.facts.stacks.sizes import trace_cut
from analyzer.facts.stacks.stacks import Stack
from analyzer.query import Query
from analyzer.rule.causes import cause_of
from analyzer.rule.rule import Match, at, unknown

Fact = TypeVar("Fact")


def for_each(
    finder: Callable[[Query], tuple[Fact, ...]],
) -> Callable[[Callable[[Query, Fact], Iterable[Match]]], Callable[[Query], Iterator[Match]]]:
    """Turn a function that is about one fact into the check of a rule.

    The function is called with every fact that ``finder`` finds in a model. Layers of a stack that get the same
    answer share one match (see :func:`per_stack`)::

        @for_each(norms)
        def check(query: Query, norm: Norm) -> Iterable[Match]:
            if norm.affine.weight is None:
                yield Match(True, (at("normalisation", norm.core),), module=norm.module)
    """

    def decorate(check: Callable[[Query, Fact], Iterable[Match]]) -> Callable[[Query], Iterator[Match]]:
        @functools.wraps(check)
        def of_model(query: Query) -> Iterator[Match]:
            yield from per_stack(query, [match for fact in query.facts(finder) for match in check(query, fact)])

        return of_model

    return decorate


def absent(query: Query, stack: Stack, value: object) -> Match:
    """A match that ``stack`` has nothing of a kind, such as no attention; ``value`` is the word or number for that.

    It is undecided where a part of the layers was not understood, or where the trace ended before the last one.
    """
    if (gap := first_unknown(query, stack)) is not None:
        reason = f"a part of the layers was not understood: {cause_of(query.model, gap)}"
        return unknown(reason, at("gap", gap), module=stack.pattern)
    place = at("first layer", stack.residuals[0].add)
    if trace_cut(query.model):
        return unknown("the trace ended before the last layer", place, module=stack.pattern)
    return Match(value, (place,), module=stack.pattern)


def per_stack(query: Query, matches: Iterable[Match], *, parts: bool = False) -> Iterator[Match]:
    """One match for all layers of a stack that agree.

    Matches of one trait with equal values are folded into the first of them, which gets the evidence and the
    dependencies of all and a pattern of their module paths (``model.layers.*``). Main stacks come first.

    Args:
        query: The model.
        matches: Matches with the paths of single modules.
        parts: The matches are about parts of layers: keep the path below the layer in the pattern.
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
    """``matches`` with the conditions that make the layers of a stack differ, as evidence and dependencies.

    Args:
        query: The model.
        matches: Matches of any traits.
        aspects: For a trait, the attribute of ``LayerKind`` that it is about: ``window``, ``theta`` or ``sparse``.
    """
    for match in matches:
        aspect = aspects.get(match.trait or "")
        found = query.get(_ASPECTS[aspect]) if aspect is not None else ()
        conditions = [condition for pattern, condition in found if _within(match.module, pattern)]
        places = tuple(at("condition", condition.span) for condition in conditions)
        fields = frozenset(field for condition in conditions for field in condition.fields)
        yield replace(match, evidence=(*match.evidence, *places), depends_on=match.depends_on | fields)


def _within(module: str, pattern: str) -> bool:
    """Whether ``module`` lies in the layers of the stack with ``pattern``."""
    container = pattern.removesuffix("*")
    return module == pattern or (bool(container) and module.startswith(container))


def _of(aspect: str) -> Callable[[Query], tuple[tuple[str, LayerCondition], ...]]:
    return lambda query: aspect_conditions(query, aspect)


_ASPECTS = {aspect: _of(aspect) for aspect in ("window", "theta", "sparse")}


def _answer(match: Match) -> object:
    return (match.value, match.reason)
