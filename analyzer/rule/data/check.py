"""The check of a rule that is written as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzer.facts.layers.grouping import grouped
from analyzer.facts.stacks.stacks import stacks
from analyzer.query import Query
from analyzer.rule.data.judge import Judgement, Place, Reading, Verdict, judge, shown
from analyzer.rule.data.places import Scope, lies_in
from analyzer.rule.data.structures import Occurrences
from analyzer.rule.data.terms import Field, Predicate, Structure, Subject, Trait, subjects
from analyzer.rule.rule import Evidence, Match, Traits

HOLE = re.compile(r"\{([\w.]+)\}")
"""A place in a message that a value is put into (``{attention.softmax_dtype}``)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came out at one place."""

    place: Place
    verdict: Verdict

    @property
    def module(self) -> str:
        """The layer, or for the model as a whole the one module that what was found lies in, if it is one."""
        if self.place.layer is not None:
            return self.place.layer
        modules = {reading.module for part in self.verdict.parts for reading in part.readings}
        return modules.pop() if len(modules) == 1 else ""


@dataclass(frozen=True, slots=True)
class PredicateCheck:
    """Yields a match wherever ``predicate`` holds within ``scope``, an undecided one wherever that is open."""

    predicate: Predicate
    scope: Scope
    message: str

    def __call__(self, query: Query, traits: Traits | None = None) -> Iterator[Match]:
        found = [one for one in self.judged(query, traits or Traits(query, ())) if one.verdict.truth is not False]
        answers = [(one, self._match(one)) for one in found]
        for group in grouped(query, answers, lambda item: item[0].module, lambda item: _answer(item[1])):
            yield _together(group.module, [match for _, match in group.items])

    def judged(self, query: Query, traits: Traits) -> Iterator[Judged]:
        """The answer at every place within the scope; nothing for models outside of it."""
        if not self.scope.has_model(query.model.model_type, query.model.class_name):
            return
        every = tuple(layer.path for stack in query.facts(stacks) for layer in stack.layers)
        for layer in self._layers(query, traits):
            place = Place(query, traits, layer, every)
            yield Judged(place, judge(self.predicate, place))

    def _layers(self, query: Query, traits: Traits) -> tuple[str | None, ...]:
        """The layers that something the predicate asks about lies in; the model as a whole if that is none."""
        modules = {module for subject in subjects(self.predicate) for module in _modules(query, traits, subject)}
        layers = self.scope.layers(query)
        touched = tuple(layer for layer in layers if any(lies_in(module, layer) for module in modules))
        if touched or self.scope.modules:
            return touched or layers
        return (None,)

    def _match(self, one: Judged) -> Match:
        parts = one.verdict.parts
        if one.verdict.truth is None:
            reasons = dict.fromkeys(reading.reason for part in parts for reading in part.readings if reading.reason)
            reason = "; ".join(filter(None, reasons))
            return Match(None, _evidence(parts), one.module, reason=reason, depends_on=_fields(parts))
        holding = [part for part in parts if part.satisfied]
        message = HOLE.sub(lambda hole: _filled(one.place, hole[1]), self.message)
        return Match(True, _evidence(holding), one.module, message=message, depends_on=_fields(holding))


def subject_of(name: str) -> Subject:
    """The trait or configuration field of that name."""
    return Field(name.removeprefix("config.")) if name.startswith("config.") else Trait(name)


def _filled(place: Place, name: str) -> str:
    readings = place.read(subject_of(name))
    return ", ".join(dict.fromkeys("unknown" if one.reason else shown(one.value) for one in readings)) or "absent"


def _modules(query: Query, traits: Traits, subject: Subject) -> Iterable[str]:
    match subject:
        case Trait(name):
            return (match.module for match in traits.of(name))
        case Structure(name):
            return (one.module for one in query.get(Occurrences(name)))
        case Field():
            return ()


def _readings(parts: Iterable[Judgement]) -> Iterator[Reading]:
    return (reading for part in parts for reading in part.readings)


def _evidence(parts: Iterable[Judgement]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(item for reading in _readings(parts) for item in reading.evidence))


def _fields(parts: Iterable[Judgement]) -> frozenset[str]:
    return frozenset().union(*(reading.depends_on for reading in _readings(parts)))


def _answer(match: Match) -> object:
    return (match.message, match.reason)


def _together(module: str, matches: list[Match]) -> Match:
    evidence = tuple(dict.fromkeys(item for match in matches for item in match.evidence))
    fields = frozenset[str]().union(*(match.depends_on for match in matches))
    first = matches[0]
    return Match(first.value, evidence, module, reason=first.reason, message=first.message, depends_on=fields)
