"""Many models side by side: one row a model, one column a trait."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TypeAlias

from msgspec import UNSET

from analyzer.base import InputError
from analyzer.compare.columns import columns
from analyzer.report import CellValue, Finding, ModelReport, Report, TableRow, TraitTable, of_main_stacks

_ByTrait: TypeAlias = Mapping[str, Sequence[Finding]]
_LAYERS = re.compile(r".*\.\{(\d{1,9}(?:,\d{1,9})*)\}|.*\.\d{1,9}")
"""A pattern that names layers one by one, ``model.layers.{0,2}``, and nothing inside of them."""


def trait_table(reports: Sequence[Report], traits: Sequence[str] = (), models: Sequence[str] = ()) -> TraitTable:
    """The models of ``reports`` with what was found about ``traits``.

    Args:
        reports: What scans of one or more trees found.
        traits: Traits, areas of traits or beginnings of them; the columns of a survey if empty.
        models: Model types, classes or patterns of them, in whose order rows come; all models, by name, if empty.
            Rows of one model from several trees stand together.

    Raises:
        InputError: There is no report, no trait of such a name, or no model that fits.
    """
    if not reports:
        raise InputError("nothing to make a table of: no report", code="no-models")
    rows = sorted(_chosen(reports, models), key=lambda row: row[0])
    if not rows:
        raise InputError(f"no model is called {', '.join(models)}", code="unknown-model")
    by_model = [_by_model(report) for report in reports]
    found = {trait for (*_, number), model in rows for trait in by_model[number].get(_key(model), {})}
    chosen = columns(traits, found)
    return TraitTable(
        tool=reports[0].tool,
        sources=tuple(report.source for report in reports),
        traits=chosen,
        models=tuple(
            _row(number, model, by_model[number].get(_key(model), {}), chosen) for (*_, number), model in rows
        ),
    )


def _chosen(reports: Sequence[Report], names: Sequence[str]) -> Iterator[tuple[tuple[int, str, str, int], ModelReport]]:
    """Models with what they are ordered by: the place of their name among ``names``, type, class, tree."""
    for number, report in enumerate(reports):
        for model in report.models:
            places = [place for place, name in enumerate(names) if _fits(model, name)]
            if places or not names:
                yield (min(places, default=0), model.model_type, model.class_name, number), model


def _fits(model: ModelReport, name: str) -> bool:
    return fnmatchcase(model.model_type, name) or fnmatchcase(model.class_name, name)


def _key(one: ModelReport | Finding) -> tuple[str, str]:
    return one.model_type, one.class_name


def _by_model(report: Report) -> Mapping[tuple[str, str], _ByTrait]:
    found: dict[tuple[str, str], dict[str, list[Finding]]] = {}
    for one in report.findings:
        if one.kind == "trait" and one.trait:
            found.setdefault(_key(one), {}).setdefault(one.trait, []).append(one)
    return found


def _row(source: int, model: ModelReport, found: _ByTrait, traits: Sequence[str]) -> TableRow:
    stacks = () if model.main_stacks is UNSET else model.main_stacks
    gap = next(iter(model.coverage.gaps), None)
    return TableRow(
        model_type=model.model_type,
        class_name=model.class_name,
        source=source,
        status=model.status,
        reason=None if model.status != "failed" or gap is None else gap.explanation,
        cells={name: tuple(_values(found[name], stacks)) for name in traits if name in found},
    )


def _values(findings: Sequence[Finding], stacks: Sequence[str]) -> Iterator[CellValue]:
    """The values of the main stacks, then those of others."""
    main = of_main_stacks(findings, stacks)
    known = {id(one) for one in main}
    yield from (_value(one, main=True) for one in main)
    yield from (_value(one, main=False) for one in findings if id(one) not in known)


def _value(finding: Finding, *, main: bool) -> CellValue:
    return CellValue(
        value=finding.value,
        module=finding.module,
        certainty=finding.certainty,
        depends_on=finding.depends_on,
        reason=finding.reason,
        layers=layers_in(finding.module),
        main=main,
    )


def layers_in(module: str) -> int | None:
    """How many layers a pattern of modules names one by one; None where it names none, all, or parts of layers.

    >>> layers_in("model.layers.{0,2,4}"), layers_in("model.layers.7"), layers_in("model.layers.*")
    (3, 1, None)
    """
    found = _LAYERS.fullmatch(module)
    return None if found is None else 1 if found[1] is None else found[1].count(",") + 1
