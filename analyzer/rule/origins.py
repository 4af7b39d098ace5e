"""The configuration fields that values come from."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.values import origin_of, plain

PREFIX = "config."
AT_DEFAULT = frozenset({"default", "derived"})
"""Sources of fields that nobody gave."""


def fields_of(value: object) -> frozenset[str]:
    """The configuration fields (``config.…``) that ``value`` comes from, or the values in it if it is a container."""
    match value:
        case Mapping():
            return frozenset().union(*(fields_of(item) for item in value.values()))
        case tuple() | list() | set() | frozenset():
            return frozenset().union(*(fields_of(item) for item in value))
        case slice():
            return fields_of((value.start, value.stop, value.step))
        case _:
            origin = origin_of(value)
            return frozenset(map(prefixed, origin.fields)) if origin else frozenset()


def expression_of(value: object) -> str | None:
    """The source expression that made a number or string, None if it has no origin."""
    origin = origin_of(value)
    return origin.expression if origin else None


def prefixed(field: str) -> str:
    """``field`` as findings write it, with ``config.`` in front."""
    return field if field.startswith(PREFIX) else PREFIX + field


def unprefixed(field: str) -> str:
    """``field`` as ``BuiltModel.config`` keys it."""
    return field.removeprefix(PREFIX)


def bare(value: object) -> object:
    """``value`` without origins, with lists and dictionaries as its only containers, as in JSON."""
    match value:
        case Mapping():
            return {str(plain(key)): bare(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted((bare(item) for item in value), key=repr)
        case tuple() | list():
            return [bare(item) for item in value]
        case _:
            return plain(value)
