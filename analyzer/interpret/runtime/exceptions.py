"""What ends the work early: exceptions of the analysed program, calls that are given up, budgets that are spent."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.base import NOWHERE, GapCode, Span
from analyzer.interpret.runtime.frames import Frame
from analyzer.library.operations.rule import OpRule
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
    """What did not fit: the operation ``target`` with its arguments, and the rule that refused them.

    Without a rule it is a shape and the number of sizes expected (``unpack``), or the comparison that decided an
    exception of the program: operator, operands, result (``compare``).
    """

    target: str
    args: tuple[Value, ...]
    rule: OpRule | None = None

    @property
    def name(self) -> str:
        """The canonical operation, empty for what is none."""
        return "" if self.rule is None else self.rule.name


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
