"""Processes that wait: started before it is known what for, so that what both need is imported meanwhile, or left
over from the last call."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from analyzer.workers.process import WorkerProcess

_waiting: list[WorkerProcess] = []
_wanted: list[None] = []
"""An entry for each ``prepared`` body that is running: while there is one, a process is kept for the next call."""


@contextlib.contextmanager
def prepared(imports: Iterable[str]) -> Iterator[None]:
    """Start a process that imports modules while the body comes to the point of needing it; it ends with the body.

    Does nothing if one is waiting already, or can not be started: the one who needs it will say so.
    """
    _wanted.append(None)
    if not _waiting:
        with contextlib.suppress(OSError):
            _waiting.append(WorkerProcess(imports))
    try:
        yield
    finally:
        _wanted.pop()
        while _waiting and not _wanted:
            _waiting.pop().end()


def started() -> WorkerProcess:
    """The process that is waiting, or a new one. Raises OSError if the system starts none."""
    with contextlib.suppress(IndexError):
        if (process := _waiting.pop()).is_usable:
            return process
        process.end()
    return WorkerProcess()


def return_process(process: WorkerProcess) -> None:
    """Keep a process that has nothing to do, or end it where none is wanted."""
    if _wanted and not _waiting and process.is_usable:
        _waiting.append(process)
    else:
        process.end()
