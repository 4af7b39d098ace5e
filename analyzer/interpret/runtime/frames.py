"""What runs: one frame for each function, class body, comprehension and module, and how a block of statements ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from analyzer.base import Span
from analyzer.interpret.runtime.trace import Choice
from analyzer.sources import syntax
from analyzer.values import MISSING, ClassValue, Function, PyModule, Unknown, Value


class Frame:
    """One running function, class body, comprehension or module.

    ``parent`` is the frame of the lexically enclosing function. ``owner`` and ``receiver`` serve ``super()``.
    ``node`` is the expression being evaluated, for places in reports.
    """

    __slots__ = (
        "absent",
        "alternatives",
        "callers",
        "choices",
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
        self.choices: dict[str, tuple[Choice, ...]] = {}
        """What decided which class or function a variable holds."""
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
    """A jump out of the body of a loop."""

    BREAK = "break"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class Returned:
    """A ``return`` was executed, with this value."""

    value: Value


Completion = Signal | Returned | None
"""How a block of statements ended: None when it ran to its end, otherwise a jump or a returned value."""
