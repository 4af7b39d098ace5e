"""Read model code and say what architecture it really builds, without importing or running it.

One model, from the installed transformers or from a path:

>>> import analyzer
>>> model = analyzer.load("llama")  # doctest: +SKIP
>>> model = analyzer.load("llama", config="Llama-3.1-8B/config.json")  # doctest: +SKIP
>>> model.parameters["lm_head.weight"].shape, model.findings(), model.gaps  # doctest: +SKIP
>>> model.graph.to_networkx()  # doctest: +SKIP

Many models:

>>> report = analyzer.scan(models=["llama", "qwen3*"])  # doctest: +SKIP
>>> analyzer.diff("llama", "olmo2")  # doctest: +SKIP
>>> analyzer.verify(["llama"])  # doctest: +SKIP
>>> analyzer.render(report, "markdown")  # doctest: +SKIP

``analyzer.formats()`` lists what ``render`` can write, ``analyzer.vocabulary()`` the traits, ``analyzer.models()``
the models that there are. Functions that take a tree take a path as their argument ``path``; without one they read the
transformers that is installed. They raise ``InputError`` for what cannot be read, with file and line. The same in a
terminal: ``asbuilt --help`` or ``python -m analyzer --help``.

Names are imported when they are first used, so that importing the package is cheap.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.api import (
        Alternative,
        AnalyzerError,
        BuiltModel,
        Comparison,
        ConfigAudit,
        CostReport,
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
        config_audit,
        cost,
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
    "ConfigAudit",
    "CostReport",
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
    "config_audit",
    "cost",
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
