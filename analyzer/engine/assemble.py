"""From the outcomes of models to a report in a fixed order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

import msgspec

from analyzer.base import Gap, way_out
from analyzer.engine.examination import problem_of
from analyzer.engine.task import ModelOutcome, ModelSummary
from analyzer.graph import Status
from analyzer.names import Workspace
from analyzer.report import (
    Coverage,
    Finding,
    GapReport,
    ModelReport,
    Problem,
    Report,
    Source,
    Summary,
    Tool,
)
from analyzer.rule.findings import sort_key
from analyzer.sources.git import work_tree


def assemble(workspace: Workspace, outcomes: Iterable[ModelOutcome]) -> Report:
    """The report of all ``outcomes``, with what could not be read while the tree was catalogued."""
    collected = sorted(outcomes, key=lambda outcome: _model_key(outcome.model))
    problems = [problem_of(error) for error in workspace.catalogue().errors]
    problems += [problem for outcome in collected for problem in outcome.problems]
    models = tuple(msgspec.structs.replace(model_report(one.model), main_stacks=one.main) for one in collected)
    findings = tuple(sorted((item for outcome in collected for item in outcome.findings), key=sort_key))
    errors = tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.path, problem.line, problem.message)))
    return Report(
        tool=Tool(name="asbuilt", version=tool_version()),
        source=source_of(workspace),
        models=models,
        findings=findings,
        errors=errors,
        summary=summary(models, findings, errors),
    )


def source_of(workspace: Workspace) -> Source:
    """What ``workspace`` reads from."""
    tree = workspace.tree
    around = work_tree(tree.root)
    return Source(
        root=str(tree.root),
        kind=tree.label,
        version=tree.version,
        revision=tree.revision,
        repository=None if around is None else str(around),
    )


def model_report(model: ModelSummary) -> ModelReport:
    """The report's row of one model."""
    return ModelReport(
        model_type=model.model_type,
        class_name=model.class_name,
        config_class=model.config_class,
        path=model.path,
        status=model.status,
        parameters=model.parameters,
        coverage=Coverage(operations=model.operations, unknown=model.unknown, gaps=gap_reports(model.gaps)),
        other_classes=model.other_classes,
    )


def gap_reports(gaps: Iterable[Gap]) -> tuple[GapReport, ...]:
    """Gaps of one kind together, the most frequent first."""
    first: dict[tuple[str, str], Gap] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for gap in gaps:
        key = (gap.code.value, gap.construct)
        first.setdefault(key, gap)
        counts[key] += 1
    return tuple(_gap_report(first[key], counts[key]) for key in sorted(counts, key=lambda key: (-counts[key], key)))


def summary(models: Iterable[ModelReport], findings: Iterable[Finding], errors: Iterable[Problem]) -> Summary:
    """Counts over a whole report."""
    models, findings = tuple(models), tuple(findings)
    gaps: Counter[str] = Counter()
    for model in models:
        for gap in model.coverage.gaps:
            gaps[gap.code] += gap.count
    return Summary(
        models={status.value: sum(model.status is status for model in models) for status in Status},
        findings=dict(Counter(item.certainty for item in findings)),
        rules=dict(Counter(item.rule for item in findings)),
        traits=dict(Counter(item.trait for item in findings if item.trait)),
        gaps=dict(gaps),
        gap_models=dict(Counter(code for model in models for code in {gap.code for gap in model.coverage.gaps})),
        errors=len(tuple(errors)),
    )


def tool_version() -> str:
    """The version of the installed distribution, ``unknown`` in a source tree that is not installed."""
    try:
        return version("asbuilt")
    except PackageNotFoundError:
        return "unknown"


def _gap_report(gap: Gap, count: int) -> GapReport:
    return GapReport(
        code=gap.code.value,
        construct=gap.construct,
        path=gap.span.path,
        line=gap.span.line,
        explanation=gap.explanation,
        hint=way_out(gap),
        count=count,
    )


def _model_key(model: ModelSummary) -> tuple[str, str, str]:
    return (model.model_type, model.class_name, model.path)
