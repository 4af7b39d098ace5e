"""A limit on the time that one piece of work may take."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from analyzer.base import Stop

_AGAIN = 1.0
"""Seconds until what survived the first ``OutOfTime``, for it caught everything, gets another."""


_MOMENT = 0.05


class OutOfTime(Stop):
    """The body of ``limited`` took too long."""


def longest(seconds: float) -> float:
    """How long a worker may be at what is limited to ``seconds``, where the limit can not be enforced in it: more, so
    that a limit which works always comes first."""
    return seconds * 1.25 + 30


@contextmanager
def limited(seconds: float, *, computing: bool = False) -> Iterator[None]:
    """Raise ``OutOfTime`` when the body takes longer than ``seconds``, or computes for longer, which a machine that is
    busy with other things does not change.

    Enforced by the interval timers of the process, hence only in a main thread and only where there are some. Elsewhere
    a worker that takes much longer is ended by the process that it works for (``analyzer.workers``).
    """
    if not _enforceable():
        yield
        return
    alarm, timer = (signal.SIGPROF, signal.ITIMER_PROF) if computing else (signal.SIGALRM, signal.ITIMER_REAL)
    previous = signal.signal(alarm, _expire)
    signal.setitimer(timer, seconds, _AGAIN)
    try:
        yield
    finally:
        try:
            signal.setitimer(timer, 0)
        finally:  # the last signal may have come a moment before
            signal.signal(alarm, previous)


class SharedBudget:
    """Seconds of computing that several pieces of work may take together."""

    def __init__(self, seconds: float) -> None:
        self._end = time.process_time() + seconds

    @property
    def left(self) -> float:
        """What the next one may take: a moment, if nothing is left."""
        return max(_MOMENT, self._end - time.process_time())


def _enforceable() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _expire(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime
