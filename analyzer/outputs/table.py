"""Findings as an aligned table, one a line, for reading and for grep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import UNSET
from rich.text import Text

from analyzer.outputs.undecided import Undecided, together
from analyzer.outputs.values import evidence_place, module_text, origin_text, shown
from analyzer.report import Finding, Report

_HEADINGS = ("model", "class", "trait", "value", "module", "evidence", "origin")
_STYLES = ("bold", "", "", "cyan", "", "dim", "")
_WIDEST = 44


def table(report: Report) -> Iterator[Text]:
    """A line of headings, then one line a finding (suppressed ones left out); columns are as wide as their longest
    short cell."""
    shown_ones = (finding for finding in report.findings if finding.suppressed is UNSET)
    rows = [_HEADINGS, *map(_row, together(shown_ones))]
    widths = _widths(rows)
    for number, row in enumerate(rows):
        line = Text()
        for cell, width, style in zip(row, widths, _STYLES, strict=True):
            line.append(f"{cell:<{width}}  ", "bold underline" if number == 0 else style)
        line.rstrip()
        yield line


def _row(item: Finding | Undecided) -> tuple[str, ...]:
    if isinstance(item, Finding):
        return _cells(item)
    model, name, _, *rest, _ = _cells(item.first)
    return (model, name, f"{len(item.traits)} traits", *rest, item.text)


def _cells(finding: Finding) -> tuple[str, ...]:
    return (
        finding.model_type,
        finding.class_name,
        finding.trait or finding.name,
        shown(finding),
        module_text(finding),
        evidence_place(finding),
        origin_text(finding),
    )


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    widths = [
        max((len(cell) for cell in column if len(cell) <= _WIDEST), default=0) for column in zip(*rows, strict=True)
    ]
    return [*widths[:-1], 0]
