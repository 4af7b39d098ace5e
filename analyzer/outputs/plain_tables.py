"""Results as tables of plain values: one row for each finding, tensor, call, operation, difference and so on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import UNSET

from analyzer.base import GapKind
from analyzer.graph import BuiltModel, Drift
from analyzer.outputs.comparison import layer_text, parameter_name, trait_values
from analyzer.outputs.graph_json import graph_data
from analyzer.outputs.lineage import changes
from analyzer.outputs.results import ClaimsCheck, ExamplesResult, ParametersResult
from analyzer.outputs.rule_card import RuleCard
from analyzer.outputs.tabular import Cell, Table
from analyzer.outputs.values import value_text
from analyzer.outputs.verdicts import claimed, code_text, explained, paper_place
from analyzer.outputs.view import GraphView
from analyzer.report import (
    CodePlace,
    Comparison,
    Finding,
    Json,
    Lineage,
    ParameterRow,
    TreeComparison,
    VerdictReport,
)
from analyzer.rule.vocabulary import Trait

_FINDING = ("model_type", "class", "rule", "kind", "trait", "value", "module", "certainty", "severity", "suppressed")
_PLACE = ("path", "line")


def findings_table(findings: Iterable[Finding]) -> Table:
    """Every finding, those that are suppressed too, with the first place that shows it."""
    return Table((*_FINDING, *_PLACE, "depends_on", "message"), map(_finding, findings))


def _finding(finding: Finding) -> tuple[Cell, ...]:
    return (
        *(finding.model_type, finding.class_name, finding.rule, finding.kind, finding.trait, _value(finding.value)),
        *(finding.module, finding.certainty, finding.severity, finding.suppressed is not UNSET),
        *_place(finding),
        *(", ".join(finding.depends_on), finding.message),
    )


def parameters_table(result: ParametersResult) -> Table:
    """Every parameter and every buffer of the state dictionary."""
    model = result.model
    persistent = [buffer for buffer in model.buffers if buffer.persistent]
    tensors = [*(("parameter", one) for one in model.parameters), *(("buffer", one) for one in persistent)]
    rows = (
        (
            model.model_type,
            model.class_name,
            kind,
            one.name,
            _sizes(one.shape),
            one.dtype.value,
            model.tied.get(one.name),
        )
        for kind, one in tensors
    )
    return Table(PARAMETER_COLUMNS, rows)


PARAMETER_COLUMNS = ("model_type", "class", "kind", "name", "shape", "dtype", "tied_to")
CALL_COLUMNS = ("model_type", "class", "module", "module_class", "named")


def calls_table(model: BuiltModel) -> Table:
    """Every module in order of execution."""
    rows = ((model.model_type, model.class_name, call.path, call.class_name, call.named) for call in model.calls)
    return Table(CALL_COLUMNS, rows)


def graph_table(view: GraphView) -> Table:
    """Every operation; operands as ``slot=id``."""
    data = graph_data(view)
    operands: dict[int, list[str]] = {}
    for edge in data.edges:
        output = f".{edge.output}" if edge.output is not UNSET else ""
        operands.setdefault(edge.target, []).append(f"{edge.slot}={edge.source}{output}")
    headings = ("id", "kind", "target", "module", "path", "line", "shape", "dtype", "attributes", "operands", "layers")
    rows = (
        (
            *(node.id, node.kind, node.target, node.module, node.path, node.line),
            *(None if node.shape is None else _sizes(node.shape), node.dtype),
            ", ".join(f"{name}={value_text(value)}" for name, value in node.attributes.items()),
            *(", ".join(operands.get(node.id, ())), ", ".join(node.layers)),
        )
        for node in data.nodes
    )
    return Table(headings, rows)


def comparison_table(result: Comparison) -> Table:
    """Departures, traits, parameters and layers of two models, one row each."""
    return Table(("section", "name", "same", "first", "second"), _comparison_rows(result))


def _comparison_rows(result: Comparison) -> Iterator[tuple[Cell, ...]]:
    for departure in result.departures:
        yield "departure", f"{departure.kind}: {departure.note}", False, _code(departure.first), _code(departure.second)
    for trait in result.traits:
        yield "trait", trait.trait, trait.same, trait_values(trait.first), trait_values(trait.second)
    for row in result.parameters:
        yield "parameter", parameter_name(row), row.same, *_parameter_sides(row)
    for pair in result.layers:
        container = next((one.container for one in (pair.first, pair.second) if one is not None), "")
        yield "layers", container, pair.same, layer_text(pair.first), layer_text(pair.second)


def _parameter_sides(row: ParameterRow) -> Iterator[str]:
    for shape, count in ((row.first_shape, row.first_count), (row.second_shape, row.second_count)):
        yield "" if shape is None else f"{_sizes(shape)}{f' ×{count}' if count > 1 else ''}"


def trees_table(result: TreeComparison) -> Table:
    """The changes of the code between two trees, each with the models that have it."""
    rows = (
        (one.kind, one.summary, ", ".join(one.models), _code(one.first), _code(one.second), "; ".join(one.traits))
        for one in result.changes
    )
    return Table(("kind", "summary", "models", "first", "second", "traits"), rows)


def lineage_table(result: Lineage) -> Table:
    """The classes of a model and what each changes of the class that it derives from."""
    rows = (
        (one.name, one.path, one.line, one.base_model, one.base, changes(one), one.inherited) for one in result.classes
    )
    return Table(("class", *_PLACE, "base_model", "base", "changes", "inherited"), rows)


def drifts_table(drifts: Iterable[Drift]) -> Table:
    """The pieces of code that drifted from their originals, or whose originals could not be reproduced."""
    rows = (
        (
            one.kind,
            one.state,
            one.name,
            one.path,
            one.line,
            one.original,
            one.original_path,
            one.original_line,
            one.reason,
        )
        for one in drifts
    )
    return Table(("kind", "state", "name", *_PLACE, "original", "original_path", "original_line", "reason"), rows)


def verdicts_table(report: VerdictReport) -> Table:
    """Every verdict, with what the paper and what the code says."""
    headings = (
        "verdict",
        "model_type",
        "trait",
        "paper",
        "where",
        "claimed",
        "code",
        "impact",
        *_PLACE,
        "reason",
        "note",
    )
    rows = (
        (
            *(one.verdict.value, one.model_type, one.trait, one.paper, paper_place(one), claimed(one), code_text(one)),
            *(one.impact, *_place(one), one.reason, explained(one) or None),
        )
        for one in report.findings
    )
    return Table(headings, rows)


def rules_table(cards: Iterable[RuleCard]) -> Table:
    """The rules with what they decide."""
    rows = (
        (one.id, one.name, one.kind, one.severity, one.confidence, one.stage, ", ".join(one.traits), one.title)
        for one in cards
    )
    return Table(("id", "name", "kind", "severity", "confidence", "stage", "traits", "title"), rows)


def examples_table(result: ExamplesResult) -> Table:
    """Every run of an example, and what is wrong with it."""
    rows = ((one.rule, one.number, one.variant.value, one.passed, one.complaint) for one in result.results)
    return Table(("rule", "example", "variant", "passed", "complaint"), rows)


def traits_table(traits: Iterable[Trait]) -> Table:
    """Traits with their values and meanings."""
    rows = ((one.name, one.type, ", ".join(one.values), one.open, one.meaning) for one in traits)
    return Table(("name", "type", "values", "open", "meaning"), rows)


def gaps_table(kinds: Iterable[GapKind]) -> Table:
    """Codes of what was not understood."""
    return Table(("code", "meaning", "remedy"), ((one.code.value, one.meaning, one.remedy) for one in kinds))


def claims_table(result: ClaimsCheck) -> Table:
    """What is wrong with claims files."""
    rows = ((one.path, one.line, one.code, one.message) for one in result.errors)
    return Table((*_PLACE, "code", "message"), rows)


def _place(finding: Finding) -> tuple[Cell, Cell]:
    return (finding.evidence[0].path, finding.evidence[0].line) if finding.evidence else (None, None)


def _code(place: CodePlace | None) -> str:
    return "" if place is None else f"{place.path}:{place.line}"


def _value(value: Json) -> Cell:
    return value if isinstance(value, bool | int | float | str | None) else value_text(value)


def _sizes(shape: Iterable[int | str]) -> str:
    return "[" + ", ".join(str(size if isinstance(size, str) else int(size)) for size in shape) + "]"
