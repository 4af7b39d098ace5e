"""Results as text, in the formats that the command line has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias, TypeVar

from analyzer.api.calls import PathLike
from analyzer.api.model import Model
from analyzer.base import InputError
from analyzer.outputs import (
    COMPARISON,
    CONFIG,
    COST,
    FINDINGS,
    FORMATS,
    LINEAGE,
    MODEL,
    TABLE,
    TREES,
    VERIFICATION,
    Display,
    FormatTable,
    ModelResult,
    ScanResult,
    VerificationResult,
    as_text,
)
from analyzer.report import (
    Comparison,
    ConfigAudit,
    CostReport,
    Lineage,
    Report,
    TraitTable,
    TreeComparison,
    VerdictReport,
)
from analyzer.rule.packs import load_packs
from analyzer.rule.rule import Rule

R = TypeVar("R")
Renderable: TypeAlias = (
    Report | VerdictReport | Comparison | TreeComparison | TraitTable | CostReport | ConfigAudit | Lineage | Model
)


def formats() -> Mapping[str, tuple[str, ...]]:
    """The names of the formats in which each kind of result can be printed, the default first."""
    return {table.kind: table.names for table in FORMATS}


def render(
    result: Renderable,
    format: str = "text",  # noqa: A002
    *,
    verbose: bool = False,
    all_findings: bool = False,
    rules: Iterable[PathLike] = (),
) -> str:
    """``result`` as the command line prints it with ``--format``.

    Args:
        result: What ``scan``, ``verify``, ``diff``, ``diff_trees``, ``table``, ``cost``, ``config_audit``, ``lineage``
            or ``load`` returned.
        format: One of the names that ``formats()`` lists for this kind of result.
        verbose: Print all lists in full.
        all_findings: In ``sarif``, ``github``, ``gitlab`` and ``junit`` list all findings, not only those that ask for
            attention.
        rules: Files or folders of rules besides the shipped ones, which ``sarif`` describes and a model is examined by.

    Raises:
        InputError: This kind of result does not have the format, or the rules cannot be loaded.

    >>> render(analyzer.diff("llama", "olmo2"), "markdown")  # doctest: +SKIP
    """
    display = Display(verbose=verbose, everything=all_findings)
    match result:
        case Report():
            built = any(model.status != "failed" for model in result.models)
            return _text(FINDINGS, ScanResult(result, _loaded(rules), successful=built), format, display)
        case VerdictReport():
            return _text(VERIFICATION, VerificationResult(result, _loaded(rules)), format, display)
        case Comparison():
            return _text(COMPARISON, result, format, display)
        case TreeComparison():
            return _text(TREES, result, format, display)
        case ConfigAudit():
            return _text(CONFIG, result, format, display)
        case CostReport():
            return _text(COST, result, format, display)
        case TraitTable():
            return _text(TABLE, result, format, display)
        case Lineage():
            return _text(LINEAGE, result, format, display)
        case Model():
            return _text(MODEL, _model_result(result, rules), format, display)


def _text(table: FormatTable[R], result: R, name: str, display: Display) -> str:
    if name not in table.names:
        raise InputError(f"{table.kind}: no format {name!r}; there are {', '.join(table.names)}", code="no-format")
    return as_text(table.render(result, name, display))


def _loaded(paths: Iterable[PathLike]) -> Iterator[Rule]:
    """The rules, loaded when a format first asks for one."""
    yield from load_packs(paths)


def _model_result(model: Model, rules: Iterable[PathLike]) -> ModelResult:
    outcome = model.examined(rules=tuple(rules))
    return ModelResult(model.query, model.report, outcome.findings, outcome.problems)
