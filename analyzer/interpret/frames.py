"""Activations, the signals that end a block, and the program's exceptions on their way up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from analyzer.base import NOWHERE, GapCode, Span
from analyzer.sources import syntax
from analyzer.values import MISSING, ClassValue, Function, Instance, PyModule, Unknown, Value


class Frame:
    """One running function, class body, comprehension or module.

    ``parent`` is the frame of the lexically enclosing function. ``owner`` and ``receiver`` serve ``super()``.
    ``node`` is the expression being evaluated, for places in reports.
    """

    __slots__ = (
        "absent",
        "alternatives",
        "callers",
        "code",
        "declared_global",
        "declared_nonlocal",
        "defined",
        "generator",
        "locals",
        "module",
        "name",
        "node",
        "owner",
        "parent",
        "receiver",
    )

    def __init__(
        self,
        module: PyModule,
        name: str,
        parent: Frame | None = None,
        owner: ClassValue | None = None,
        receiver: Value = MISSING,
    ) -> None:
        self.module = module
        self.name = name
        self.parent = parent
        self.owner = owner
        self.receiver = receiver
        self.locals: dict[str, Value] = {}
        self.absent: dict[str, str | None] | None = None
        """Configuration fields that variables with the value None got it from."""
        self.node: syntax.Node | None = None
        self.code: syntax.Node | None = None
        """The function that runs."""
        self.callers: tuple[Span, ...] | None = None
        """Where the calls around this frame were made, once somebody asked; a frame that is entered again forgets."""
        self.declared_global: frozenset[str] = frozenset()
        self.declared_nonlocal: frozenset[str] = frozenset()
        self.generator: Value = None
        """What a call of the function gave, if its body yields."""
        self.defined: list[Function] = []
        """Functions whose ``def`` stands directly in this frame; a class body's belong to the class."""
        self.alternatives: list[tuple[Value, Unknown]] = []
        """Results of returns under conditions that could not be decided, with why."""

    def bind(self, name: str, value: Value) -> None:
        """Bind a name in the scope that owns it."""
        if name in self.declared_global:
            self.module.namespace[name] = value
            return
        if name in self.declared_nonlocal:
            scope = self.parent
            while scope is not None:
                if name in scope.locals:
                    scope.locals[name] = value
                    return
                scope = scope.parent
        self.locals[name] = value


class Signal(Enum):
    BREAK = "break"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class Returned:
    value: Value


Outcome = Signal | Returned | None
"""How a block ended: None when it ran to its end."""


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
class Refused:
    """What did not fit: the operation and its arguments, or a shape and the number of sizes expected (``unpack``).

    For an exception that the program raises, the comparison that decided it: operator, operands, result (``compare``).
    ``is_method``: the operation is a method of tensors.
    """

    target: str
    args: tuple[Value, ...]
    is_method: bool = False

    @property
    def method(self) -> str:
        """The name of the method of tensors that was called, empty for anything else."""
        return self.target.rpartition(".")[2] if self.is_method else ""


class Abandoned(Exception):
    """A call is given up at the first thing that does not fit, to be made again with other arguments.

    ``frames`` are the functions that were running.
    """

    def __init__(
        self, code: GapCode, message: str, refused: Refused | None, span: Span, frames: tuple[Frame, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.refused = refused
        self.span = span
        self.frames = frames


@dataclass(frozen=True, slots=True)
class Unset:
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
