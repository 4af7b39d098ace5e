"""A rule as programs read it: what `asbuilt rules list --format json` prints."""

from __future__ import annotations

import textwrap

import msgspec

from analyzer.report import Json
from analyzer.rule.origins import bare
from analyzer.rule.packs import displayed
from analyzer.rule.rule import Example, Rule


class ExampleCard(msgspec.Struct, frozen=True, kw_only=True):
    """A program, and what a rule must find in it by trait."""

    code: str
    expected: dict[str, Json]


class RuleCard(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to know about a rule."""

    id: str
    name: str
    title: str
    kind: str
    severity: str
    confidence: str
    stage: str
    replaced_by: str
    traits: tuple[str, ...]
    references: tuple[str, ...]
    documentation: str
    path: str
    examples: tuple[ExampleCard, ...]


def card(rule: Rule) -> RuleCard:
    """The description of ``rule``."""
    return RuleCard(
        id=rule.id,
        name=rule.name,
        title=rule.title,
        kind=str(rule.kind),
        severity=str(rule.severity),
        confidence=str(rule.confidence),
        stage=str(rule.stage),
        replaced_by=rule.replaced_by,
        traits=rule.traits,
        references=rule.references,
        documentation=rule.documentation,
        path=displayed(rule.path),
        examples=tuple(ExampleCard(code=_code(item), expected=_expected(item)) for item in rule.examples),
    )


def _code(example: Example) -> str:
    return textwrap.dedent(example.code).strip("\n") + "\n"


def _expected(example: Example) -> dict[str, Json]:
    return {trait: bare(value) for trait, value in example.expected.items()}  # type: ignore[misc]
