"""Ends a worker when its parent process ends."""

from __future__ import annotations

import contextlib
import os
import signal
import sys


def tie(descriptor: int) -> None:
    """Have the system kill this process as soon as the other end of the pipe is closed.

    Nothing is ever written to the pipe; it closes when the parent ends, for whatever reason. A signal needs no Python
    thread in this process to run, which C code that works for minutes would not allow.
    """
    if sys.platform != "linux":
        return
    import fcntl

    with contextlib.suppress(OSError):  # in a sandbox without these calls, the closed request pipe ends the worker
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
