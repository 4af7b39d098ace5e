"""Turns matches of rules into findings of the report."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import TypeAlias, cast

from msgspec import UNSET

from analyzer.base import Span
from analyzer.graph import BuiltModel
from analyzer.query import Query
from analyzer.report import EvidencePlace, Finding, Json
from analyzer.rule.origins import AT_DEFAULT, bare, expression_of, fields_of, prefixed, unprefixed
from analyzer.rule.places import places
from analyzer.rule.rule import Certainty, Match, Rule, RuleKind

TextOf: TypeAlias = Callable[[Span], str]
"""The source text of a span."""


def finding(match: Match, rule: Rule, query: Query, text_of: TextOf) -> Finding:
    """The finding of ``match``, which ``rule`` yielded for the model of ``query``."""
    model, depends_on = query.model, dependencies(match) | conditions(match, query)
    fields = () if match.reason else (*sorted(_own_fields(match)), *sorted(depends_on))
    trait = match.trait or (rule.traits[0] if rule.traits else None)
    return Finding(
        rule=rule.id,
        name=rule.name,
        kind=str(rule.kind),
        trait=trait,
        value=None if match.reason else _json(bare(match.value)),
        model_type=model.model_type,
        class_name=model.class_name,
        module=match.module,
        certainty=str(match.certainty or certainty(match, depends_on, model)),
        depends_on=tuple(sorted(depends_on)),
        reason=match.reason,
        message=match.message or _message(match, trait or rule.title, depends_on),
        severity=str(rule.severity),
        evidence=tuple(place_of(role, span, text_of) for role, span in places(match.evidence, query, fields)),
        confidence=UNSET if rule.kind == RuleKind.TRAIT else str(rule.confidence),
    )


def dependencies(match: Match) -> frozenset[str]:
    """The configuration fields (``config.…``) that the value and its evidence come from, and those the rule adds."""
    return _own_fields(match).union(*(evidence.fields for evidence in match.evidence))


def _own_fields(match: Match) -> frozenset[str]:
    """The fields of the value itself and those that the rule names, without those of the evidence."""
    return fields_of(match.value) | frozenset(map(prefixed, match.depends_on))


def conditions(match: Match, query: Query) -> frozenset[str]:
    """The configuration fields that decide whether the operations in the evidence run; without operations, whether the
    module is made.

    A condition that held for one of them and did not hold for another, in layers of two kinds, decides nothing of what
    is said of both.
    """
    ops = dict.fromkeys(evidence.op for evidence in match.evidence if evidence.op is not None)
    found = [one for op in ops for one in query.controls(op)]
    if not ops:
        found += query.conditions.over_module(match.module.partition("*")[0].partition("{")[0].rstrip("."))
    outcomes: dict[Span, set[bool | str]] = {}
    for one in found:
        outcomes.setdefault(one.span, set()).add(one.outcome)
    deciding = (one for one in found if len(outcomes[one.span]) == 1)
    return frozenset(prefixed(field) for one in deciding for field in one.fields)


def certainty(match: Match, depends_on: Iterable[str], model: BuiltModel) -> Certainty:
    """``unknown`` if there is a reason, ``default`` if a field it depends on has its default value, else ``proved``."""
    if match.reason:
        return Certainty.UNKNOWN
    at_default = any(_at_default(field, model) for field in depends_on)
    return Certainty.DEFAULT if at_default else Certainty.PROVED


def sort_key(item: Finding) -> tuple[object, ...]:
    """Sorts findings by model, rule, trait and module (``layers.2`` before ``layers.10``), then by everything else."""
    return (item.model_type, item.class_name, item.rule, item.trait or "", natural(item.module), repr(item))


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sort key under which ``layers.2`` comes before ``layers.10``."""
    parts = ((part.isdecimal(), part) for part in re.split(r"(\d+)", text))
    return tuple((len(part.lstrip("0")), part.lstrip("0")) if number else (-1, part) for number, part in parts)


def _at_default(field: str, model: BuiltModel) -> bool:
    known = model.config.get(unprefixed(field))
    return known is None or known.source in AT_DEFAULT


def _message(match: Match, subject: str, depends_on: Iterable[str]) -> str:
    if match.reason:
        return f"{subject.rstrip('.')} undecided: {match.reason}"
    made_from = match.expression or expression_of(match.value) or ", ".join(sorted(depends_on))
    return f"{subject} = {_shown(bare(match.value))}" + (f" ← {made_from}" if made_from else "")


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return "[" + ", ".join(map(_shown, value)) + "]"
        case _:
            return str(value)


def _json(value: object) -> Json:
    """``value`` in JSON's types. Infinities and not-a-number, which JSON lacks, become words."""
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case list():
            return [_json(item) for item in value]
        case dict():
            return {str(key): _json(item) for key, item in cast("dict[str, object]", value).items()}
        case _:
            raise TypeError(f"{type(value).__name__} is not a value that a finding can have")


def place_of(role: str, span: Span, text_of: TextOf) -> EvidencePlace:
    """The report's form of a place in the analysed tree."""
    return EvidencePlace(
        role=role,
        path=span.path,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        text=text_of(span),
    )
