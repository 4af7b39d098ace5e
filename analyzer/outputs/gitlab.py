"""A code quality report of GitLab: an array of what the host shows in merge requests.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from analyzer.base import json_document
from analyzer.outputs.format import Display
from analyzer.outputs.results import ScanResult, VerificationResult
from analyzer.outputs.review import Issue, issues

_SEVERITIES: Final = {"info": "info", "warning": "minor", "error": "major"}
_NOWHERE: Final = "."
"""The path of what has none; the format requires one."""


def findings_gitlab(found: ScanResult, display: Display) -> bytes:
    """One entry a finding that asks for attention."""
    report = found.report
    return _entries(issues(report.findings, report.errors, report.source, display))


def verdicts_gitlab(found: VerificationResult, display: Display) -> bytes:
    """One entry a contradicted claim."""
    report = found.report
    return _entries(issues(report.findings, report.errors, report.source, display))


def _entries(found: Iterable[Issue]) -> bytes:
    return json_document([_entry(issue) for issue in found], indent=1)


def _entry(issue: Issue) -> dict[str, object]:
    line = max(issue.line, 1)
    return {
        "description": f"{issue.model}: {issue.message}" if issue.model else issue.message,
        "check_name": issue.title,
        "fingerprint": hashlib.sha256(issue.key.encode(errors="backslashreplace")).hexdigest(),
        "severity": _SEVERITIES[issue.severity],
        "location": {"path": issue.path or _NOWHERE, "lines": {"begin": line, "end": max(issue.end_line, line)}},
    }
