"""What a predicate is made of."""

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
class Trait:
    """A trait of the vocabulary or of a rule pack (``norm.placement``)."""

    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """A configuration field (``config.text_config.hidden_size``); ``name`` is without the ``config.``."""

    name: str


@dataclass(frozen=True, slots=True)
class Structure:
    """A structure that is recognised in the graph (``norm``, ``rope``, ``router``)."""

    name: str


Subject: TypeAlias = Trait | Field | Structure


@dataclass(frozen=True, slots=True)
class Compare:
    """Whether some value of ``subject`` stands in the relation to ``other``: a constant, several, or a subject."""

    text: str
    subject: Subject
    operator: Operator
    other: Subject | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """A subject alone: a trait or field that is true, a structure that is there."""

    text: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class Is:
    text: str
    subject: Subject
    state: State


@dataclass(frozen=True, slots=True)
class Order:
    """``later`` reads what ``earlier`` made, with no other structure or projection in between."""

    text: str
    earlier: Structure
    later: Structure


@dataclass(frozen=True, slots=True)
class Not:
    item: Predicate


@dataclass(frozen=True, slots=True)
class All:
    items: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Any:
    items: tuple[Predicate, ...]


Condition: TypeAlias = Compare | Holds | Is | Order
Predicate: TypeAlias = Condition | Not | All | Any


def conditions(predicate: Predicate) -> Iterator[Condition]:
    """The single conditions of ``predicate`` in the order in which they are written."""
    match predicate:
        case Not(item):
            yield from conditions(item)
        case All(items) | Any(items):
            for item in items:
                yield from conditions(item)
        case _:
            yield predicate


def subjects(predicate: Predicate) -> Iterator[Subject]:
    """Everything that ``predicate`` asks about."""
    for condition in conditions(predicate):
        match condition:
            case Order(_, earlier, later):
                yield from (earlier, later)
            case Compare(_, subject, _, other):
                yield from (subject,) if isinstance(other, tuple) else (subject, other)
            case _:
                yield condition.subject
