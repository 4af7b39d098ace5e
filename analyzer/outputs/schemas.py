"""JSON Schema of everything that is printed as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from analyzer.outputs.bulk import CallsRow, ParametersRow
from analyzer.outputs.graph_json import SCHEMA as GRAPH
from analyzer.outputs.graph_json import GraphData
from analyzer.outputs.model_json import SCHEMA as MODEL
from analyzer.outputs.model_json import ModelData
from analyzer.report import (
    COMPARISON,
    CONFIG,
    COST,
    LINEAGE,
    TABLE,
    TREES,
    Comparison,
    ConfigAudit,
    CostReport,
    Lineage,
    TraitTable,
    TreeComparison,
    verdicts_schema,
)
from analyzer.report import schema as findings_schema

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, Callable[[], dict[str, Any]]]:
    """The schema of each document by its name; of ``params`` and ``calls`` that of one line."""
    return {
        "findings": findings_schema,
        "model": lambda: _described(ModelData, MODEL),
        "graph": lambda: _described(GraphData, GRAPH),
        "verdicts": verdicts_schema,
        "comparison": lambda: _described(Comparison, COMPARISON),
        "config": lambda: _described(ConfigAudit, CONFIG),
        "cost": lambda: _described(CostReport, COST),
        "lineage": lambda: _described(Lineage, LINEAGE),
        "table": lambda: _described(TraitTable, TABLE),
        "trees": lambda: _described(TreeComparison, TREES),
        "params": lambda: _described(ParametersRow, "asbuilt/params/1"),
        "calls": lambda: _described(CallsRow, "asbuilt/calls/1"),
    }


def _described(kind: type[msgspec.Struct], title: str) -> dict[str, Any]:
    return {"$schema": _DIALECT, "title": title} | msgspec.json.schema(kind)
