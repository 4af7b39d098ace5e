"""A limit on the time that one piece of work may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from analyzer.base import Stop

_AGAIN = 1.0
"""Seconds until what survived the first ``OutOfTime``, for it caught everything, gets another."""


class OutOfTime(Stop):
    """The body of ``limited`` took too long."""


def longest(seconds: float) -> float:
    """How long a worker may be at what is limited to ``seconds``, where the limit can not be enforced in it: more, so
    that a limit which works always comes first."""
    return seconds * 1.25 + 30


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise ``OutOfTime`` when the body takes longer than ``seconds``.

    Enforced by the interval timer of the process, hence only in a main thread and only where there is one. Elsewhere a
    worker that takes much longer is ended by the process that it works for (``analyzer.workers``).
    """
    if not _enforceable():
        yield
        return
    previous = signal.signal(signal.SIGALRM, _expire)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
        finally:  # the last signal may have come a moment before
            signal.signal(signal.SIGALRM, previous)


def _enforceable() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _expire(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime
