"""The findings of a scan as a Markdown page."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from analyzer.outputs.markdown import code, prose, table
from analyzer.outputs.summary import place_of
from analyzer.outputs.undecided import Undecided, together
from analyzer.outputs.values import evidence_place, module_text, origin_text, shown
from analyzer.report import Finding, Report


def findings_page(report: Report) -> Iterator[str]:
    """Models with their status, then every finding that is not suppressed, then what could not be read."""
    yield f"# Findings in {code(report.source.root)}"
    rows = ((prose(one.model_type), code(one.class_name), str(one.status), code(one.path)) for one in report.models)
    yield from ("", "## Models", "", *table(("model", "class", "status", "file"), rows))
    found = [one for one in report.findings if one.suppressed is UNSET]
    headings = ("model", "class", "trait", "value", "module", "place", "origin")
    yield from ("", "## Findings", "", *table(headings, map(_row, together(found))))
    if report.errors:
        yield from ("", "## Errors", "", *(f"- {prose(f'{place_of(one)}{one.message}')}" for one in report.errors))


def _row(item: Finding | Undecided) -> tuple[str, ...]:
    if isinstance(item, Finding):
        return _cells(item)
    model, name, _, *rest, _ = _cells(item.first)
    return (model, name, f"{len(item.traits)} traits", *rest, prose(item.text))


def _cells(finding: Finding) -> tuple[str, ...]:
    return (
        *(prose(finding.model_type), code(finding.class_name), code(finding.trait or finding.name)),
        *(prose(shown(finding)), code(module_text(finding)), code(evidence_place(finding))),
        prose(origin_text(finding)),
    )
