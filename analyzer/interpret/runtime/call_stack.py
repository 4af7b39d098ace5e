"""The functions of the program that are running, and the places that they are at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from analyzer.base import NOWHERE, Span
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.interpret.runtime.frames import Frame
from analyzer.sources import syntax
from analyzer.values import PyModule


class Suspended(Protocol):
    """A generator of the program that has begun and not ended."""

    def abandon(self) -> None:
        """End it without running anything more of the program."""


@dataclass(slots=True)
class Waiting:
    """The part of the call stack that a suspended generator has entered."""

    frames: list[Frame] = field(default_factory=list)
    handled: list[ProgramError] = field(default_factory=list)
    guards: int = 0


class CallStack:
    """Frames from the outermost to the innermost, and what surrounds the running statement.

    For example, while ``self.norm(x)`` runs inside ``Model.forward``, ``frames`` holds the frame of ``Model.forward``
    and that of the norm's ``forward``; ``callers()`` gives the place of the call and ``span()`` the place inside the
    norm.
    """

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.handled: list[ProgramError] = []
        """Exceptions whose handlers are running, for a bare ``raise``."""
        self.guards = 0
        """How many ``try`` blocks with handlers are being run."""
        self.suspended: dict[Suspended, None] = {}
        self._spans: dict[tuple[str, int, int], Span] = {}

    def clear(self) -> None:
        """Nothing runs any more."""
        self.frames.clear()
        self.handled.clear()
        self.guards = 0

    @contextmanager
    def only(self, frame: Frame) -> Iterator[None]:
        """Meanwhile ``frame`` is the outermost one, and no ``try`` surrounds it."""
        frames, guards = self.frames, self.guards
        self.frames, self.guards = [frame], 0
        try:
            yield
        finally:
            self.frames, self.guards = frames, guards

    @contextmanager
    def resuming(self, waiting: Waiting) -> Iterator[None]:
        """What a generator has entered is on the stack while it runs, and in ``waiting`` while it waits."""
        for frame in waiting.frames:
            frame.callers = None
        depth, handled, guards = len(self.frames), len(self.handled), self.guards
        self.frames += waiting.frames
        self.handled += waiting.handled
        self.guards += waiting.guards
        try:
            yield
        finally:
            waiting.frames, waiting.handled = self.frames[depth:], self.handled[handled:]
            waiting.guards = self.guards - guards
            del self.frames[depth:], self.handled[handled:]
            self.guards = guards

    def abandon_generators(self) -> None:
        """End the generators that nobody asked to the end."""
        for generator in list(self.suspended):
            generator.abandon()

    def frame(self) -> Frame | None:
        """The innermost frame."""
        return self.frames[-1] if self.frames else None

    def tree_frame(self) -> Frame | None:
        """The innermost frame of code that belongs to the analysed tree, else the innermost of all."""
        for frame in reversed(self.frames):
            if not frame.module.external:
                return frame
        return self.frames[-1] if self.frames else None

    def begun_frame(self) -> Frame | None:
        """The innermost frame of the analysed tree that has evaluated something."""
        begun = (frame for frame in reversed(self.frames) if frame.node is not None and not frame.module.external)
        return next(begun, None)

    def span(self) -> Span:
        """The place in the analysed tree that is being executed."""
        return self.place(self.tree_frame())

    def place(self, frame: Frame | None) -> Span:
        """Where ``frame`` is."""
        if frame is None or frame.node is None or frame.module.file is None:
            return NOWHERE
        start, end = extent(frame.node)
        return self.span_of(frame.module, start, end)

    def span_of(self, module: PyModule, start: int, end: int) -> Span:
        """The place of the characters ``start`` to ``end`` of a module's file; the same object for the same place."""
        if module.file is None:
            return NOWHERE
        key = (module.name, start, end)
        span = self._spans.get(key)
        if span is None:
            span = self._spans[key] = module.file.span(start, end)
        return span

    def callers(self) -> tuple[Span, ...]:
        """Where the calls around the current place were made, outermost first."""
        return self._callers(len(self.frames) - 1)

    def _callers(self, depth: int) -> tuple[Span, ...]:
        """Places of the tree's frames below number ``depth``: they stand still until that frame is left."""
        if depth <= 0:
            return ()
        frame = self.frames[depth]
        if frame.callers is None:
            below = self.frames[depth - 1]
            around = self._callers(depth - 1)
            frame.callers = around if below.module.external else (*around, self.place(below))
        return frame.callers


def extent(node: syntax.Node) -> tuple[int, int]:
    """Start and end offsets that Python reports for a node.

    A method call begins at the method's name, but one with starred arguments where its expression begins.
    """
    if isinstance(node, syntax.Call) and isinstance(node.function, syntax.Attribute):
        if any(argument.stars for argument in node.arguments):
            return node.at, node.end
        return node.function.end - len(node.function.name), node.end
    if isinstance(node, syntax.Attribute):
        return node.end - len(node.name), node.end
    return node.at, node.end
