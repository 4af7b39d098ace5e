"""Evaluates a predicate at a layer: true, false or undecided (None), with the values that decide it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from analyzer.facts.stacks.sizes import trace_cut
from analyzer.graph import OpKind
from analyzer.query import Query
from analyzer.rule.causes import not_followed
from analyzer.rule.data.scope import in_some_layer, lies_in
from analyzer.rule.data.structures import Occurrence, Occurrences, directly_after
from analyzer.rule.data.terms import (
    Condition,
    Conjunction,
    Disjunction,
    FieldName,
    InState,
    IsTrue,
    Negation,
    Operator,
    Precedes,
    Predicate,
    PredicateSubject,
    State,
    StructureName,
    TraitName,
    ValueComparison,
)
from analyzer.rule.findings import dependencies
from analyzer.rule.origins import bare
from analyzer.rule.rule import Evidence, Match, Traits, at

_RELATIONS: Mapping[Operator, Callable[[float, float], bool]] = {
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.GREATER: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a trait, field or structure, and where it was read. ``reason`` says why it is undecided."""

    value: object
    module: str = ""
    evidence: tuple[Evidence, ...] = ()
    depends_on: frozenset[str] = frozenset()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """The result of one condition.

    ``truth`` is None if it is undecided. ``actual`` is the text of the values that were found. ``wanted`` is the truth
    that speaks for a match: False below a ``not``.
    """

    condition: Condition
    truth: bool | None
    actual: str
    readings: tuple[Reading, ...] = ()
    wanted: bool = True

    @property
    def satisfied(self) -> bool:
        return self.truth is self.wanted


@dataclass(frozen=True, slots=True)
class PredicateResult:
    """The result of a whole predicate, and the results of its conditions in the order of the text."""

    truth: bool | None
    parts: tuple[ConditionResult, ...]


class LayerReader:
    """Reads values at one layer, given by its path, or in the whole model if the path is None."""

    def __init__(self, query: Query, traits: Traits, layer: str | None, layers: Iterable[str]) -> None:
        self.layer = layer
        self._query = query
        self._traits = traits
        self._layers = tuple(layers)

    def read(self, subject: PredicateSubject) -> tuple[Reading, ...]:
        """The values of a trait, field or structure at this layer."""
        match subject:
            case TraitName(name):
                return tuple(_reading(match) for match in self._traits.of(name) if self.covers(match.module))
            case FieldName(name):
                found = self._query.model.config.get(name)
                return () if found is None else (Reading(found.value, depends_on=frozenset({f"config.{name}"})),)
            case StructureName():
                return tuple(Reading(True, one.module, (at(one.name, one.end),)) for one in self.occurrences(subject))

    def occurrences(self, structure: StructureName) -> tuple[Occurrence, ...]:
        return tuple(one for one in self._query.get(Occurrences(structure.name)) if self.covers(one.module))

    def ordered(self, earlier: StructureName, later: StructureName) -> tuple[tuple[Occurrence, Occurrence], ...]:
        """Pairs of an earlier structure and a later one that reads its output."""
        return tuple(
            (one, other)
            for other in self.occurrences(later)
            for one in self.occurrences(earlier)
            if directly_after(self._query, one, other)
        )

    def hidden_reason(self) -> str | None:
        """Why something in this layer may have been missed. None if nothing can have been."""
        model = self._query.model
        if trace_cut(model) or not self._query.graph.results:
            return not_followed(model)
        unknown = self.layer is not None and any(
            lies_in(op.module, self.layer) for op in self._query.ops(OpKind.UNKNOWN)
        )
        return "an operation in this layer was not understood" if unknown else None

    def covers(self, module: str) -> bool:
        """Whether ``module`` lies in this layer, or in no layer at all."""
        return self.layer is None or lies_in(module, self.layer) or not in_some_layer(module, self._layers)


def evaluate(predicate: Predicate, reader: LayerReader) -> PredicateResult:
    """The result of ``predicate`` where ``reader`` reads, in Kleene's three-valued logic.

    An undecided condition leaves the whole undecided only if it could change the result: ``false and undecided`` is
    false, ``true and undecided`` is undecided.
    """
    match predicate:
        case Negation(item):
            inner = evaluate(item, reader)
            parts = tuple(replace(part, wanted=not part.wanted) for part in inner.parts)
            return PredicateResult(None if inner.truth is None else not inner.truth, parts)
        case Conjunction(items):
            return _combined([evaluate(item, reader) for item in items], decisive=False)
        case Disjunction(items):
            return _combined([evaluate(item, reader) for item in items], decisive=True)
        case _:
            found = _undecided_where_hidden(_condition(predicate, reader), reader)
            return PredicateResult(found.truth, (found,))


def _combined(results: list[PredicateResult], decisive: bool) -> PredicateResult:
    truths = [result.truth for result in results]
    truth = decisive if decisive in truths else None if None in truths else not decisive
    return PredicateResult(truth, tuple(part for result in results for part in result.parts))


def _condition(condition: Condition, reader: LayerReader) -> ConditionResult:
    match condition:
        case Precedes(_, earlier, later):
            return _precedes(condition, reader, earlier, later)
        case InState(_, subject, state):
            return _state(condition, reader.read(subject), state)
        case IsTrue(_, subject):
            return _some(condition, reader.read(subject), lambda value: value is True)
        case ValueComparison(_, subject, relation, other):
            others = tuple(map(Reading, other)) if isinstance(other, tuple) else reader.read(other)
            found = _compare(condition, reader.read(subject), relation, others)
            return found if isinstance(other, tuple) else replace(found, actual=f"{found.actual} and {_shown(others)}")


def _undecided_where_hidden(found: ConditionResult, reader: LayerReader) -> ConditionResult:
    """``found``, but undecided if it rests on nothing having been found where something may have been missed."""
    in_graph = not isinstance(getattr(found.condition, "subject", None), FieldName)
    if found.readings or not in_graph or (reason := reader.hidden_reason()) is None:
        return found
    return replace(found, truth=None, actual=f"unknown ({reason})", readings=(Reading(None, reason=reason),))


def _precedes(
    condition: Condition, reader: LayerReader, earlier: StructureName, later: StructureName
) -> ConditionResult:
    found = reader.ordered(earlier, later)
    if found:
        readings = tuple(
            Reading(True, other.module, (at(one.name, one.end), at(other.name, other.end))) for one, other in found
        )
        return ConditionResult(condition, True, f"{len(found)} times", readings)
    counts = {name: len(reader.occurrences(StructureName(name))) for name in (earlier.name, later.name)}
    actual = ", ".join(f"{number} {name}" for name, number in counts.items())
    return ConditionResult(condition, False, f"{actual}, not so")


def _state(condition: Condition, readings: tuple[Reading, ...], state: State) -> ConditionResult:
    undecided = tuple(reading for reading in readings if reading.reason)
    match state:
        case State.PRESENT:
            return ConditionResult(condition, bool(readings), _shown(readings), readings)
        case State.ABSENT:
            return ConditionResult(condition, not readings, _shown(readings), readings)
        case State.UNKNOWN:
            return ConditionResult(condition, bool(undecided), _shown(readings), undecided)
        case State.KNOWN:
            return ConditionResult(condition, bool(readings) and not undecided, _shown(readings), readings)


def _some(condition: Condition, readings: tuple[Reading, ...], holds: Callable[[object], bool]) -> ConditionResult:
    """Whether some value fulfils ``holds``. It is undecided if only an undecided value could."""
    fitting = tuple(reading for reading in readings if not reading.reason and holds(bare(reading.value)))
    if fitting:
        return ConditionResult(condition, True, _shown(readings), fitting)
    undecided = tuple(reading for reading in readings if reading.reason)
    return ConditionResult(condition, None if undecided else False, _shown(readings), undecided or readings)


def _compare(
    condition: Condition, readings: tuple[Reading, ...], relation: Operator, others: tuple[Reading, ...]
) -> ConditionResult:
    known = tuple(bare(other.value) for other in others if not other.reason)
    found = _some(condition, readings, lambda value: _in_relation(value, relation, known))
    undecided = found.truth is False and bool(readings) and len(known) < len(others)
    return replace(found, truth=None, readings=others) if undecided else found


def _in_relation(value: object, relation: Operator, others: tuple[object, ...]) -> bool:
    match relation:
        case Operator.EQUAL | Operator.IN:
            return any(_equal(value, other) for other in others)
        case Operator.UNEQUAL | Operator.NOT_IN:
            return bool(others) and not any(_equal(value, other) for other in others)
        case _:
            compare = _RELATIONS[relation]
            return any(_is_number(value) and _is_number(other) and compare(value, other) for other in others)  # type: ignore[arg-type]


def _equal(value: object, other: object) -> bool:
    if _is_number(value) and _is_number(other):
        return value == other
    return type(value) is type(other) and value == other


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _reading(match: Match) -> Reading:
    return Reading(match.value, match.module, match.evidence, dependencies(match), match.reason)


def _shown(readings: Iterable[Reading]) -> str:
    found = dict.fromkeys(f"unknown ({one.reason})" if one.reason else shown(one.value) for one in readings)
    return ", ".join(found) or "absent"


def shown(value: object) -> str:
    """A value as it is written in predicates."""
    match bare(value):
        case bool() as flag:
            return str(flag).lower()
        case None:
            return "null"
        case str() as text:
            return text
        case other:
            return str(other)
