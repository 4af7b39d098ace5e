"""Reports made by hand."""

from __future__ import annotations

from analyzer.report import (
    Coverage,
    EvidencePlace,
    Finding,
    GapReport,
    Json,
    ModelReport,
    Problem,
    Report,
    Source,
    Summary,
    Tool,
)

PLACE = EvidencePlace(
    role="residual add",
    path="models/tiny/modeling_tiny.py",
    line=24,
    column=8,
    end_line=24,
    end_column=30,
    text="residual + hidden",
)


def finding(trait: str | None, value: Json, model: str = "tiny", **changes: object) -> Finding:
    unknown = changes.get("reason") is not None
    fields: dict[str, object] = {
        "rule": "NRM002",
        "name": "norm-placement",
        "kind": "trait",
        "trait": trait,
        "value": value,
        "model_type": model,
        "class_name": f"{model.title()}Model",
        "module": "layers.*",
        "certainty": "unknown" if unknown else "proved",
        "depends_on": (),
        "reason": None,
        "message": f"{trait} = {value}",
        "severity": "info",
        "evidence": (PLACE,),
    }
    return Finding(**(fields | changes))  # type: ignore[arg-type]


def model(name: str, status: str = "complete", gaps: tuple[GapReport, ...] = ()) -> ModelReport:
    return ModelReport(
        model_type=name,
        class_name=f"{name.title()}Model",
        config_class=f"{name.title()}Config",
        path=f"models/{name}/modeling_{name}.py",
        status=status,  # type: ignore[arg-type]
        parameters=None if status == "failed" else 1000,
        coverage=Coverage(operations=10, unknown=len(gaps), gaps=gaps),
    )


def gap(code: str = "unknown-name", construct: str = "missing", count: int = 1) -> GapReport:
    return GapReport(
        code=code,
        construct=construct,
        path="models/tiny/modeling_tiny.py",
        line=40,
        explanation="is defined nowhere",
        hint="",
        count=count,
    )


def report(
    models: tuple[ModelReport, ...], findings: tuple[Finding, ...] = (), errors: tuple[Problem, ...] = ()
) -> Report:
    statuses = {name: sum(one.status == name for one in models) for name in ("complete", "partial", "failed")}
    return Report(
        tool=Tool(name="asbuilt", version="0"),
        source=Source(root="/tree", kind="transformers", version="5.23.0", revision=None),
        models=models,
        findings=findings,
        errors=errors,
        summary=Summary(models=statuses, findings={}, rules={}, traits={}, gaps={}, gap_models={}, errors=len(errors)),
    )
