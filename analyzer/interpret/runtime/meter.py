"""What the interpretation of one model may cost, counted as it goes: statements, work, memory, time.

Nothing here needs a signal or a timer of the system, so a limit holds in any thread and on any platform. A statement
of the program counts as a step. What Python does in one go for the program (joining a list, comparing two tables)
counts as work *before* it is done, one unit an element, because nothing can interrupt it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

MOST_STEPS = 4_000_000
MOST_WORK = 200_000_000
"""Elements: some seconds of Python's own loops."""
MOST_HELD = 400 << 20
"""Bytes that values may take, those that are gone included: what is still in use is not known."""
MOST_SECONDS = 30.0
"""Of the processor: a machine that does other things beside does not end a model."""
_LOOK = 1 << 16
"""Work between two looks at the clock."""


class Meter:
    """The costs of one model so far. ``step`` and ``charge`` say what is spent, in words, or nothing."""

    __slots__ = ("_look", "deadline", "held", "most_steps", "steps", "work")

    def __init__(self) -> None:
        self.steps = 0
        self.most_steps = MOST_STEPS
        self.work = 0
        self.held = 0
        self.deadline = time.thread_time() + MOST_SECONDS
        self._look = _LOOK

    @contextmanager
    def uncounted(self) -> Iterator[None]:
        """Statements that run meanwhile are not counted afterwards, and may have a limit of their own."""
        steps, most_steps = self.steps, self.most_steps
        try:
            yield
        finally:
            self.steps, self.most_steps = steps, most_steps

    def step(self) -> str:
        """Count one statement of the program."""
        self.steps += 1
        if self.steps > self.most_steps:
            return f"more than {self.most_steps:,} statements"
        return "" if self.steps & 1023 else self._late()

    def charge(self, work: int, held: int = 0) -> str:
        """Count ``work`` elements to be walked through and ``held`` bytes to be taken."""
        self.work += work
        self.held += held
        if self.held > MOST_HELD:
            return f"values take more than {MOST_HELD >> 20} MB"
        if self.work < self._look:
            return ""
        self._look = self.work + _LOOK
        return f"more than {MOST_WORK:,} elements to walk through" if self.work > MOST_WORK else self._late()

    def _late(self) -> str:
        return f"more than {MOST_SECONDS:.0f} seconds" if time.thread_time() > self.deadline else ""
