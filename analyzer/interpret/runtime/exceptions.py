"""What ends the work early: exceptions of the analysed program, calls that are given up, budgets that are spent."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.base import NOWHERE, GapCode, Span
from analyzer.interpret.runtime.frames import Frame
from analyzer.values import ClassValue, Instance, Value

_MOST_SHOWN = 50
_LONGEST = 600


def _shown(value: Value) -> str:
    """A part of a message; of the program's objects, and of numbers with thousands of digits, only that they are."""
    if isinstance(value, str):
        return str(value[:_LONGEST])
    if isinstance(value, int) and value.bit_length() > _LONGEST:
        return "…"
    return str(value) if isinstance(value, bool | int | float | None) else "…"


class ProgramError(Exception):
    """An exception of the analysed program."""

    def __init__(self, value: Instance, span: Span = NOWHERE) -> None:
        super().__init__(value.cls.name)
        self.value = value
        self.span = span

    @property
    def name(self) -> str:
        """The exception's class name."""
        return self.value.cls.name

    @property
    def text(self) -> str:
        """The exception's message, as far as it is made of texts and numbers."""
        args = self.value.attributes.get("args", ())
        return " ".join(map(_shown, args[:_MOST_SHOWN]))[:_LONGEST] if isinstance(args, tuple | list) else "…"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What did not fit: the operation and its arguments, or a shape and the number of sizes expected (``unpack``).

    For an exception that the program raises, the comparison that decided it: operator, operands, result (``compare``).
    """

    target: str
    args: tuple[Value, ...]
    is_method: bool = False
    """Whether the operation is a method of tensors."""

    @property
    def method(self) -> str:
        """The name of the method of tensors that was called, empty for anything else."""
        return self.target.rpartition(".")[2] if self.is_method else ""


class Abandoned(Exception):
    """A call is given up at the first thing that does not fit, to be made again with other arguments.

    ``frames`` are the functions that were running.
    """

    def __init__(
        self, code: GapCode, message: str, mismatch: Mismatch | None, span: Span, frames: tuple[Frame, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.mismatch = mismatch
        self.span = span
        self.frames = frames


@dataclass(frozen=True, slots=True)
class UnsetRead:
    """An attribute that was read and had no value, with the class of the object whose method read it."""

    holder: Instance
    name: str
    reader: ClassValue | None


class BudgetExceeded(Exception):
    """The interpretation took more steps, time, memory or depth than it is allowed to, at ``span``."""

    def __init__(self, message: str, span: Span = NOWHERE) -> None:
        super().__init__(message)
        self.span = span


class NoValue(BudgetExceeded):
    """One value is not made. Where a native or an operator was to make it, its result is unknown instead."""

    def __init__(self, message: str, span: Span, code: GapCode) -> None:
        super().__init__(message, span)
        self.code = code
