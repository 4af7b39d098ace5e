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
"""Seconds until code that caught the first ``OutOfTime`` gets another one."""


_MOMENT = 0.05


class OutOfTime(Stop):
    """The body of ``limited`` took too long."""


def longest(seconds: float) -> float:
    """The time limit that the parent enforces for work limited to ``seconds``. It is longer, so that the limit inside
    the worker applies first where it works."""
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
    """A limit on the CPU seconds that several pieces of work use together."""

    def __init__(self, seconds: float) -> None:
        self._end = time.process_time() + seconds

    @property
    def left(self) -> float:
        """The seconds that are left, at least a moment."""
        return max(_MOMENT, self._end - time.process_time())


def _enforceable() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _expire(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime
