"""Explains why a rule matches a model or does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from analyzer.base import NOWHERE, Span
from analyzer.graph import BuiltModel
from analyzer.query import Query
from analyzer.report import Finding
from analyzer.rule.data.check import LayerResult, PredicateCheck
from analyzer.rule.data.evaluate import ConditionResult
from analyzer.rule.findings import TextOf, finding
from analyzer.rule.rule import Rule, Traits, at

_TRUTHS = {True: "true", False: "false", None: "unknown"}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one condition of a rule written as data.

    ``wanted`` is the truth that speaks for a match, ``found`` the actual one (``true``, ``false`` or ``unknown``), and
    ``actual`` shows the values that decide it.
    """

    condition: str
    wanted: str
    found: str
    actual: str
    path: str
    line: int


class ReasonGiven(msgspec.Struct, frozen=True, kw_only=True):
    """A reason that a Python rule gave with ``query.because``: how often it held and failed, and where it failed
    first."""

    text: str
    held: int
    failed: int
    path: str
    line: int


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule finds in a model, and why.

    For a rule written as data, ``answers`` are the results of its conditions at ``module``: a layer where it matches,
    or the layer that comes closest. For a rule in Python, ``questions`` counts the facts that it asked for.
    """

    rule: str
    name: str
    model_type: str
    class_name: str = msgspec.field(name="class")
    findings: tuple[Finding, ...]
    not_understood: str = ""
    """The first gap of the model, which may be the cause if nothing was found."""
    in_scope: bool = True
    module: str = ""
    answers: tuple[Answer, ...] = ()
    questions: dict[str, int] = {}
    reasons: tuple[ReasonGiven, ...] = ()


def explain(rule: Rule, query: Query, text_of: TextOf) -> Explanation:
    """Run ``rule`` on the model of ``query``, of which nothing was asked before, and tell why it came out so.

    What the rule raises is raised.
    """
    model = query.model
    found = tuple(finding(match, rule, query, text_of) for match in rule.run(query))
    explanation = Explanation(
        rule=rule.id,
        name=rule.name,
        model_type=model.model_type,
        class_name=model.class_name,
        findings=tuple(_distinct(found)),
        not_understood=_first_gap(model),
    )
    if isinstance(rule.check, PredicateCheck):
        return _of_data(explanation, rule, rule.check, query)
    return msgspec.structs.replace(explanation, questions=dict(query.trail.questions), reasons=_reasons(query))


def _distinct(found: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding once, told apart by all that it says: its value may be a list, which cannot be hashed."""
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


def _of_data(explanation: Explanation, rule: Rule, check: PredicateCheck, query: Query) -> Explanation:
    results = tuple(check.results(query, Traits(query, rule.providers)))
    if not results:
        return msgspec.structs.replace(explanation, in_scope=False)
    nearest = max(results, key=_nearness)
    answers = tuple(map(_answer, nearest.result.parts))
    return msgspec.structs.replace(explanation, module=nearest.module, answers=answers)


def _nearness(one: LayerResult) -> tuple[bool, bool, float]:
    parts = one.result.parts
    satisfied = sum(part.satisfied for part in parts)
    return (one.result.truth is True, one.result.truth is None, satisfied / max(1, len(parts)))


def _answer(part: ConditionResult) -> Answer:
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
