"""What facts a rule can ask for, each shown on a small program: fields, values, and the lines they come from.

The guide is computed, so it cannot say what is not so: finders are those that ``analyzer.rule`` offers, meanings come
from their docstrings, and values from an analysis of the program.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import TypeAlias

from analyzer.base import Span
from analyzer.graph import Op, TensorInfo
from analyzer.query import Query
from analyzer.rule.examples import snippet
from analyzer.rule.fact_programs import program_of
from analyzer.rule.rule import Example

Finder: TypeAlias = Callable[[Query], "tuple[object, ...]"]
_DEEPEST = 3
_SENTENCE = re.compile(r"(?<=[.;:])\s+")


@dataclass(frozen=True, slots=True)
class FactField:
    """A field of a fact: ``path`` from the fact (``affine.weight``), type and meaning; what it is in the program, and
    the line of code that has it (empty where it is no place in the code)."""

    path: str
    type: str
    meaning: str
    value: str
    code: str


@dataclass(frozen=True, slots=True)
class FactGuide:
    """A finder with the type of what it finds, and the first fact that it finds in ``program``, field by field.

    ``found`` is how many it finds there; ``fields`` are empty without any.
    """

    name: str
    finds: str
    title: str
    meaning: str
    program: str
    found: int
    fields: tuple[FactField, ...]


def fact_guides(finders: Mapping[str, Finder]) -> tuple[FactGuide, ...]:
    """A guide to each of ``finders``, which are keyed by the names that rules import."""
    guides: dict[str, FactGuide] = {}
    for program in dict.fromkeys(map(program_of, finders)):
        with snippet(program.example) as query:
            shown = (name for name in finders if program_of(name) is program)
            guides.update((name, _guide(name, finders[name], program.example, query)) for name in shown)
    return tuple(guides[name] for name in finders)


def finders_in(names: Mapping[str, object]) -> dict[str, Finder]:
    """Of what a module offers, the functions of a query alone that return a tuple of facts."""
    return {name: value for name, value in names.items() if inspect.isfunction(value) and _is_finder(value)}


def _is_finder(function: Callable[..., object]) -> bool:
    signature = inspect.signature(function)
    takes = [str(one.annotation) for one in signature.parameters.values()]
    return takes == ["Query"] and re.fullmatch(r"tuple\[\w+, \.\.\.\]", str(signature.return_annotation)) is not None


def _guide(name: str, finder: Finder, example: Example, query: Query) -> FactGuide:
    found = query.get(finder)
    rows = tuple(_rows(found[0], example.code.strip("\n").split("\n"))) if found else ()
    meaning = inspect.getdoc(type(found[0])) or "" if found and not isinstance(found[0], Op) else ""
    title = (inspect.getdoc(finder) or "").partition("\n\n")[0].replace("\n", " ")
    finds = str(inspect.signature(finder).return_annotation).removeprefix("tuple[").removesuffix(", ...]")
    return FactGuide(name, finds, title, meaning, example.code.strip("\n"), len(found), rows)


def _rows(fact: object, lines: Sequence[str]) -> Iterator[FactField]:
    if isinstance(fact, Op):
        yield FactField("", "Op", "", fact.name, _line(fact.span, lines))
        return
    yield from _members(fact, "", lines, _DEEPEST)


def _members(fact: object, prefix: str, lines: Sequence[str], depth: int) -> Iterator[FactField]:
    """Fields and properties of a fact, and of the values inside it; what belongs to a query is left out."""
    about = inspect.getdoc(type(fact)) or ""
    for name, kind, meaning in _declared(type(fact), about):
        value = getattr(fact, name)
        yield FactField(prefix + name, kind, meaning, _value(value), _code(value, lines))
        if depth and _is_fact(value):
            yield from _members(value, f"{prefix}{name}.", lines, depth - 1)


def _declared(cls: type, about: str) -> Iterator[tuple[str, str, str]]:
    """(name, type, meaning) of the public fields and properties of a class, in order."""
    if is_dataclass(cls):
        yield from ((one.name, str(one.type), _sentence(about, one.name)) for one in fields(cls) if one.name[0] != "_")
    for name, member in vars(cls).items():
        if isinstance(member, property) and name[0] != "_" and member.fget is not None:
            kind = str(inspect.signature(member.fget).return_annotation)
            yield name, kind, (inspect.getdoc(member) or "").partition("\n\n")[0].replace("\n", " ")


def _sentence(about: str, name: str) -> str:
    """What a docstring says of one field: the sentences that name it."""
    text = about.replace("\n", " ")
    return " ".join(one for one in _SENTENCE.split(text) if f"``{name}``" in one)


def _is_fact(value: object) -> bool:
    inside = is_dataclass(value) and type(value).__module__.startswith("analyzer.facts")
    return inside and not isinstance(value, type)


def _value(value: object) -> str:
    match value:
        case Op():
            return value.name
        case Enum():
            return str(value.value)
        case None | bool() | int() | float() | str():
            return str(value) if value != "" else '""'
        case Span() | TensorInfo():
            return type(value).__name__
        case tuple() | frozenset() | dict() | list():
            inner = sorted({type(one).__name__ for one in value})
            return f"{len(value)} × {' | '.join(inner)}" if inner else "none"
    return type(value).__name__


def _code(value: object, lines: Sequence[str]) -> str:
    match value:
        case Op():
            return _line(value.span, lines)
        case Span():
            return _line(value, lines)
        case tuple() if value and isinstance(value[0], Op):
            return _line(value[0].span, lines)
    return ""


def _line(span: Span, lines: Sequence[str]) -> str:
    return f"{span.line}: {lines[span.line - 1].strip()}" if 0 < span.line <= len(lines) else ""
