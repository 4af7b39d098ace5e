"""The check of a rule that is written as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzer.facts.layers.grouping import grouped
from analyzer.facts.stacks.stacks import stacks
from analyzer.query import Query
from analyzer.rule.data.evaluate import ConditionResult, LayerReader, PredicateResult, Reading, evaluate, shown
from analyzer.rule.data.scope import RuleScope, lies_in
from analyzer.rule.data.structures import Occurrences
from analyzer.rule.data.terms import FieldName, Predicate, PredicateSubject, StructureName, TraitName, subjects
from analyzer.rule.rule import Evidence, Match, Traits

PLACEHOLDER = re.compile(r"\{([\w.]+)\}")
"""A part of a message that stands for a value: ``{attention.softmax_dtype}``."""


@dataclass(frozen=True, slots=True)
class LayerResult:
    """The result of a rule's predicate at one layer, or for the whole model."""

    reader: LayerReader
    result: PredicateResult

    @property
    def module(self) -> str:
        """The layer's path. For the whole model, the module of everything that was read, if that is one module."""
        if self.reader.layer is not None:
            return self.reader.layer
        modules = {reading.module for part in self.result.parts for reading in part.readings}
        return modules.pop() if len(modules) == 1 else ""


@dataclass(frozen=True, slots=True)
class PredicateCheck:
    """Yields a match for layers where ``predicate`` is true, and an undecided match where it is undecided.

    ``scope`` limits the models and layers. ``message`` is the text of a match, with placeholders.
    """

    predicate: Predicate
    scope: RuleScope
    message: str

    def __call__(self, query: Query, traits: Traits | None = None) -> Iterator[Match]:
        found = [one for one in self.results(query, traits or Traits(query, ())) if one.result.truth is not False]
        answers = [(one, self._match(one)) for one in found]
        for group in grouped(query, answers, lambda item: item[0].module, lambda item: _answer(item[1])):
            yield _merged(group.module, [match for _, match in group.items])

    def results(self, query: Query, traits: Traits) -> Iterator[LayerResult]:
        """The result at every layer within the scope. There are none for a model outside of it."""
        if not self.scope.has_model(query.model.model_type, query.model.class_name):
            return
        every = tuple(layer.path for stack in query.facts(stacks) for layer in stack.layers)
        for layer in self._layers(query, traits):
            reader = LayerReader(query, traits, layer, every)
            yield LayerResult(reader, evaluate(self.predicate, reader))

    def _layers(self, query: Query, traits: Traits) -> tuple[str | None, ...]:
        """The layers that hold something the predicate is about, or None for the whole model if no layer does."""
        modules = {module for subject in subjects(self.predicate) for module in _modules(query, traits, subject)}
        layers = self.scope.layers(query)
        touched = tuple(layer for layer in layers if any(lies_in(module, layer) for module in modules))
        if touched or self.scope.modules:
            return touched or layers
        return (None,)

    def _match(self, one: LayerResult) -> Match:
        parts = one.result.parts
        if one.result.truth is None:
            reasons = dict.fromkeys(reading.reason for part in parts for reading in part.readings if reading.reason)
            reason = "; ".join(filter(None, reasons))
            return Match(None, _evidence(parts), one.module, reason=reason, depends_on=_fields(parts))
        holding = [part for part in parts if part.satisfied]
        message = PLACEHOLDER.sub(lambda placeholder: _filled(one.reader, placeholder[1]), self.message)
        return Match(True, _evidence(holding), one.module, message=message, depends_on=_fields(holding))


def subject_of(name: str) -> PredicateSubject:
    """The trait, or with ``config.`` in front the configuration field, of that name."""
    return FieldName(name.removeprefix("config.")) if name.startswith("config.") else TraitName(name)


def _filled(reader: LayerReader, name: str) -> str:
    readings = reader.read(subject_of(name))
    return ", ".join(dict.fromkeys("unknown" if one.reason else shown(one.value) for one in readings)) or "absent"


def _modules(query: Query, traits: Traits, subject: PredicateSubject) -> Iterable[str]:
    match subject:
        case TraitName(name):
            return (match.module for match in traits.of(name))
        case StructureName(name):
            return (one.module for one in query.get(Occurrences(name)))
        case FieldName():
            return ()


def _readings(parts: Iterable[ConditionResult]) -> Iterator[Reading]:
    return (reading for part in parts for reading in part.readings)


def _evidence(parts: Iterable[ConditionResult]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(item for reading in _readings(parts) for item in reading.evidence))


def _fields(parts: Iterable[ConditionResult]) -> frozenset[str]:
    return frozenset().union(*(reading.depends_on for reading in _readings(parts)))


def _answer(match: Match) -> object:
    return (match.message, match.reason)


def _merged(module: str, matches: list[Match]) -> Match:
    evidence = tuple(dict.fromkeys(item for match in matches for item in match.evidence))
    fields = frozenset[str]().union(*(match.depends_on for match in matches))
    first = matches[0]
    return Match(first.value, evidence, module, reason=first.reason, message=first.message, depends_on=fields)
