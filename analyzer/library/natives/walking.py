"""Iterators of Python's that the program holds: how many stand one inside the other is known.

``x = map(f, x)`` in a loop makes iterators that ask each other for their elements. Python does so on the stack of the
machine, which has no room for a hundred thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.library.context import NativeContext
from analyzer.values import Value

DEEPEST = 200
_LOOKED_AT = 16


class Walk:
    """An iterator of Python's that takes its elements from at most ``depth - 1`` others, one after the other."""

    __slots__ = ("_iterator", "depth")

    def __init__(self, iterator: Iterator[Value], depth: int) -> None:
        self._iterator = iterator
        self.depth = depth

    def __iter__(self) -> Iterator[Value]:
        return self

    def __next__(self) -> Value:
        return next(self._iterator)


def walk_over(machine: NativeContext, iterator: Iterator[Value], sources: Sequence[Value]) -> Walk:
    """``iterator``, which takes its elements from ``sources``. Too many in a row raise the program's RecursionError."""
    depth = 1 + max(map(_depth, sources), default=0)
    if depth > DEEPEST:
        machine.throw("RecursionError", "too many iterators take their elements from each other")
    return Walk(iterator, depth)


def _depth(source: Value) -> int:
    if isinstance(source, Walk):
        return source.depth
    if isinstance(source, list | tuple):
        return max((one.depth for one in source[:_LOOKED_AT] if isinstance(one, Walk)), default=0)
    return 0
