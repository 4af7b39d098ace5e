"""Checked narrowing: values where only one kind is expected."""

from __future__ import annotations

from typing import SupportsIndex, TypeVar

T = TypeVar("T")


def expect(kind: type[T], value: object) -> T:
    """``value``, known to be a ``kind``: what the library itself has put where it is read from.

    A program can put something else there. Then it gets the exception that Python raises for a wrong type.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(value, kind):
        return value
    raise TypeError(f"{type(value).__name__!r} object where {kind.__name__} is expected")


def as_index(value: object) -> SupportsIndex:
    """``value``, which has to count as a whole number.

    Raises:
        TypeError: it does not.
    """
    if isinstance(value, SupportsIndex):
        return value
    raise TypeError(f"{type(value).__name__!r} object cannot be interpreted as an integer")
