"""Checks the form of rules: identifiers, kinds, documentation, examples."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.rule.rule import Confidence, Example, Rule, RuleKind, Severity, Stage

_ID = re.compile(r"[A-Z]{2,5}[0-9]{3}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TRAIT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


def check_rule(rule: object) -> Iterator[str]:
    """Messages about what is wrong with the form of ``rule``."""
    if not isinstance(rule, Rule):
        yield f"{type(rule).__name__} is not a Rule"
        return
    for name in ("traits", "reads", "references", "examples"):
        if not isinstance(getattr(rule, name), tuple | list):
            yield f"{rule.id}: {name} is a {type(getattr(rule, name)).__name__}, not a tuple"
            return
    yield from _identity(rule)
    if not callable(rule.check):
        yield f"{rule.id}: check is not a function"
    elif not rule.documentation:
        yield f"{rule.id}: the file needs a docstring that says what the rule finds and why it matters"
    for example in rule.examples:
        yield from _example(rule, example)


def _identity(rule: Rule) -> Iterator[str]:
    if not _ID.fullmatch(rule.id):
        yield f"id {rule.id!r} is not letters and three digits like NRM001"
    if not _NAME.fullmatch(rule.name):
        yield f"{rule.id}: name {rule.name!r} is not words-with-hyphens"
    if rule.kind not in set(RuleKind):
        yield f"{rule.id}: kind {rule.kind!r} is none of {', '.join(RuleKind)}"
    if rule.severity not in set(Severity):
        yield f"{rule.id}: severity {rule.severity!r} is none of {', '.join(Severity)}"
    if rule.confidence not in set(Confidence):
        yield f"{rule.id}: confidence {rule.confidence!r} is none of {', '.join(Confidence)}"
    if rule.stage not in set(Stage):
        yield f"{rule.id}: stage {rule.stage!r} is none of {', '.join(Stage)}"
    if (rule.stage == Stage.DEPRECATED) != bool(rule.replaced_by):
        yield f"{rule.id}: replaced_by names what to use in place of a deprecated rule, and of no other"
    if rule.kind == RuleKind.TRAIT and not rule.traits:
        own = rule.name.replace("-", "_") if isinstance(rule.name, str) else "name"
        yield f"{rule.id}: say what it decides, traits=('own.{own}',), or that it only warns, kind='hazard'"
    for trait in rule.traits:
        if not _TRAIT.fullmatch(trait):
            yield f"{rule.id}: trait {trait!r} does not read area.name"


def _example(rule: Rule, example: object) -> Iterator[str]:
    if not isinstance(example, Example):
        yield f"{rule.id}: {type(example).__name__} is not an Example"
        return
    if not example.expected:
        yield f"{rule.id}: an example expects a value, or None for silence, of at least one trait"
    for trait in example.expected:
        if rule.traits and trait not in rule.traits:
            yield f"{rule.id}: an example expects {trait}, which the rule does not decide"
