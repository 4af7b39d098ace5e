"""Worker processes in reserve: started early, so that they import modules in the meantime, or left over from an earlier
call."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from analyzer.workers.process import WorkerProcess

_waiting: list[WorkerProcess] = []
_wanted: list[None] = []
"""An entry for each ``prepared`` body that is running: while there is one, a process is kept for the next call."""


@contextlib.contextmanager
def prepared(imports: Iterable[str]) -> Iterator[None]:
    """Start a process that imports modules while the body prepares the work for it; it ends with the body.

    Does nothing if a process is waiting already. Errors at the start are ignored here; the call that needs the process
    reports them.
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
    """Keep an idle process, or end it if none is wanted."""
    if _wanted and not _waiting and process.is_usable:
        _waiting.append(process)
    else:
        process.end()
