"""What is said of a model whose forward call was not followed to its end: which traits stay open, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.base import Gap, GapCode
from analyzer.graph import BuiltModel
from analyzer.query import Query
from analyzer.report import Finding
from analyzer.rule.findings import TextOf, finding
from analyzer.rule.rule import Evidence, Kind, Rule, at, unknown

_ENDS = (GapCode.RAISED, GapCode.BUDGET, GapCode.RECURSION, GapCode.NO_INPUTS)


def undecided(query: Query, rules: Iterable[Rule], found: Iterable[Finding], text_of: TextOf) -> Iterator[Finding]:
    """An unknown finding for every trait that nothing was said of, where the trace has no end."""
    gap = _end(query.model)
    if gap is None:
        return
    said = {item.trait for item in found}
    reason = f"the forward call was not followed to its end: {gap.construct}, {gap.explanation or gap.code}"
    places: tuple[Evidence, ...] = (at("end of the trace", gap.span),)
    for rule in rules:
        if rule.kind == Kind.TRAIT:
            open_ones = (trait for trait in rule.traits if trait not in said)
            yield from (finding(unknown(reason, *places, trait=trait), rule, query, text_of) for trait in open_ones)


def _end(model: BuiltModel) -> Gap | None:
    """What ended the trace early; None where the model returned something."""
    if model.graph.results:
        return None
    return next((gap for code in _ENDS for gap in model.gaps if gap.code is code), None)
