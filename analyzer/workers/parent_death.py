"""Ties a worker's life to that of the process it works for."""

from __future__ import annotations

import contextlib
import os
import signal
import sys


def tie(descriptor: int) -> None:
    """Have the system kill this process as soon as the other end of the pipe is closed.

    Nothing is ever written to it. The death of the other process closes it however that came about, and the signal
    needs no thread here to run: one that works in C for minutes would not let any.
    """
    if sys.platform != "linux":
        return
    import fcntl

    with contextlib.suppress(OSError):  # a sandbox that is no whole Linux: the end of the calls is noticed as well
        fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_ASYNC)
    if _closed(descriptor):  # before the signal was asked for
        os._exit(0)


def _closed(descriptor: int) -> bool:
    os.set_blocking(descriptor, False)
    try:
        return os.read(descriptor, 1) == b""
    except BlockingIOError:
        return False
