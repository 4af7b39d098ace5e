"""A process that is started before it is known what for, so that what both need is imported at the same time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from analyzer.workers.process import WorkerProcess

_waiting: list[WorkerProcess] = []


@contextlib.contextmanager
def prepared(imports: Iterable[str]) -> Iterator[None]:
    """Start a process that imports modules while the body comes to the point of needing it; it ends with the body.

    Does nothing if one is waiting already, or can not be started: the one who needs it will say so.
    """
    if _waiting:
        yield
        return
    with contextlib.suppress(OSError):
        _waiting.append(WorkerProcess(imports))
    try:
        yield
    finally:
        while _waiting:
            _waiting.pop().end()


def started() -> WorkerProcess:
    """The process that is waiting, or a new one. Raises OSError if the system starts none."""
    with contextlib.suppress(IndexError):
        if (process := _waiting.pop()).is_usable:
            return process
        process.end()
    return WorkerProcess()
