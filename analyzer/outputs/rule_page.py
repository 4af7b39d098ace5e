"""The page of a rule in Markdown, made from the rule itself, and the index of all pages."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from analyzer.outputs.markdown import fenced, prose, row
from analyzer.outputs.values import value_text
from analyzer.report import Json
from analyzer.rule.origins import bare
from analyzer.rule.rule import Example, Rule, RuleKind, Stage
from analyzer.rule.vocabulary import Trait, find_trait


def page(rule: Rule) -> str:
    """What ``rule`` detects and why, its values, examples that match and that do not, references and status."""
    parts = [f"# {rule.id} {rule.name}", _status(rule), rule.documentation.strip(), *_values(rule)]
    for title, wanted in (("Matches", True), ("Does not match", False)):
        chosen = [example for example in rule.examples if _matches(example) is wanted]
        parts += [f"## {title}", *map(_example, chosen)] if chosen else []
    if rule.references:
        parts.append("## References\n\n" + "\n".join(f"- {reference}" for reference in rule.references))
    return "\n\n".join(parts) + "\n"


def pages(rules: Iterable[Rule]) -> str:
    """The pages of several rules, one below the other."""
    return "\n".join(map(page, rules))


def index(rules: Iterable[Rule]) -> str:
    """A table of ``rules`` that links to their pages."""
    rows = [
        row((f"[{rule.id}]({file_name(rule)})", rule.name, _finds(rule), prose(rule.title)))
        for rule in sorted(rules, key=lambda rule: rule.id)
    ]
    return "\n".join(["# Rules", "", "| id | name | finds | title |", "| --- | --- | --- | --- |", *rows]) + "\n"


def file_name(rule: Rule) -> str:
    """The name of the rule's page."""
    return f"{rule.id.lower()}_{rule.name.replace('-', '_')}.md"


def page_files(rules: Sequence[Rule]) -> dict[str, str]:
    """The page of each of ``rules`` and their index, by names of files."""
    return {**{file_name(rule): page(rule) for rule in rules}, "index.md": index(rules)}


def _status(rule: Rule) -> str:
    stage = f"{rule.stage}, use {rule.replaced_by}" if rule.stage == Stage.DEPRECATED else str(rule.stage)
    if rule.kind == RuleKind.TRAIT:
        return f"{rule.kind} · {stage}"
    return f"{rule.kind} · severity {rule.severity} · confidence {rule.confidence} · {stage}"


def _finds(rule: Rule) -> str:
    return ", ".join(f"`{trait}`" for trait in rule.traits) or f"{rule.kind}, {rule.severity}"


def _values(rule: Rule) -> Iterator[str]:
    if rule.traits:
        yield "## Values"
        yield "\n".join(_trait(name, find_trait(name)) for name in rule.traits)
    if rule.reads:
        yield "*Reads*: " + ", ".join(f"`{name}`" for name in rule.reads)


def _trait(name: str, known: Trait | None) -> str:
    if known is None:
        return f"- `{name}`"
    words = [f"`{value}`" for value in known.values] + (["…"] if known.open else [])
    values = ", ".join(words) if words else known.type.replace("|", " or ")
    return f"- `{name}`: {values}. {known.meaning}"


def _matches(example: Example) -> bool:
    return any(value is not None for value in example.expected.values())


def _example(example: Example) -> str:
    parts = []
    expected = [_assigned(trait, value) for trait, value in example.expected.items() if "." in trait]
    if _matches(example) and expected:
        parts.append(", ".join(expected))
    if example.config:
        parts.append("With " + ", ".join(_assigned(f"config.{name}", value) for name, value in example.config.items()))
    code = textwrap.dedent(example.code).strip("\n")
    parts.append(fenced(code, "python"))
    for path, text in example.files.items():
        parts += [f"with `{path}`:", fenced(textwrap.dedent(text).strip(), "python")]
    return "\n\n".join(parts)


def _assigned(name: str, value: object) -> str:
    return f"`{name}` = {value_text(cast(Json, bare(value)))}"
