"""Two releases of a tree: which models changed, and the changes of the code that did it, most important first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer.report import (
    ChangeKind,
    CodeChange,
    CodePlace,
    Comparison,
    DepartureRow,
    ModelChange,
    ParameterRow,
    TraitRow,
    TraitValue,
    TreeComparison,
    Untold,
)
from analyzer.rule.impact import Impact, impact_of

_WEIGHTS: dict[ChangeKind, float] = {
    "arithmetic": 6.0,
    "precision": 5.0,
    "parameters": 3.0,
    "masking": 2.0,
    "rewritten": 2.0,
}
_SAME_KIND = 8.0
"""One operation with other arguments is a change; two that are not alike may be two ways to the same."""
_PARTIAL = 0.25
"""A change in a model that was understood in parts may come from the parts that were not."""
_BY_IMPACT = {
    Impact.FUNCTION: 6.0,
    Impact.WEIGHTS: 4.0,
    Impact.CONSTANT: 4.0,
    Impact.EDGE: 3.0,
    Impact.ROUNDING: 3.0,
    Impact.TRAINING: 1.5,
}
"""What a change of a trait weighs that no operation of the traced call shows."""
_SIZES = ("dims.", "params.", "cache.")
"""Traits that follow from sizes, which parameters show, too."""
_MADE_OF_OTHERS = ("block.",)


def compare_trees(
    roots: tuple[str, str], comparisons: Iterable[Comparison], only_first: Sequence[str], only_second: Sequence[str]
) -> TreeComparison:
    """The comparisons of all models of two trees as one, and the model types that only one tree has."""
    found = tuple(comparisons)
    changed = [one for one in found if one.verdict in ("different", "precision")]
    rows = [ModelChange(model_type=_name(one), weight=weight(one), comparison=one) for one in changed]
    untold = [Untold(model_type=_name(one), reason=one.reason) for one in found if one.verdict == "unknown"]
    return TreeComparison(
        first=roots[0],
        second=roots[1],
        changes=_changes(changed),
        models=tuple(sorted(rows, key=lambda row: (-row.weight, row.model_type))),
        equal=tuple(sorted(_name(one) for one in found if one.verdict == "equal")),
        unknown=tuple(sorted(untold, key=lambda row: row.model_type)),
        only_first=tuple(sorted(only_first)),
        only_second=tuple(sorted(only_second)),
    )


def _name(one: Comparison) -> str:
    return one.second.model_type


def weight(comparison: Comparison) -> float:
    """How much a model changed: each kind of change counts once, and how many traits go with it."""
    kinds: dict[ChangeKind, float] = {}
    for change in _single(comparison):
        kinds[change.kind] = max(change.weight, kinds.get(change.kind, 0.0))
    return sum(kinds.values()) + 0.5 * len(_telling(comparison))


def _telling(comparison: Comparison) -> tuple[TraitRow, ...]:
    """Traits that changed from one known value to another; the schedule of layers, made of others, if it is alone."""
    rows = [row for row in comparison.changed_traits if not row.trait.startswith(_SIZES) and _known(row)]
    single = [row for row in rows if not row.trait.startswith(_MADE_OF_OTHERS)]
    return tuple(single or rows)


def _known(row: TraitRow) -> bool:
    values = (*row.first, *row.second)
    return bool(row.first) and bool(row.second) and all(value.certainty != "unknown" for value in values)


@dataclass(frozen=True, slots=True)
class _Change:
    """A change as one model shows it; ``key`` is equal where it is the same in another."""

    model: str
    kind: ChangeKind
    weight: float
    summary: str
    key: str
    first: CodePlace | None = None
    second: CodePlace | None = None
    traits: tuple[str, ...] = ()


def _changes(comparisons: Iterable[Comparison]) -> tuple[CodeChange, ...]:
    """The same change in several models once."""
    groups: dict[tuple[str, str], list[_Change]] = {}
    for one in comparisons:
        for change in _single(one):
            groups.setdefault((change.kind, change.key), []).append(change)
    rows = [_gathered(group) for group in groups.values()]
    return tuple(sorted(rows, key=lambda row: (-row.weight, row.summary, row.models)))


def _gathered(group: Sequence[_Change]) -> CodeChange:
    models = tuple(sorted({change.model for change in group}))
    first = max(group, key=lambda change: change.weight)
    return CodeChange(
        kind=first.kind,
        weight=first.weight * (1 + min(len(models), 20) / 10),
        summary=first.summary,
        models=models,
        traits=tuple(sorted({trait for change in group for trait in change.traits})),
        first=first.first,
        second=first.second,
    )


def _single(one: Comparison) -> Iterator[_Change]:
    """The changes of one model."""
    known = {one.first.status, one.second.status} == {"complete"}
    for change in _told(one):
        yield change if known else replace(change, weight=_PARTIAL * change.weight)


def _told(one: Comparison) -> Iterator[_Change]:
    left = list(_telling(one))
    for row in _separate(one.departures):
        shown = [trait for trait in left if _at(trait, row)]
        left = [trait for trait in left if trait not in shown]
        yield _departed(one, row, tuple(map(_trait, shown)))
        if not one.complete:
            break
    for trait in left:
        told = _trait(trait)
        yield _Change(_name(one), "trait", _cost(trait), told, told, _place(trait.first), _place(trait.second))
    if one.changed_parameters:
        told = _parameters(one.changed_parameters)
        yield _Change(_name(one), "parameters", _WEIGHTS["parameters"], told, told)


def _separate(rows: Iterable[DepartureRow]) -> Iterator[DepartureRow]:
    """Departures without those that show at a line at which an earlier one does: a step and its undoing are one."""
    seen: set[tuple[str, int]] = set()
    for row in rows:
        lines = {(place.path, place.line) for place in (row.first, row.second) if place is not None}
        if seen.isdisjoint(lines):
            yield row
        seen |= lines


def _departed(one: Comparison, row: DepartureRow, traits: tuple[str, ...]) -> _Change:
    sure = one.complete or row.kind == "precision"
    kind: ChangeKind = "masking" if row.masking else row.kind if sure else "rewritten"
    key = "|".join((row.note, *(place.text if place is not None else "" for place in (row.first, row.second))))
    weight = _SAME_KIND if kind == "arithmetic" and row.alike else _WEIGHTS[kind]
    return _Change(_name(one), kind, weight, row.note, key, row.first, row.second, traits)


def _cost(trait: TraitRow) -> float:
    row = impact_of(trait.trait)
    return _BY_IMPACT[row.impact] if row is not None else 1.0


def _at(trait: TraitRow, row: DepartureRow) -> bool:
    """Whether a trait shows on a line where operations start to differ, or where their modules are made."""
    places = [place for place in (row.first, row.second) if place is not None]
    lines = {line for place in places for line in (f"{place.path}:{place.line}", *place.made_at)}
    return any(f"{value.path}:{value.line}" in lines for value in (*trait.first, *trait.second))


def _trait(row: TraitRow) -> str:
    return f"{row.trait}: {_values(row.first)} → {_values(row.second)}"


def _values(values: Sequence[TraitValue]) -> str:
    return ", ".join(sorted(str(value.value) for value in values))


def _place(values: Sequence[TraitValue]) -> CodePlace | None:
    """Where the first of ``values`` shows."""
    one = next((value for value in values if value.path), None)
    if one is None:
        return None
    return CodePlace(
        path=one.path, line=one.line, text=one.text, operation="", module=one.module, called_from=(), made_at=()
    )


_NAMED = 3


def _parameters(rows: Sequence[ParameterRow]) -> str:
    """Names that went and that came; of those that stayed what is different about them."""
    gone = [row.first for row in rows if row.first is not None and row.second is None]
    come = [row.second for row in rows if row.second is not None and row.first is None]
    idle = [name for name in gone if name in come]
    other = [f"{name} is read by one of the two only" for name in idle] + [
        f"{row.first} {list(row.first_shape or ())} ×{row.first_count} → "
        f"{row.second} {list(row.second_shape or ())} ×{row.second_count}"
        for row in rows
        if row.first is not None and row.second is not None
    ]
    gone, come = ([name for name in names if name not in idle] for names in (gone, come))
    moved = [f"{_listed(gone)} → {_listed(come)}"] if gone or come else []
    return "; ".join([*moved, *other[:_NAMED], *(["…"] if len(other) > _NAMED else [])])


def _listed(names: Sequence[str]) -> str:
    """The first few of many names."""
    shown = [*names[:_NAMED], *([f"{len(names) - _NAMED} more"] if len(names) > _NAMED else [])]
    return ", ".join(shown) or "none"
