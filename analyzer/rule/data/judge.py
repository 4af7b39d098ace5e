"""Whether a predicate holds at a place, in three values, with what it rests on."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from analyzer.facts.stacks.sizes import trace_cut
from analyzer.graph import OpKind
from analyzer.query import Query
from analyzer.rule.data.places import in_some_layer, lies_in
from analyzer.rule.data.structures import Occurrence, Occurrences, directly_after
from analyzer.rule.data.terms import (
    All,
    Any,
    Compare,
    Condition,
    Field,
    Holds,
    Is,
    Not,
    Operator,
    Order,
    Predicate,
    State,
    Structure,
    Subject,
    Trait,
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
    """One value that a subject has at a place, and what it was read from. ``reason`` says why it is undecided."""

    value: object
    module: str = ""
    evidence: tuple[Evidence, ...] = ()
    depends_on: frozenset[str] = frozenset()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer of one condition: ``truth`` is None where it is undecided; ``actual`` says what was found.

    ``wanted`` is the answer that speaks for a match: False below a ``not``.
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
class Verdict:
    """The answer of a whole predicate, and that of each of its conditions in order."""

    truth: bool | None
    parts: tuple[Judgement, ...]


class Place:
    """A layer (or, with the path None, the model as a whole), and what can be read there."""

    def __init__(self, query: Query, traits: Traits, layer: str | None, layers: Iterable[str]) -> None:
        self.layer = layer
        self._query = query
        self._traits = traits
        self._layers = tuple(layers)

    def read(self, subject: Subject) -> tuple[Reading, ...]:
        """The values of a trait or field at this place."""
        match subject:
            case Trait(name):
                return tuple(_reading(match) for match in self._traits.of(name) if self.sees(match.module))
            case Field(name):
                found = self._query.model.config.get(name)
                return () if found is None else (Reading(found.value, depends_on=frozenset({f"config.{name}"})),)
            case Structure():
                return tuple(Reading(True, one.module, (at(one.name, one.end),)) for one in self.occurrences(subject))

    def occurrences(self, structure: Structure) -> tuple[Occurrence, ...]:
        return tuple(one for one in self._query.get(Occurrences(structure.name)) if self.sees(one.module))

    def ordered(self, earlier: Structure, later: Structure) -> tuple[tuple[Occurrence, Occurrence], ...]:
        """Pairs of which the second reads what the first one made."""
        return tuple(
            (one, other)
            for other in self.occurrences(later)
            for one in self.occurrences(earlier)
            if directly_after(self._query, one, other)
        )

    def blind(self) -> str | None:
        """Why something may be here that was not seen; None where absence is certain."""
        if trace_cut(self._query.model) or not self._query.graph.results:
            return "the forward call could not be followed to its end"
        unknown = self.layer is not None and any(
            lies_in(op.module, self.layer) for op in self._query.ops(OpKind.UNKNOWN)
        )
        return "an operation in this layer was not understood" if unknown else None

    def sees(self, module: str) -> bool:
        """What lies in this layer, and what lies in no layer at all."""
        return self.layer is None or lies_in(module, self.layer) or not in_some_layer(module, self._layers)


def judge(predicate: Predicate, place: Place) -> Verdict:
    """``predicate`` at ``place`` by Kleene's logic: undecided parts make the whole undecided only where they matter."""
    match predicate:
        case Not(item):
            inner = judge(item, place)
            parts = tuple(replace(part, wanted=not part.wanted) for part in inner.parts)
            return Verdict(None if inner.truth is None else not inner.truth, parts)
        case All(items):
            return _combined([judge(item, place) for item in items], decisive=False)
        case Any(items):
            return _combined([judge(item, place) for item in items], decisive=True)
        case _:
            judgement = _doubted(_condition(predicate, place), place)
            return Verdict(judgement.truth, (judgement,))


def _combined(verdicts: list[Verdict], decisive: bool) -> Verdict:
    truths = [verdict.truth for verdict in verdicts]
    truth = decisive if decisive in truths else None if None in truths else not decisive
    return Verdict(truth, tuple(part for verdict in verdicts for part in verdict.parts))


def _condition(condition: Condition, place: Place) -> Judgement:
    match condition:
        case Order(_, earlier, later):
            return _order(condition, place, earlier, later)
        case Is(_, subject, state):
            return _state(condition, place.read(subject), state)
        case Holds(_, subject):
            return _some(condition, place.read(subject), lambda value: value is True)
        case Compare(_, subject, relation, other):
            others = tuple(map(Reading, other)) if isinstance(other, tuple) else place.read(other)
            found = _compare(condition, place.read(subject), relation, others)
            return found if isinstance(other, tuple) else replace(found, actual=f"{found.actual} and {_shown(others)}")


def _doubted(judgement: Judgement, place: Place) -> Judgement:
    """Undecided instead of decided by absence, where something may be there that was not seen."""
    in_graph = not isinstance(getattr(judgement.condition, "subject", None), Field)
    if judgement.readings or not in_graph or (reason := place.blind()) is None:
        return judgement
    return replace(judgement, truth=None, actual=f"unknown ({reason})", readings=(Reading(None, reason=reason),))


def _order(condition: Condition, place: Place, earlier: Structure, later: Structure) -> Judgement:
    found = place.ordered(earlier, later)
    if found:
        readings = tuple(
            Reading(True, other.module, (at(one.name, one.end), at(other.name, other.end))) for one, other in found
        )
        return Judgement(condition, True, f"{len(found)} times", readings)
    counts = {name: len(place.occurrences(Structure(name))) for name in (earlier.name, later.name)}
    return Judgement(condition, False, ", ".join(f"{number} {name}" for name, number in counts.items()) + ", not so")


def _state(condition: Condition, readings: tuple[Reading, ...], state: State) -> Judgement:
    undecided = tuple(reading for reading in readings if reading.reason)
    match state:
        case State.PRESENT:
            return Judgement(condition, bool(readings), _shown(readings), readings)
        case State.ABSENT:
            return Judgement(condition, not readings, _shown(readings), readings)
        case State.UNKNOWN:
            return Judgement(condition, bool(undecided), _shown(readings), undecided)
        case State.KNOWN:
            return Judgement(condition, bool(readings) and not undecided, _shown(readings), readings)


def _some(condition: Condition, readings: tuple[Reading, ...], holds: Callable[[object], bool]) -> Judgement:
    """Whether some value has a property; an undecided one leaves it open."""
    fitting = tuple(reading for reading in readings if not reading.reason and holds(bare(reading.value)))
    if fitting:
        return Judgement(condition, True, _shown(readings), fitting)
    undecided = tuple(reading for reading in readings if reading.reason)
    return Judgement(condition, None if undecided else False, _shown(readings), undecided or readings)


def _compare(
    condition: Condition, readings: tuple[Reading, ...], relation: Operator, others: tuple[Reading, ...]
) -> Judgement:
    known = tuple(bare(other.value) for other in others if not other.reason)
    found = _some(condition, readings, lambda value: _stands(value, relation, known))
    undecided = found.truth is False and bool(readings) and len(known) < len(others)
    return replace(found, truth=None, readings=others) if undecided else found


def _stands(value: object, relation: Operator, others: tuple[object, ...]) -> bool:
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
