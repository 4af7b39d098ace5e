"""Two releases of a tree: which models changed, and the changes of the code that did it, most important first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from analyzer.report import (
    CodeChange,
    CodePlace,
    Comparison,
    DepartureRow,
    ModelChange,
    ParameterRow,
    TraitRow,
    TreeComparison,
)

Kind = Literal["arithmetic", "precision", "trait", "parameters", "rewritten"]
_WEIGHTS: dict[Kind, float] = {"arithmetic": 8.0, "precision": 5.0, "trait": 4.0, "parameters": 3.0, "rewritten": 2.0}
_SIZES = ("dims.", "params.", "cache.")
"""Traits that follow from sizes, which parameters show, too."""


def compare_trees(
    roots: tuple[str, str], comparisons: Iterable[Comparison], only_first: Sequence[str], only_second: Sequence[str]
) -> TreeComparison:
    """The comparisons of all models of two trees as one; besides, the model types that one of them has alone."""
    found = tuple(comparisons)
    changed = [one for one in found if one.verdict in ("different", "precision")]
    rows = [ModelChange(model_type=one.second.model_type, weight=weight(one), comparison=one) for one in changed]
    return TreeComparison(
        first=roots[0],
        second=roots[1],
        changes=_changes(changed),
        models=tuple(sorted(rows, key=lambda row: (-row.weight, row.model_type))),
        equal=tuple(sorted(one.second.model_type for one in found if one.verdict == "equal")),
        unknown=tuple(sorted(one.second.model_type for one in found if one.verdict == "unknown")),
        only_first=tuple(sorted(only_first)),
        only_second=tuple(sorted(only_second)),
    )


def weight(comparison: Comparison) -> float:
    """How much a model changed: each kind of change counts once, and how many traits go with it."""
    kinds = {kind for kind, *_ in _single(comparison)}
    return sum(_WEIGHTS[kind] for kind in kinds) + 0.5 * len(_telling(comparison))


def _telling(comparison: Comparison) -> tuple[TraitRow, ...]:
    """Traits that changed from one known value to another."""
    rows = comparison.changed_traits
    return tuple(row for row in rows if not row.trait.startswith(_SIZES) and _known(row))


def _known(row: TraitRow) -> bool:
    values = (*row.first, *row.second)
    return bool(row.first) and bool(row.second) and all(value.certainty != "unknown" for value in values)


def _changes(comparisons: Iterable[Comparison]) -> tuple[CodeChange, ...]:
    """The same change in several models once."""
    groups: dict[tuple[str, str], list[tuple[str, Kind, str, CodePlace | None, CodePlace | None]]] = {}
    for one in comparisons:
        for kind, summary, key, first, second in _single(one):
            groups.setdefault((kind, key), []).append((one.second.model_type, kind, summary, first, second))
    rows = [_change(group) for group in groups.values()]
    return tuple(sorted(rows, key=lambda row: (-row.weight, row.summary, row.models)))


def _change(group: Sequence[tuple[str, Kind, str, CodePlace | None, CodePlace | None]]) -> CodeChange:
    models = tuple(sorted({model for model, *_ in group}))
    _, kind, summary, first, second = group[0]
    return CodeChange(
        kind=kind,
        weight=_WEIGHTS[kind] * (1 + min(len(models), 20) / 10),
        summary=summary,
        models=models,
        first=first,
        second=second,
    )


def _single(one: Comparison) -> Iterator[tuple[Kind, str, str, CodePlace | None, CodePlace | None]]:
    """(kind, what changed, what makes it the same change elsewhere, places) of one model."""
    for row in one.departures:
        kind: Kind = row.kind if one.complete or row.kind == "precision" else "rewritten"
        yield kind, row.note, f"{row.note}|{_text(row.first)}|{_text(row.second)}", row.first, row.second
        if not one.complete:
            break
    for trait in _telling(one):
        summary = f"{trait.trait}: {_values(trait.first)} → {_values(trait.second)}"
        yield "trait", summary, summary, None, None
    for parameter in one.changed_parameters[:1]:
        summary = _parameter(parameter)
        yield "parameters", summary, f"{one.second.model_type}|{summary}", None, None


def _text(place: CodePlace | None) -> str:
    return place.text if place is not None else ""


def _values(values: Sequence[object]) -> str:
    return ", ".join(sorted(str(getattr(value, "value", value)) for value in values))


def _parameter(row: ParameterRow) -> str:
    sides = [
        f"{name} {list(shape or ())} ×{count}" if name is not None else "none"
        for name, shape, count in (
            (row.first, row.first_shape, row.first_count),
            (row.second, row.second_shape, row.second_count),
        )
    ]
    return " → ".join(sides)


__all__ = ["DepartureRow", "compare_trees", "weight"]
