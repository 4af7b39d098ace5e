"""The syntax tree of a predicate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Scalar: TypeAlias = bool | int | float | str | None


class Operator(StrEnum):
    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    IN = "in"
    NOT_IN = "not in"


class State(StrEnum):
    """``known`` and ``unknown``: whether the value could be decided; ``present`` and ``absent``: whether there is one
    to decide."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class TraitName:
    """A trait of the vocabulary or of a rule pack (``norm.placement``)."""

    name: str


@dataclass(frozen=True, slots=True)
class FieldName:
    """A configuration field (``config.text_config.hidden_size``); ``name`` is without the ``config.``."""

    name: str


@dataclass(frozen=True, slots=True)
class StructureName:
    """A structure that is recognised in the graph (``norm``, ``rope``, ``router``)."""

    name: str


PredicateSubject: TypeAlias = TraitName | FieldName | StructureName


@dataclass(frozen=True, slots=True)
class ValueComparison:
    """Whether some value of ``subject`` compares to ``other``: constants, or another subject."""

    text: str
    subject: PredicateSubject
    operator: Operator
    other: PredicateSubject | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class IsTrue:
    """Whether ``subject`` is true (a trait or field) or present (a structure)."""

    text: str
    subject: PredicateSubject


@dataclass(frozen=True, slots=True)
class InState:
    """Whether ``subject`` is known, unknown, present or absent."""

    text: str
    subject: PredicateSubject
    state: State


@dataclass(frozen=True, slots=True)
class Precedes:
    """Whether ``later`` reads the output of ``earlier`` with no other structure or projection in between."""

    text: str
    earlier: StructureName
    later: StructureName


@dataclass(frozen=True, slots=True)
class Negation:
    item: Predicate


@dataclass(frozen=True, slots=True)
class Conjunction:
    items: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Disjunction:
    items: tuple[Predicate, ...]


Condition: TypeAlias = ValueComparison | IsTrue | InState | Precedes
Predicate: TypeAlias = Condition | Negation | Conjunction | Disjunction


def conditions(predicate: Predicate) -> Iterator[Condition]:
    """The single conditions of ``predicate`` in the order in which they are written."""
    match predicate:
        case Negation(item):
            yield from conditions(item)
        case Conjunction(items) | Disjunction(items):
            for item in items:
                yield from conditions(item)
        case _:
            yield predicate


def subjects(predicate: Predicate) -> Iterator[PredicateSubject]:
    """Everything that ``predicate`` asks about."""
    for condition in conditions(predicate):
        match condition:
            case Precedes(_, earlier, later):
                yield from (earlier, later)
            case ValueComparison(_, subject, _, other):
                yield from (subject,) if isinstance(other, tuple) else (subject, other)
            case _:
                yield condition.subject
