"""A limit on the time that one piece of work may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OutOfTime(BaseException):
    """Not an ``Exception``, so that nothing on the way takes it for an error of the analysed code."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise ``OutOfTime`` when the body takes longer than ``seconds``.

    Enforced by the interval timer of the process, hence only in a main thread and only where there is one.
    """
    if not _enforceable():
        yield
        return
    previous = signal.signal(signal.SIGALRM, _expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _enforceable() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _expire(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime
