"""Reads model source code and tells what architecture it really builds, without importing or running it.

>>> import analyzer
>>> report = analyzer.scan(models=["llama"])  # doctest: +SKIP
>>> model = analyzer.load("llama")  # doctest: +SKIP
>>> model.graph.to_networkx()  # doctest: +SKIP

Names are imported when they are first used, so that importing the package is cheap.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.api import (
        Alternative,
        AnalyzerError,
        BuiltModel,
        Comparison,
        Finding,
        Gap,
        InputError,
        Lineage,
        Model,
        Op,
        OpGraph,
        OpKind,
        Query,
        Report,
        Rule,
        Span,
        Status,
        Trait,
        TraitTable,
        TreeComparison,
        VerdictReport,
        branches,
        diff,
        diff_trees,
        drifts,
        each,
        formats,
        lineage,
        load,
        load_packs,
        models,
        read_report,
        render,
        scan,
        schema,
        table,
        verify,
        vocabulary,
    )

__all__ = [
    "Alternative",
    "AnalyzerError",
    "BuiltModel",
    "Comparison",
    "Finding",
    "Gap",
    "InputError",
    "Lineage",
    "Model",
    "Op",
    "OpGraph",
    "OpKind",
    "Query",
    "Report",
    "Rule",
    "Span",
    "Status",
    "Trait",
    "TraitTable",
    "TreeComparison",
    "VerdictReport",
    "branches",
    "diff",
    "diff_trees",
    "drifts",
    "each",
    "formats",
    "lineage",
    "load",
    "load_packs",
    "models",
    "read_report",
    "render",
    "scan",
    "schema",
    "table",
    "verify",
    "vocabulary",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from analyzer import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
