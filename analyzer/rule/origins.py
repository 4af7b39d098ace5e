"""What values say about the configuration they came from."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.values import origin_of, plain

PREFIX = "config."


def fields_of(value: object) -> frozenset[str]:
    """Configuration fields (``config.…``) that ``value``, or anything in the container that it is, came from."""
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
    """Source text of how a traced scalar was made, None for an untraced one."""
    origin = origin_of(value)
    return origin.expression if origin else None


def prefixed(field: str) -> str:
    """``field`` as findings write it, with ``config.`` in front."""
    return field if field.startswith(PREFIX) else PREFIX + field


def unprefixed(field: str) -> str:
    """``field`` as ``BuiltModel.config`` keys it."""
    return field.removeprefix(PREFIX)


def bare(value: object) -> object:
    """``value`` with all origins dropped, containers as lists and dictionaries, as JSON knows them."""
    match value:
        case Mapping():
            return {str(plain(key)): bare(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted((bare(item) for item in value), key=repr)
        case tuple() | list():
            return [bare(item) for item in value]
        case _:
            return plain(value)
