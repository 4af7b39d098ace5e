"""One result of each kind, made by hand, with a text of the caller's wherever code, files or users have a say."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from analyzer.base import GAP_KINDS, InputError
from analyzer.graph import BuiltModel, Drift, ModuleCall, Status
from analyzer.outputs import (
    ClaimsCheck,
    DriftResult,
    ExamplesResult,
    FactsResult,
    ModelResult,
    ParametersResult,
    RulePages,
    ScanResult,
    VerificationResult,
    card,
    view,
)
from analyzer.provenance import ClassOrigin
from analyzer.query import Query
from analyzer.report import (
    Alternative,
    CacheCost,
    CallCostReport,
    CellValue,
    Change,
    ClaimReport,
    CodeChange,
    CodePlace,
    Comparison,
    ComponentCost,
    ConfigAudit,
    CostReport,
    DepartureRow,
    Divergence,
    FieldRow,
    FieldState,
    LayersPair,
    LayersRow,
    Lineage,
    ModelChange,
    PaperReport,
    ParameterRow,
    Problem,
    ReadPlace,
    Report,
    Subject,
    TableRow,
    TermCost,
    TraitRow,
    TraitTable,
    TraitValue,
    TreeComparison,
    UncountedProduct,
    Untold,
    Verdict,
    VerdictReport,
    WeightCost,
)
from analyzer.rule.examples import ExampleResult, Variant
from analyzer.rule.explain import Explanation
from analyzer.rule.fact_guide import FactField, FactGuide
from analyzer.rule.packs import load_packs
from analyzer.rule.vocabulary import vocabulary
from tests.outputs.reports import finding, model, report
from tests.outputs.small import small_model


def samples(text: str = "x") -> Mapping[str, object]:
    """A result for each kind of the tables of formats."""
    built = _model(text)
    problem = Problem(path=text, line=3, code="raised", message=text)
    found = (finding("norm.type", text, message=text, module=text), finding("norm.eps", None, reason=text))
    scanned = report((model("tiny"),), found, (problem,))
    rule = next(iter(load_packs(entry_points=False)))
    return {
        "findings": ScanResult(scanned, (rule,)),
        "model": ModelResult(Query(built), model("tiny"), found, (problem,), _alternatives(text)),
        "graph": view(built),
        "parameters": ParametersResult(built, active=7),
        "calls": built,
        "comparison": _comparison(text),
        "trees": _trees(text),
        "table": _table(text, scanned),
        "cost": _cost(text, scanned),
        "config": _config(text, scanned),
        "lineage": _lineage(text),
        "drifts": DriftResult(3, _drifts(text)),
        "verification": VerificationResult(_verdicts(text, scanned), (rule,)),
        "rules": [card(rule)],
        "rule pages": RulePages((rule,), single=True),
        "explanation": Explanation(
            rule="NRM001", name="n", model_type=text, class_name=text, findings=found, not_understood=text
        ),
        "examples": ExamplesResult(1, (ExampleResult("NRM001", 1, Variant.WRITTEN, text),)),
        "facts": FactsResult(
            (FactGuide("norms", "Norm", text, text, text, 1, (FactField("core", "Op", *[text] * 3),)),)
        ),
        "traits": vocabulary()[:2],
        "gaps": GAP_KINDS[:2],
        "claims": ClaimsCheck((text,), (InputError(text, path=text, line=2, code="claims"),)),
    }


def _model(text: str) -> BuiltModel:
    return dataclasses.replace(
        small_model(gaps=True),
        model_type=text,
        class_name=text,
        calls=(ModuleCall(text, text, 0),),
        tied={"embed.weight": text},
    )


def _alternatives(text: str) -> tuple[Alternative, ...]:
    change = Change(trait="norm.type", module=text, before=text, after=None)
    return (Alternative(field=text, current=True, other=False, changes=(change,)),)


def _place(text: str) -> CodePlace:
    return CodePlace(path=text, line=1, text=text, operation=text, module=text, called_from=(text,), made_at=(text,))


def _subject(text: str) -> Subject:
    return Subject(
        label=text, root="/tree", model_type=text, class_name=text, path=text, status="complete", parameters=8
    )


def _comparison(text: str) -> Comparison:
    place = _place(text)
    departure = DepartureRow(kind="arithmetic", masking=False, alike=True, note=text, first=place, second=None)
    value = TraitValue(value=text, certainty="proved", module=text, path=text, line=1, text=text)
    layers = LayersRow(container=text, layers="{0-2}", count=3)
    return Comparison(
        first=_subject(text),
        second=_subject(text),
        verdict="different",
        reason=text,
        departures=(departure,),
        complete=True,
        traits=(TraitRow(trait="norm.type", same=False, shown=True, first=(value,), second=()),),
        parameters=(_parameter(text),),
        layers=(LayersPair(same=False, first=layers, second=None),),
        paired_by="name",
    )


def _table(text: str, scanned: Report) -> TraitTable:
    cells = tuple(
        CellValue(value=value, module=text, certainty="proved", depends_on=(), reason=text, layers=None, main=main)
        for value, main in ((text, True), (3, True), ([text, text], False))
    )
    row = TableRow(
        model_type=text,
        class_name=text,
        source=0,
        status="partial",
        cells={"norm.type": cells, "block.schedule": cells},
    )
    traits = ("norm.type", "block.schedule", text)
    return TraitTable(tool=scanned.tool, sources=(scanned.source,), traits=traits, models=(row, row))


def _cost(text: str, scanned: Report) -> CostReport:
    terms = tuple(TermCost(count=number, flops=10, expression=f"{text} + 2") for number in range(1, 6))
    lost = UncountedProduct(target="lstm", module=text, path=text, line=7, count=3, reason=text)
    part = ComponentCost(component="experts", flops=150, share=1.0, terms=terms, all_experts=True)
    kept = CacheCost(
        kind="kv",
        layers=(text, "a.0", "a.1"),
        tensors=2,
        shape=(1, 2),
        expression=(text, "2"),
        dtype="float32",
        bytes=16,
    )
    return CostReport(
        tool=scanned.tool,
        source=scanned.source,
        model_type=text,
        class_name=text,
        path=text,
        status=Status.COMPLETE,
        batch=1,
        context=5,
        dtype="bfloat16",
        inputs={text: (1, 5)},
        weights=WeightCost(parameters=10, bytes=20, active=5, active_bytes=10),
        cache=(kept,),
        prefill=CallCostReport(flops=150, reason=None, components=(part,), uncounted=(lost,)),
        decode=CallCostReport(flops=None, reason=text),
    )


def _config(text: str, scanned: Report) -> ConfigAudit:
    places = (
        ReadPlace(path=text, line=1),
        ReadPlace(path="b.py", line=2, fallback=text),
        ReadPlace(path="c.py", line=3),
    )
    rows = tuple(
        FieldRow(
            name=text if number else "width",
            state=state,
            value=text,
            source="default",
            path=text,
            line=4,
            given_as=(text, "b"),
            reads=places,
            decides=("norm.type", "a", "b", text),
            note=text,
        )
        for number, state in enumerate(FieldState)
    )
    return ConfigAudit(
        tool=scanned.tool,
        source=scanned.source,
        model_type=text,
        class_name=text,
        config_class=text,
        file=text,
        status="complete",
        fields=rows,
    )


def _parameter(text: str) -> ParameterRow:
    return ParameterRow(
        first=text,
        first_count=2,
        first_shape=(8, 8),
        first_path=text,
        first_line=1,
        second=None,
        second_count=0,
        second_shape=None,
        second_path="",
        second_line=0,
        same=False,
    )


def _trees(text: str) -> TreeComparison:
    place = _place(text)
    change = CodeChange(
        kind="arithmetic", weight=1.0, summary=text, models=(text,), traits=(text,), first=place, second=place
    )
    return TreeComparison(
        first=text,
        second=text,
        changes=(change,),
        models=(ModelChange(model_type=text, weight=1.0, comparison=_comparison(text)),),
        equal=(text,),
        unknown=(Untold(model_type=text, reason=text),),
        only_first=(text,),
        only_second=(),
    )


def _drifts(text: str) -> tuple[Drift, ...]:
    drift = Drift(
        kind="copy",
        state="drifted",
        name=text,
        path=text,
        line=1,
        original=text,
        original_path=text,
        original_line=2,
        text=text,
        original_text=text,
        reason="",
    )
    return (drift, dataclasses.replace(drift, state="unknown", reason=text))


def _lineage(text: str) -> Lineage:
    origin = ClassOrigin(
        name=text,
        path=text,
        line=1,
        base=text,
        base_model=text,
        base_path=text,
        base_line=1,
        overridden=(text,),
        added=(),
        removed=(),
        inherited=2,
    )
    return Lineage(
        model_type=text,
        path=text,
        chain=(text, text),
        parents={text: 1},
        classes=(origin,),
        checked=1,
        drifts=_drifts(text),
        comparison=_comparison(text),
    )


def _verdicts(text: str, scanned: Report) -> VerdictReport:
    claim = ClaimReport(
        value=text, negated=False, where=text, confidence="high", checkpoint=text, note="", path=text, line=1
    )
    plain = {name: getattr(scanned.findings[0], name) for name in scanned.findings[0].__struct_fields__}
    told = Divergence(
        **plain, verdict=Verdict.CONTRADICTED, paper="paper", claim=claim, others={}, impact=None, rank=None
    )
    silent = Divergence(
        **plain, verdict=Verdict.UNSTATED, paper="paper", claim=None, others={text: text}, impact="loss", rank=1
    )
    counts = {verdict.value: 0 for verdict in Verdict}
    paper = PaperReport(name="paper", title=text, reference=text, year=2026, path=text, models=(text,), verdicts=counts)
    return VerdictReport(
        tool=scanned.tool,
        source=scanned.source,
        papers=(paper,),
        models=scanned.models,
        findings=(told, silent),
        errors=scanned.errors,
        summary=counts,
    )
