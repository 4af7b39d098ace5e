"""Results as text, in the formats that the command line has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, TypeVar

from analyzer.api.model import Model
from analyzer.base import InputError
from analyzer.outputs import (
    COMPARISON,
    FINDINGS,
    FORMATS,
    LINEAGE,
    MODEL,
    TREES,
    VERIFICATION,
    Display,
    FormatTable,
    ModelResult,
    ScanResult,
    VerificationResult,
    as_text,
)
from analyzer.report import Comparison, Lineage, Report, TreeComparison, VerdictReport
from analyzer.rule.packs import load_packs

R = TypeVar("R")
Result: TypeAlias = Report | VerdictReport | Comparison | TreeComparison | Lineage | Model


def formats() -> Mapping[str, tuple[str, ...]]:
    """The names of the formats in which each kind of result can be printed, the default first."""
    return {table.kind: table.names for table in FORMATS}


def render(result: Result, format: str = "text", *, verbose: bool = False) -> str:  # noqa: A002
    """``result`` as the command line prints it with ``--format``; ``verbose`` cuts no list.

    ``result`` is what ``scan``, ``verify``, ``diff``, ``diff_trees``, ``lineage`` or ``load`` returned. Raises
    InputError for a format that this kind of result does not have; ``formats()`` lists them.

    >>> render(analyzer.diff("llama", "olmo2"), "markdown")  # doctest: +SKIP
    """
    match result:
        case Report():
            built = any(model.status != "failed" for model in result.models)
            return _text(FINDINGS, ScanResult(result, load_packs(), successful=built), format, verbose)
        case VerdictReport():
            return _text(VERIFICATION, VerificationResult(result, load_packs()), format, verbose)
        case Comparison():
            return _text(COMPARISON, result, format, verbose)
        case TreeComparison():
            return _text(TREES, result, format, verbose)
        case Lineage():
            return _text(LINEAGE, result, format, verbose)
        case Model():
            return _text(MODEL, _model_result(result), format, verbose)


def _text(table: FormatTable[R], result: R, name: str, verbose: bool) -> str:
    if name not in table.names:
        raise InputError(f"{table.kind}: no format {name!r}; there are {', '.join(table.names)}", code="no-format")
    return as_text(table.render(result, name, Display(verbose=verbose)))


def _model_result(model: Model) -> ModelResult:
    outcome = model.examined()
    return ModelResult(model.query, model.report, outcome.findings, outcome.problems)
