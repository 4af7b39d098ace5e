"""Which decisions of the configuration lie over an operation, and which were asked where."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from analyzer.graph import Decision, DecisionKind, Op
from analyzer.query.tree import parent_of


class Conditions:
    """The decisions of one model, indexed by operation and by module."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        everything = tuple(decisions)
        self.counts = tuple(one for one in everything if one.kind is DecisionKind.COUNT)
        """How often loops run."""
        self._all = tuple(one for one in everything if one.kind is not DecisionKind.COUNT)
        self._around: dict[int, tuple[Decision, ...]] = {}
        self._ranges = sorted((one for one in self._all if one.ops[0] < one.ops[1]), key=lambda one: one.ops)
        self._starts = [one.ops[0] for one in self._ranges]
        self._longest = max((one.ops[1] - one.ops[0] for one in self._ranges), default=0)
        self._made: dict[str, list[Decision]] = {}
        self._asked: dict[str, list[Decision]] = {}
        for one in self._all:
            if one.kind is not DecisionKind.PART:
                self._asked.setdefault(one.module, []).append(one)
            for path in one.modules:
                self._made.setdefault(path, []).append(one)

    def over(self, op: Op) -> tuple[Decision, ...]:
        """Decisions that ``op`` ran under, or that a module around it was made under."""
        return (*self._running(op.index), *self.over_module(op.module))

    def over_module(self, path: str) -> tuple[Decision, ...]:
        """Decisions that the module at ``path``, or one around it, was made under."""
        found: list[Decision] = []
        while path:
            found += self._made.get(path, ())
            path = parent_of(path)
        return tuple(found)

    def asked(self, path: str) -> tuple[Decision, ...]:
        """Decisions that the code of the module at ``path`` asked for, while it was made and while it ran."""
        return tuple(self._asked.get(path, ()))

    def skipped(self, first: Op, last: Op) -> tuple[Decision, ...]:
        """Decisions between two operations, or directly after the second, under which nothing ran: something might
        stand there."""
        return self.between(first.index + 1, last.index + 1)

    def between(self, first: int, last: int) -> tuple[Decision, ...]:
        """Decisions under which nothing ran, from right before the operation of one index to that of another."""
        return tuple(one for one in self._all if one.ops[0] == one.ops[1] and first <= one.ops[0] <= last)

    def _running(self, index: int) -> tuple[Decision, ...]:
        if index not in self._around:
            low = bisect_left(self._starts, index - self._longest)
            high = bisect_left(self._starts, index + 1)
            self._around[index] = tuple(one for one in self._ranges[low:high] if one.ops[1] > index)
        return self._around[index]
