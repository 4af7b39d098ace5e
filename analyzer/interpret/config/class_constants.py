"""Numbers that a configuration class states for itself, in no field: ``default_theta = 500000.0``."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.base import Span
from analyzer.sources import syntax
from analyzer.values import ClassValue, Value, plain


def constant_place(cls: ClassValue, value: Value) -> Span | None:
    """The statement whose number the dictionary ``value`` holds; None unless it is just one."""
    wanted = set(_numbers(value))
    places = {place for number, place in _constants(cls) if number in wanted} if wanted else set()
    return places.pop() if len(places) == 1 else None


def _numbers(value: Value) -> Iterator[float]:
    """The floating numbers in dictionaries within dictionaries."""
    if type(value) is dict:
        for item in value.values():
            yield from _numbers(item)
    elif isinstance(number := plain(value), float):
        yield number


def _constants(cls: ClassValue) -> Iterator[tuple[float, Span]]:
    """The numbers among the attributes of ``cls`` and their statements; what a class overrides does not count."""
    seen: set[str] = set()
    for ancestor in cls.mro:
        if ancestor.node is None or ancestor.module is None or ancestor.module.file is None:
            continue
        for statement in ancestor.node.body:
            if not isinstance(statement, syntax.Assign) or not isinstance(statement.targets[0], syntax.Name):
                continue
            name = statement.targets[0].id
            number = plain(ancestor.namespace.get(name))
            if name not in seen and isinstance(number, float):
                yield number, ancestor.module.file.span(statement.at, statement.end)
            seen.add(name)
