"""Why a piece of work has no result, in plain words."""

from __future__ import annotations

import signal
import sys
import traceback
from dataclasses import dataclass
from enum import Enum

_SIGNALS = {
    "SIGSEGV": "segmentation fault",
    "SIGBUS": "bus error",
    "SIGABRT": "aborted by a library in it",
    "SIGFPE": "arithmetic error in a library",
    "SIGILL": "illegal instruction",
    "SIGKILL": "killed by SIGKILL, out of memory?",
}


class LossKind(Enum):
    """``DIED``: the worker crashed or exited; ``KILLED``: something else killed it, such as the system when memory is
    short; ``LATE``: its parent ended it at a time limit; ``RAISED``: the work raised an exception."""

    DIED = "died"
    KILLED = "killed"
    LATE = "late"
    RAISED = "raised"


@dataclass(frozen=True, slots=True)
class Loss:
    """A piece of work without a result: ``reason`` in words (``segmentation fault``, ``exit code 3``, ``KeyError:
    'x'``), and the last ``step`` that the worker reported.

    ``error`` is the exception, if it could be pickled; ``traceback`` is its text.
    """

    kind: LossKind
    reason: str
    step: str = ""
    traceback: str = ""
    error: BaseException | None = None

    @property
    def is_death(self) -> bool:
        """Whether the worker ended on its own, so that another try may succeed."""
        return self.kind in (LossKind.DIED, LossKind.KILLED)

    @property
    def wants_memory(self) -> bool:
        return self.kind is LossKind.KILLED or isinstance(self.error, MemoryError)


def raised(error: BaseException) -> Loss:
    """The loss for an exception of the work."""
    text = "".join(traceback.format_exception(error))
    return Loss(LossKind.RAISED, words(error), traceback=text, error=error)


def words(error: BaseException) -> str:
    """The class and text of an exception; only its class if making the text raises."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - the text is made by code of the exception's own
        return type(error).__name__


def ending(code: int) -> str:
    """What the exit code of a process says: ``segmentation fault``, ``exit code 3``.

    >>> ending(-11), ending(0)
    ('segmentation fault', 'exit code 0')
    """
    if code >= 0:
        return _windows(code) or f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return _SIGNALS.get(name, f"killed by {name}")


def _windows(code: int) -> str:
    """The usual crashes of Windows, whose exit codes are 32 bits with the highest set."""
    if sys.platform != "win32":
        return ""
    return {0xC0000005: "access violation", 0xC00000FD: "stack overflow"}.get(code & 0xFFFFFFFF, "")
