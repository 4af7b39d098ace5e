"""Suppressions over a whole report: comments in the code, the baseline, and what is wrong with either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import UNSET

from analyzer.engine.baseline import Baseline, compare, stale_entry
from analyzer.engine.rules import catalogue_of, chosen_rules
from analyzer.engine.suppression_comments import beside, comment_mistakes, mark_commented, reader, unused
from analyzer.engine.task import Packs
from analyzer.names import Workspace
from analyzer.report import Finding, Problem, Report
from analyzer.rule.packs import displayed
from analyzer.rule.rule import Rule, Stage


def with_comments(report: Report, workspace: Workspace, packs: Packs, *, whole: bool) -> Report:
    """``report`` with those findings marked that comments in the code suppress, and with notices about comments.

    Only a scan of the ``whole`` tree shows that a comment suppresses nothing; another model may need it.
    """
    rules, comments = chosen_rules(packs), reader(workspace)
    commented = mark_commented(report.findings, comments)
    findings, notices = commented.findings, list(_deprecated(rules))
    paths = beside(workspace, (model.path for model in report.models))
    every = [one for path in dict.fromkeys((*paths, *_paths(findings))) for one in comments(path)]
    if every:
        notices += comment_mistakes(every, catalogue_of(packs))
        notices += unused(every, commented.used, _ids(rules)) if whole else ()
    return _with(report, findings, notices)


def with_baseline(report: Report, packs: Packs, baseline: Baseline, path: Path, *, whole: bool) -> Report:
    """``report`` with those findings marked that ``baseline``, read from ``path``, knows, and notices about its entries
    that are gone."""
    compared, ran = compare(report.findings, baseline, str(path)), _ids(chosen_rules(packs))
    examined = {model.class_name for model in report.models}
    stale = [one for one in compared.stale if one.rule in ran and (whole or one.class_name in examined)]
    notices = [stale_entry(one, str(path)) for one in stale]
    return _with(report, compared.findings, [*report.notices, *notices])


def _ids(rules: Iterable[Rule]) -> frozenset[str]:
    """The rules that ran as a whole."""
    return frozenset(rule.id for rule in rules if rule.whole is None)


def _with(report: Report, findings: tuple[Finding, ...], notices: list[Problem]) -> Report:
    number = sum(finding.suppressed is not UNSET for finding in findings)
    summary = msgspec.structs.replace(report.summary, suppressed=number)
    return msgspec.structs.replace(report, findings=findings, notices=tuple(dict.fromkeys(notices)), summary=summary)


def _paths(findings: tuple[Finding, ...]) -> Iterator[str]:
    return (place.path for finding in findings for place in finding.evidence)


def _deprecated(rules: tuple[Rule, ...]) -> Iterator[Problem]:
    for rule in rules:
        if rule.stage == Stage.DEPRECATED:
            message = f"{rule.id} {rule.name} is deprecated; use {rule.replaced_by}"
            yield Problem(path=displayed(rule.path), line=0, code="deprecated-rule", message=message)
