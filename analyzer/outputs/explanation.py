"""Why a rule matched a model or did not, as lines to read."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from analyzer.outputs.values import evidence_place, module_text
from analyzer.report import Finding
from analyzer.rule.explain import Answer, Explanation, ReasonGiven


def explanation(result: Explanation) -> Iterator[Text]:
    """The findings, then the conditions of the nearest place, or what the rule asked for and found."""
    yield Text.assemble((f"{result.rule} {result.name}", "bold"), f" on {result.model_type} ({result.class_name})")
    if not result.in_scope:
        yield Text("  does not apply: the model is outside of the rule's scope", "yellow")
        return
    if not result.findings:
        yield Text("  finds nothing", "yellow")
    for found in result.findings:
        yield _finding(found)
    if result.answers:
        yield Text(f"  conditions {_where(result)}")
    for answer in result.answers:
        yield _answer(answer)
    yield from _questions(result)
    for reason in result.reasons:
        yield _reason(reason)
    if result.not_understood:
        yield Text.assemble("  not understood  ", (result.not_understood, "yellow"))


def _finding(found: Finding) -> Text:
    style = "yellow" if found.certainty == "unknown" else "green"
    place = evidence_place(found)
    return Text.assemble("  finds  ", (found.message, style), f"  {module_text(found)}  ", (place, "cyan"))


def _where(result: Explanation) -> str:
    matched = any(found.certainty != "unknown" for found in result.findings)
    place = f"at {result.module}" if result.module else "of the model"
    return place if matched else f"{place}, where it comes nearest"


def _answer(answer: Answer) -> Text:
    mark, style = ("?", "yellow") if answer.found == "unknown" else ("✓", "green")
    if answer.found not in ("unknown", answer.wanted):
        mark, style = "✗", "red"
    condition = f"not {answer.condition}" if answer.wanted == "false" else answer.condition
    place = f"{answer.path}:{answer.line}" if answer.path else ""
    return Text.assemble("    ", (mark, style), f" {condition}   found: {answer.actual}  ", (place, "cyan"))


def _questions(result: Explanation) -> Iterator[Text]:
    if result.questions:
        yield Text("  asked for")
    for name, number in result.questions.items():
        yield Text.assemble("    ", (f"{number:>6}", "" if number else "red"), f" {name}")


def _reason(reason: ReasonGiven) -> Text:
    total = reason.held + reason.failed
    text = f"    {reason.held:>6} of {total} {reason.text}"
    place = f"  not so at {reason.path}:{reason.line}" if reason.path else ""
    return Text.assemble((text, "" if reason.held else "red"), (place, "cyan"))
