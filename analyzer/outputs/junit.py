"""Test results in the XML of JUnit, which continuous integration shows as tests: a suite a model.

A model without findings is one test that passes. The elements and attributes are those that pytest writes and GitLab,
Jenkins and others read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from analyzer.base import one_line
from analyzer.outputs.format import Display
from analyzer.outputs.results import ScanResult, VerificationResult
from analyzer.outputs.review import Base, Issue, issues
from analyzer.report import ModelReport, Source

Suite: TypeAlias = tuple[str, str, Sequence[Issue]]
"""Name and path of a model, and what is to say about it."""


def findings_junit(found: ScanResult, display: Display) -> bytes:
    """One failed test a finding that asks for attention."""
    report = found.report
    return _document(report.models, report.source, issues(report.findings, report.errors, report.source, display))


def verdicts_junit(found: VerificationResult, display: Display) -> bytes:
    """One failed test a contradicted claim."""
    report = found.report
    return _document(report.models, report.source, issues(report.findings, report.errors, report.source, display))


def _document(models: Iterable[ModelReport], source: Source, found: Iterable[Issue]) -> bytes:
    said, base = [*found], Base.of(source)
    paths: dict[str, str] = {}
    for model in models:
        paths.setdefault(model.model_type, base.path(model.path))
    suites = [(name, path, [one for one in said if one.model == name]) for name, path in paths.items()]
    others = [one for one in said if one.model not in paths]
    suites += [("errors", "", others)] if others else []
    root = Element("testsuites", {"name": "asbuilt"} | _numbers([one for suite in suites for one in _cases(suite)]))
    for suite in suites:
        element = SubElement(root, "testsuite", {"name": one_line(suite[0])} | _numbers(_cases(suite)))
        element.extend(_case(suite, issue) for issue in _cases(suite))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _cases(suite: Suite) -> Sequence[Issue | None]:
    """The tests of a suite, None for one that passes."""
    return suite[2] or (None,)


def _numbers(cases: Sequence[Issue | None]) -> dict[str, str]:
    found = [one for one in cases if one is not None]
    broken = sum(one.broken for one in found)
    return {"tests": str(len(cases)), "failures": str(len(found) - broken), "errors": str(broken), "skipped": "0"}


def _case(suite: Suite, issue: Issue | None) -> Element:
    name, path, _ = suite
    if issue is None:
        return Element("testcase", classname=one_line(name), name="no findings", file=one_line(path))
    case = Element("testcase", classname=one_line(name), name=one_line(issue.title), file=one_line(issue.path))
    if issue.line:
        case.set("line", str(issue.line))
    message = one_line(issue.message)
    outcome = SubElement(case, "error" if issue.broken else "failure", message=message, type=issue.severity)
    outcome.text = one_line(f"{issue.path}:{issue.line}: {issue.message}" if issue.path else issue.message)
    return case
