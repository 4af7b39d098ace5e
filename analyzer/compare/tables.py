"""Traits, parameters and layers of two models, line by line."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from analyzer.base import NOWHERE, Span, index_set
from analyzer.compare.pairing import Pairing
from analyzer.compare.side import Side, name_of
from analyzer.compare.units import Unit
from analyzer.facts.stacks.stacks import layer_paths
from analyzer.graph import Op, OpKind
from analyzer.query.folding import LayerGroup
from analyzer.report import Finding, Json, LayersPair, LayersRow, ParameterRow, TraitRow, TraitValue

Lines = Collection[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the operations of two models show: the lines whose operations differ, over inputs of what length, and
    whether only roundings differ."""

    parted: tuple[Lines, Lines]
    length: int
    same_arithmetic: bool

    def shows(self, trait: str, values: Sequence[TraitValue], one: Sequence[Finding], other: Sequence[Finding]) -> bool:
        """Whether different ``values`` of a trait, which the findings of both models have, come from different
        operations, or from what no operation can show."""
        if _unseen(trait, values, self.length):
            return True
        if self.same_arithmetic and not trait.endswith(_ROUNDING):
            return False
        return any(
            (place.path, place.line) in lines
            for findings, lines in zip((one, other), self.parted, strict=True)
            for finding in findings
            for place in finding.evidence
        )


def trait_rows(first: Side, second: Side, shown: Shown) -> tuple[TraitRow, ...]:
    """Every trait of either model."""
    one, other = _by_trait(first.findings), _by_trait(second.findings)
    names = sorted(one.keys() | other.keys())
    return tuple(_trait_row(name, one.get(name, ()), other.get(name, ()), shown) for name in names)


_ROUNDING = ("dtype", "upcast", "cast_before_weight", "masking.value")
_UNTRACED = ("attention.dropout", "dropout.", "init.")
_LENGTHS = ("attention.window",)
_SHARING = ("embedding.tied",)
"""Whether parameters are shared: operations with equal results do not show it."""


def _unseen(trait: str, values: Sequence[TraitValue], length: int) -> bool:
    """Whether a trait that differs is one that the operations of an inference call over ``length`` positions cannot
    show: what acts in training only, or beyond that length."""
    if any(value.certainty == "unknown" for value in values):
        return False
    if trait in _SHARING:
        return True
    numbers = [value.value for value in values if isinstance(value.value, int | float)]
    beyond = trait in _LENGTHS and any(number > length for number in numbers)
    return beyond or (trait.startswith(_UNTRACED) and len(values) > 1)


def _by_trait(findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    found: dict[str, tuple[Finding, ...]] = {}
    for finding in findings:
        if finding.trait and finding.kind == "trait":
            found[finding.trait] = (*found.get(finding.trait, ()), finding)
    return found


def _trait_row(trait: str, one: Sequence[Finding], other: Sequence[Finding], shown: Shown) -> TraitRow:
    first, second = _distinct(one), _distinct(other)
    same = len(first) == len(second) and all(any(_same_value(a.value, b.value) for b in second) for a in first)
    told = not same and shown.shows(trait, (*first, *second), one, other)
    return TraitRow(trait=trait, same=same, shown=told, first=first, second=second)


def _distinct(findings: Sequence[Finding]) -> tuple[TraitValue, ...]:
    """Each value once, with the first module that has it; unknown ones only where no value is known."""
    found: list[TraitValue] = []
    for finding in findings:
        if not any(_same_value(finding.value, value.value) for value in found):
            place = finding.evidence[0] if finding.evidence else None
            found.append(
                TraitValue(
                    value=finding.value,
                    certainty=finding.certainty,
                    module=finding.module,
                    path=place.path if place else "",
                    line=place.line if place else 0,
                    text=place.text if place else "",
                )
            )
    return tuple(found)


def _same_value(one: Json, other: Json) -> bool:
    numbers = (int, float)
    if isinstance(one, numbers) and isinstance(other, numbers) and not isinstance(one, bool):
        return math.isclose(one, other, rel_tol=1e-6)
    return one == other


def parameter_rows(first: Side, second: Side, pairing: Pairing) -> tuple[ParameterRow, ...]:
    """Parameters by role: those of the first model with their partners, then what only the second has."""
    one, other = _counted(first), _counted(second)
    made = _made(first), _made(second)
    mates = {mine: theirs for theirs, mine in pairing.partner.items()}
    rows = []
    used: set[Unit] = set()
    for op in one:
        for unit in pairing.layouts[0].units(op):
            mate = mates.get(unit)
            if mate is not None:
                used.add(mate)
            rows.append(
                _parameter_row(_Used(unit, one[op]), _Used(mate, other[mate.parameter]) if mate else None, made)
            )
    for op in other:
        for unit in pairing.layouts[1].units(op):
            if unit not in used:
                rows.append(_parameter_row(None, _Used(unit, other[op]), made))
    return (*_joined(rows), *_unread(first, second, one, other))


class _Used(NamedTuple):
    """A unit and how many it stands for."""

    unit: Unit
    times: int


def _made(side: Side) -> dict[str, Span]:
    """Where each parameter is made."""
    return {parameter.name: parameter.span for parameter in side.model.parameters}


def _joined(rows: Sequence[ParameterRow]) -> Iterable[ParameterRow]:
    """Two rows of one name, where each model has a parameter of its own, as one row."""
    lonely = {row.second: row for row in rows if row.first is None}
    named = {row.first for row in rows if row.second is None}
    for row in rows:
        other = lonely.get(row.first) if row.second is None else None
        if other is not None:
            yield msgspec.structs.replace(
                row,
                second=other.second,
                second_count=other.second_count,
                second_shape=other.second_shape,
                second_path=other.second_path,
                second_line=other.second_line,
            )
        elif row.first is not None or row.second not in named:
            yield row


def _counted(side: Side) -> dict[Op, int]:
    """How many parameters each one that is read stands for."""
    read = set(side.parameters)
    stands = Counter(side.folding.of(op) for op in side.model.graph.of_kind(OpKind.PARAMETER))
    return {op: stands[op] for op in side.parameters if op in read}


def _parameter_row(mine: _Used | None, theirs: _Used | None, made: Sequence[Mapping[str, Span]]) -> ParameterRow:
    places = [
        NOWHERE if one is None else spans.get(name_of(one.unit.parameter), NOWHERE)
        for one, spans in zip((mine, theirs), made, strict=True)
    ]
    return ParameterRow(
        first=None if mine is None else pattern(name_of(mine.unit.parameter), mine.times),
        first_count=0 if mine is None else mine.times,
        first_shape=None if mine is None else mine.unit.shape,
        first_path=places[0].path,
        first_line=places[0].line,
        second=None if theirs is None else pattern(name_of(theirs.unit.parameter), theirs.times),
        second_count=0 if theirs is None else theirs.times,
        second_shape=None if theirs is None else theirs.unit.shape,
        second_path=places[1].path,
        second_line=places[1].line,
        same=mine is not None and theirs is not None and mine.times == theirs.times,
    )


def pattern(name: str, count: int) -> str:
    """The name of a parameter with ``*`` for the numbers of layers, where it stands for several."""
    return re.sub(r"(?<=\.)\d+(?=\.)|^\d+(?=\.)", "*", name) if count > 1 else name


def _unread(first: Side, second: Side, one: Mapping[Op, int], other: Mapping[Op, int]) -> Iterable[ParameterRow]:
    """Parameters that no operation reads: they belong together by shape."""
    left, right = (_idle(side, read) for side, read in ((first, one), (second, other)))
    for key in sorted(left.keys() | right.keys(), key=str):
        mine, theirs = left.get(key, []), right.get(key, [])
        yield ParameterRow(
            first=mine[0] if mine else None,
            first_count=len(mine),
            first_shape=key if mine else None,
            first_path="",
            first_line=0,
            second=theirs[0] if theirs else None,
            second_count=len(theirs),
            second_shape=key if theirs else None,
            second_path="",
            second_line=0,
            same=len(mine) == len(theirs),
        )


def _idle(side: Side, read: Mapping[Op, int]) -> dict[tuple[int, ...], list[str]]:
    names = {name_of(op) for op in side.model.graph.of_kind(OpKind.PARAMETER) if side.folding.of(op) in read}
    found: dict[tuple[int, ...], list[str]] = {}
    for parameter in side.model.parameters:
        if parameter.name not in names and parameter.name not in side.model.tied:
            found.setdefault(tuple(int(size) for size in parameter.shape), []).append(parameter.name)
    return found


def layer_rows(first: Side, second: Side) -> tuple[LayersPair, ...]:
    """Lists of layers in order, with which of them are alike."""
    one, other = _lists(first), _lists(second)
    rows = []
    for place in range(max(len(one), len(other))):
        a, b = (rows_[place] if place < len(rows_) else None for rows_ in (one, other))
        rows.append(LayersPair(same=a is not None and b is not None and a.layers == b.layers, first=a, second=b))
    return tuple(rows)


def _lists(side: Side) -> list[LayersRow]:
    layers = side.query.get(layer_paths)
    by_container: dict[str, list[LayerGroup]] = {}
    for group in side.folding.groups:
        if layers.isdisjoint(group.paths):
            continue
        by_container.setdefault(group.container, []).append(group)
    return [
        LayersRow(
            container=container,
            layers=" ".join(f"{{{index_set(group.members, group.size)}}}" for group in members),
            count=sum(len(group.members) for group in members),
        )
        for container, members in by_container.items()
        if sum(len(group.members) for group in members) > 1
    ]
