"""Why a rule matched a model or did not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from analyzer.base import NOWHERE, Span
from analyzer.graph import BuiltModel
from analyzer.query import Query
from analyzer.report import Finding
from analyzer.rule.data.check import Judged, PredicateCheck
from analyzer.rule.data.judge import Judgement
from analyzer.rule.findings import TextOf, finding
from analyzer.rule.rule import Rule, Traits, at

_TRUTHS = {True: "true", False: "false", None: "unknown"}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One condition at the explained place: ``wanted`` speaks for a match, ``found`` is what holds there
    (``true``, ``false`` or ``unknown``), ``actual`` the values that decide it."""

    condition: str
    wanted: str
    found: str
    actual: str
    path: str
    line: int


class ReasonGiven(msgspec.Struct, frozen=True, kw_only=True):
    """One reason of a Python rule over all candidates, with the place where it first did not hold."""

    text: str
    held: int
    failed: int
    path: str
    line: int


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says about a model and why.

    ``answers`` are the conditions of a rule written as data at ``module``: where it matches, else where it comes
    nearest. ``questions`` are what a rule written in Python asked for, with how many were found.
    """

    rule: str
    name: str
    model_type: str
    class_name: str = msgspec.field(name="class")
    findings: tuple[Finding, ...]
    not_understood: str = ""
    """The first of the model's gaps, which may be why something was not found."""
    in_scope: bool = True
    module: str = ""
    answers: tuple[Answer, ...] = ()
    questions: dict[str, int] = {}
    reasons: tuple[ReasonGiven, ...] = ()


def explain(rule: Rule, model: BuiltModel, text_of: TextOf) -> Explanation:
    """Run ``rule`` on ``model`` and tell why it came out so. What the rule raises is raised."""
    query = Query(model)
    found = tuple(finding(match, rule, query, text_of) for match in rule.run(query))
    told = Explanation(
        rule=rule.id,
        name=rule.name,
        model_type=model.model_type,
        class_name=model.class_name,
        findings=tuple(_distinct(found)),
        not_understood=_first_gap(model),
    )
    if isinstance(rule.check, PredicateCheck):
        return _of_data(told, rule, rule.check, query)
    return msgspec.structs.replace(told, questions=dict(query.trail.questions), reasons=_reasons(query))


def _distinct(found: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding once, told apart by all that it says: its value may be a list, which can not be hashed."""
    said: set[bytes] = set()
    for one in found:
        if (text := msgspec.json.encode(one)) not in said:
            said.add(text)
            yield one


def _first_gap(model: BuiltModel) -> str:
    if not model.gaps:
        return ""
    gap = model.gaps[0]
    return f"{gap.construct}: {gap.explanation} ({gap.span}; {len(model.gaps)} gaps in all)"


def _of_data(told: Explanation, rule: Rule, check: PredicateCheck, query: Query) -> Explanation:
    judged = tuple(check.judged(query, Traits(query, rule.providers)))
    if not judged:
        return msgspec.structs.replace(told, in_scope=False)
    nearest = max(judged, key=_nearness)
    answers = tuple(map(_answer, nearest.verdict.parts))
    return msgspec.structs.replace(told, module=nearest.module, answers=answers)


def _nearness(one: Judged) -> tuple[bool, bool, float]:
    parts = one.verdict.parts
    satisfied = sum(part.satisfied for part in parts)
    return (one.verdict.truth is True, one.verdict.truth is None, satisfied / max(1, len(parts)))


def _answer(part: Judgement) -> Answer:
    span = next((item.span for reading in part.readings for item in reading.evidence), NOWHERE)
    return Answer(
        condition=part.condition.text,
        wanted=_TRUTHS[part.wanted],
        found=_TRUTHS[part.truth],
        actual=part.actual,
        path=span.path,
        line=span.line,
    )


def _reasons(query: Query) -> tuple[ReasonGiven, ...]:
    return tuple(
        ReasonGiven(text=one.text, held=one.held, failed=one.failed, path=span.path, line=span.line)
        for one in query.trail.reasons
        for span in [_place(at("", one.first_failed).span if one.first_failed else NOWHERE)]
    )


def _place(span: Span) -> Span:
    return NOWHERE if span.external else span
