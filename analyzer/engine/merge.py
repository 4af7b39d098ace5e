"""One report of several source trees, with paths that are relative to the folder around them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec

from analyzer.engine.assemble import summary
from analyzer.report import Finding, ModelReport, Problem, Report, Source, Suppression
from analyzer.rule.findings import sort_key
from analyzer.sources.read import is_file

Move: TypeAlias = Callable[[str], str]
"""From a path relative to one tree to the same relative to the folder around all."""


def merged(reports: Sequence[Report]) -> Report:
    """What all of ``reports`` say; the root is the folder around their roots."""
    if len(reports) == 1:
        return reports[0]
    root = Path(os.path.commonpath([report.source.root for report in reports]))
    moved = [_moved(report, _move(Path(report.source.root), root)) for report in reports]
    models = [model for report in moved for model in report.models]
    models.sort(key=lambda model: (model.model_type, model.class_name, model.path))
    findings = tuple(sorted((finding for report in moved for finding in report.findings), key=sort_key))
    problems = {problem for report in moved for problem in report.errors}
    errors = tuple(sorted(problems, key=lambda problem: (problem.path, problem.line, problem.message)))
    notices = tuple(dict.fromkeys(notice for report in moved for notice in report.notices))
    counts = msgspec.structs.replace(
        summary(models, findings, errors), suppressed=sum(report.summary.suppressed for report in moved)
    )
    return Report(
        tool=reports[0].tool,
        source=_source(root, [report.source for report in reports]),
        models=tuple(models),
        findings=findings,
        errors=errors,
        summary=counts,
        notices=notices,
    )


def _source(root: Path, sources: Sequence[Source]) -> Source:
    """The folder, with what the trees in it have in common."""
    first = sources[0]
    return Source(
        root=str(root),
        kind="folder",
        version=first.version if all(one.version == first.version for one in sources) else None,
        revision=first.revision if all(one.revision == first.revision for one in sources) else None,
        repository=first.repository if all(one.repository == first.repository for one in sources) else None,
    )


def _move(old: Path, new: Path) -> Move:
    """Paths that are none of the tree's, such as that of a configuration given by the user, stay as they are."""
    below = old.relative_to(new)

    @cache
    def move(path: str) -> str:
        return (below / path).as_posix() if path and is_file(old / path) else path

    return move


def _moved(report: Report, move: Move) -> Report:
    return msgspec.structs.replace(
        report,
        models=tuple(_model(model, move) for model in report.models),
        findings=tuple(_finding(finding, move) for finding in report.findings),
        errors=tuple(_problem(problem, move) for problem in report.errors),
        notices=tuple(_problem(notice, move) for notice in report.notices),
    )


def _model(model: ModelReport, move: Move) -> ModelReport:
    gaps = tuple(msgspec.structs.replace(gap, path=move(gap.path)) for gap in model.coverage.gaps)
    coverage = msgspec.structs.replace(model.coverage, gaps=gaps)
    return msgspec.structs.replace(model, path=move(model.path), coverage=coverage)


def _finding(finding: Finding, move: Move) -> Finding:
    evidence = tuple(msgspec.structs.replace(place, path=move(place.path)) for place in finding.evidence)
    why = finding.suppressed
    if isinstance(why, Suppression):
        why = msgspec.structs.replace(why, path=move(why.path))
    return msgspec.structs.replace(finding, evidence=evidence, suppressed=why)


def _problem(problem: Problem, move: Move) -> Problem:
    return msgspec.structs.replace(problem, path=move(problem.path))
