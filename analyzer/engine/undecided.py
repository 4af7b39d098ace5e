"""What is said of a model whose forward call was not followed to its end: which traits stay open, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.base import Gap, GapCode
from analyzer.graph import BuiltModel, OpKind
from analyzer.query import Query
from analyzer.report import Finding
from analyzer.rule.findings import TextOf, finding
from analyzer.rule.rule import Evidence, Kind, Match, Rule, at, unknown

_ENDS = (GapCode.RAISED, GapCode.BUDGET, GapCode.RECURSION, GapCode.NO_INPUTS)


def undecided(query: Query, rules: Iterable[Rule], found: Iterable[Finding], text_of: TextOf) -> Iterator[Finding]:
    """An unknown finding for every trait that nothing was said of, where the trace has no end, or an unknown one."""
    why = _unended(query.model) or _lost(query)
    if why is None:
        return
    said = {item.trait for item in found}
    reason, place = why
    for rule in rules:
        if rule.kind == Kind.TRAIT:
            open_ones = (trait for trait in rule.traits if trait not in said)
            yield from (finding(_open(trait, reason, place), rule, query, text_of) for trait in open_ones)


def _open(trait: str, reason: str, place: Evidence) -> Match:
    return unknown(reason, place, trait=trait)


def _unended(model: BuiltModel) -> tuple[str, Evidence] | None:
    """What ended the trace early; None where the model returned something."""
    if model.graph.results:
        return None
    gap = next((gap for code in _ENDS for gap in model.gaps if gap.code is code), None)
    if gap is None:
        return None
    return f"the forward call was not followed to its end: {_words(gap)}", at("end of the trace", gap.span)


def _lost(query: Query) -> tuple[str, Evidence] | None:
    """The first operation that was not understood, where nothing that the model returns was.

    What is computed from an unknown result is unknown, so that no structure is recognised behind it.
    """
    results = [operand.source for operand in query.model.graph.results]
    if not results or any(op.kind is not OpKind.UNKNOWN for op in results):
        return None
    steps = {step for result in results for step in (result, *query.above(result))}
    first = min((step for step in steps if step.kind is OpKind.UNKNOWN), key=lambda step: step.index)
    gaps = query.model.gaps
    gap = next((gap for gap in gaps if gap.span == first.span), None)
    what = _words(gap) if gap else f"{first.target} of something unknown ({', '.join(sorted({g.code for g in gaps}))})"
    return f"what the model returns was not understood: {what}", at("not understood", first)


def _words(gap: Gap) -> str:
    return f"{gap.construct}, {gap.explanation or gap.code}"
