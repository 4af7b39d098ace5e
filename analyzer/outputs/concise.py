"""One line a finding, ``path:line:column: ID what``, as compilers write it: for commit hooks and editors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from analyzer.outputs.format import Display
from analyzer.outputs.results import ScanResult, VerificationResult
from analyzer.outputs.review import Issue, issues

_STYLES = {"info": "", "warning": "yellow", "error": "red"}


def findings_concise(found: ScanResult, display: Display) -> Iterator[Text]:
    """The findings that ask for attention."""
    report = found.report
    return _lines(issues(report.findings, report.errors, report.source, display))


def verdicts_concise(found: VerificationResult, display: Display) -> Iterator[Text]:
    """The contradicted claims."""
    report = found.report
    return _lines(issues(report.findings, report.errors, report.source, display))


def _lines(found: Iterable[Issue]) -> Iterator[Text]:
    for issue in found:
        place = ":".join(str(part) for part in (issue.path, issue.line, issue.column) if part)
        line = Text.assemble((f"{place}: ", "cyan") if place else "", (issue.rule, _STYLES[issue.severity]))
        yield line.append(f" {issue.model}: {issue.message}" if issue.model else f" {issue.message}")
