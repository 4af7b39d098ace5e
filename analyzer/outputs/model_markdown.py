"""One model as a Markdown page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analyzer.outputs.blocks import blocks
from analyzer.outputs.branches import branch_lines
from analyzer.outputs.markdown import code, fenced, prose, table
from analyzer.outputs.model_page import changed_fields
from analyzer.outputs.notation import count
from analyzer.outputs.results import ModelResult
from analyzer.outputs.structure import schedule, structure
from analyzer.outputs.values import evidence_place, module_text, origin_text, shown
from analyzer.report import Finding


def model_markdown(result: ModelResult) -> Iterator[str]:
    """Lines of the page: what the model is, its blocks, its traits, and what is wrong or not understood."""
    report, model = result.report, result.query.model
    yield f"# {prose(report.model_type)} {code(report.class_name)}"
    parameters = "" if report.parameters is None else f", {count(report.parameters)} parameters"
    failure = f": {prose(model.failure)}" if model.failure else ""
    yield from ("", f"{report.status}{failure}{parameters}, {code(report.path)}")
    if report.config_class:
        yield from ("", f"{code(report.config_class)}{prose(changed_fields(model))}")
    if report.other_classes:
        yield from ("", f"Other classes: {', '.join(map(code, report.other_classes))}")
    items = blocks(result.query)
    yield from _block("Structure", (line.plain for line in structure(items)))
    yield from _block("Schedule", (line.plain for line in schedule(items, result.findings)))
    traits = sorted((one for one in result.findings if one.kind == "trait"), key=lambda one: one.trait or "")
    yield from findings_markdown("Traits", traits)
    yield from findings_markdown("Remarks", [one for one in result.findings if one.kind != "trait"])
    gaps = (f"{code(one.construct)} {prose(one.explanation or one.code)}" for one in report.coverage.gaps)
    yield from _list("Not understood", gaps)
    yield from _list("Errors", (prose(one.message) for one in result.problems))
    yield from _block("Branches", (line.plain for line in branch_lines(result.alternatives or ())))


def findings_markdown(title: str, findings: Sequence[Finding]) -> Iterator[str]:
    """A section with one row for each finding; nothing without any."""
    if not findings:
        return
    yield from ("", f"## {title}", "")
    rows = (
        (
            code(one.trait or one.name),
            prose(shown(one)),
            code(module_text(one)),
            code(evidence_place(one)),
            _origin(one),
        )
        for one in findings
    )
    yield from table(("trait", "value", "module", "place", "origin"), rows)


def _origin(finding: Finding) -> str:
    return prose(origin_text(finding))


def _block(title: str, lines: Iterable[str]) -> Iterator[str]:
    text = "\n".join(lines)
    if text:
        yield from ("", f"## {title}", "", *fenced(text).split("\n"))


def _list(title: str, items: Iterable[str]) -> Iterator[str]:
    for number, item in enumerate(items):
        if number == 0:
            yield from ("", f"## {title}", "")
        yield f"- {item}"
