"""Commands of a GitHub workflow, which the host shows as annotations beside the lines of a change.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from analyzer.base import one_line
from analyzer.outputs.format import Display
from analyzer.outputs.results import ScanResult, VerificationResult
from analyzer.outputs.review import Issue, issues

_COMMANDS: Final = {"info": "notice", "warning": "warning", "error": "error"}


def findings_github(found: ScanResult, display: Display) -> Iterator[str]:
    """One command a finding that asks for attention."""
    report = found.report
    return _commands(issues(report.findings, report.errors, report.source, display))


def verdicts_github(found: VerificationResult, display: Display) -> Iterator[str]:
    """One command a contradicted claim."""
    report = found.report
    return _commands(issues(report.findings, report.errors, report.source, display))


def _commands(found: Iterable[Issue]) -> Iterator[str]:
    for issue in found:
        places = {
            "file": issue.path,
            "line": issue.line,
            "col": issue.column,
            "endLine": issue.end_line,
            "endColumn": issue.end_column,
            "title": issue.title,
        }
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in places.items() if value)
        message = f"{issue.model}: {issue.message}" if issue.model else issue.message
        yield f"::{_COMMANDS[issue.severity]} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return one_line(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
