"""The whole answer of a scan as programs read it."""

from __future__ import annotations

from html import escape
from typing import Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from analyzer.base import json_document, one_line
from analyzer.graph import Status
from analyzer.report.findings import Finding, Wire

SCHEMA: Final = "asbuilt/findings/1"


class Tool(Wire, frozen=True, kw_only=True, gc=False):
    name: str
    version: str


class Source(Wire, frozen=True, kw_only=True, gc=False):
    """What was scanned; every other path of the report is relative to ``root``.

    ``repository`` is the root of git's work tree around it, None outside of one.
    """

    root: str
    kind: str
    version: str | None
    revision: str | None
    repository: str | None = None


class GapReport(Wire, frozen=True, kw_only=True, gc=False):
    """One kind of thing that was not understood in a model, at the first place it was met, ``count`` times."""

    code: str
    construct: str
    path: str
    line: int
    explanation: str
    hint: str
    count: int


class Coverage(Wire, frozen=True, kw_only=True, gc=False):
    """Operations traced, those among them that were not understood, and why."""

    operations: int
    unknown: int
    gaps: tuple[GapReport, ...]


class ModelReport(Wire, frozen=True, kw_only=True, gc=False):
    """One model class: how far the analysis came.

    ``parameters`` is None when no module tree could be built; ``other_classes`` are those of the same model type.
    ``main_stacks`` are the module paths of the stacks whose values are the model's, where that was asked.
    """

    model_type: str
    class_name: str = msgspec.field(name="class")
    config_class: str
    path: str
    status: Status
    parameters: int | None
    coverage: Coverage
    other_classes: tuple[str, ...] = ()
    main_stacks: tuple[str, ...] | UnsetType = UNSET


class Problem(Wire, frozen=True, kw_only=True, gc=False):
    """Something that went wrong without stopping the scan; ``traceback`` stays out of the JSON."""

    path: str
    line: int
    code: str
    message: str
    traceback: str | UnsetType = UNSET


class Summary(Wire, frozen=True, kw_only=True, gc=False):
    """Counts: models by status, findings by certainty, kind and rule (suppressed ones too), gaps by code, errors.

    ``gap_models`` are the models that have gaps of a code, ``gaps`` how many they have in all.
    """

    models: dict[str, int]
    findings: dict[str, int]
    rules: dict[str, int]
    traits: dict[str, int]
    gaps: dict[str, int]
    gap_models: dict[str, int]
    errors: int
    suppressed: int = 0


class Report(Wire, frozen=True, kw_only=True, gc=False):
    """Everything a scan found, in an order that depends on the input alone."""

    schema: Literal["asbuilt/findings/1"] = SCHEMA
    tool: Tool
    source: Source
    models: tuple[ModelReport, ...]
    findings: tuple[Finding, ...]
    errors: tuple[Problem, ...]
    summary: Summary
    notices: tuple[Problem, ...] = ()
    """What does not stop anything but wants mending: comments that silence nothing, stale entries of a baseline,
    deprecated rules."""

    def to_json(self, *, indent: int = 0) -> bytes:
        """The report under its contract; the same report gives the same bytes."""
        return json_document(self.without_tracebacks(), indent=indent, order="deterministic")

    def without_tracebacks(self) -> Report:
        """A copy that says what went wrong, but not where inside this program."""
        errors = tuple(msgspec.structs.replace(problem, traceback=UNSET) for problem in self.errors)
        return msgspec.structs.replace(self, errors=errors)

    def __repr__(self) -> str:
        statuses = ", ".join(f"{count} {status}" for status, count in self.summary.models.items() if count)
        return (
            f"<Report of {self.source.root}: {len(self.models)} models ({statuses or 'none'}), "
            f"{len(self.findings)} findings, {len(self.errors)} errors>"
        )

    def _repr_html_(self) -> str:
        """A table of the models for notebooks."""
        return report_table(self)


def report_table(report: Report) -> str:
    """HTML table: one line a model with its status, parameter count and number of findings."""
    counts: dict[tuple[str, str], int] = {}
    for finding in report.findings:
        key = (finding.model_type, finding.class_name)
        counts[key] = counts.get(key, 0) + 1
    rows = "".join(
        _row("td", model.model_type, model.class_name, model.status, model.parameters, _count(counts, model))
        for model in report.models
    )
    return f"<table>{_row('th', 'model', 'class', 'status', 'parameters', 'findings')}{rows}</table>"


def _count(counts: dict[tuple[str, str], int], model: ModelReport) -> int:
    return counts.get((model.model_type, model.class_name), 0)


def _row(cell: str, *values: object) -> str:
    return "<tr>" + "".join(f"<{cell}>{_text(value)}</{cell}>" for value in values) + "</tr>"


def _text(value: object) -> str:
    return escape("" if value is None else f"{value:,}" if isinstance(value, int) else one_line(str(value)))


def schema() -> dict[str, object]:
    """JSON Schema (2020-12) of ``Report.to_json``."""
    described = msgspec.json.schema(Report)
    described["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    described["title"] = SCHEMA
    definitions = described["$defs"]
    definitions["Problem"]["properties"].pop("traceback")
    definitions["Report"]["required"] = ["schema", *definitions["Report"]["required"]]
    return described
