"""What an interpretation records: operations, calls of modules, decisions of the configuration, gaps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from analyzer.base import Gap, Span
from analyzer.graph import DecisionKind, ModuleCall, Op, OpKind, Phase
from analyzer.values import ModuleInstance, Origin

Gaps = dict[tuple[str, str, Span], Gap]
"""Gaps by code, construct and place: each is counted once a place."""

VIEWS = frozenset(
    {OpKind.RESHAPE, OpKind.TRANSPOSE, OpKind.SLICE, OpKind.SPLIT, OpKind.SQUEEZE, OpKind.UNSQUEEZE, OpKind.EXPAND}
)
"""Kinds whose results share the elements of their operand."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision as it is recorded, before modules have paths: ``made`` is the range of modules made under it."""

    expression: str
    fields: frozenset[str]
    outcome: bool | str
    span: Span
    module: ModuleInstance | str
    ops: tuple[int, int]
    made: tuple[int, int]
    kind: DecisionKind = DecisionKind.BRANCH


@dataclass(frozen=True, slots=True)
class Mark:
    """How much a trace held at some moment."""

    ops: int
    calls: int
    choices: int
    made: int
    gaps: Gaps


class Trace:
    """The recordings of one model so far. What goes on aside (loading a library, say) is recorded in another trace."""

    def __init__(self, gaps: Gaps | None = None) -> None:
        self.phase = Phase.CONSTRUCT
        self.ops: list[Op] = []
        self.calls: list[ModuleCall] = []
        """The modules that were called, in order."""
        self.modules: list[str] = [""]
        """Paths of the modules being called; one without a name in the tree has its caller's path."""
        self.paths: dict[ModuleInstance, str] = {}
        """Dotted paths of the modules that are part of the model's tree."""
        self.made: list[ModuleInstance] = []
        """Modules in order of construction."""
        self.choices: list[Choice] = []
        self.ranges: dict[int, tuple[range, Origin]] = {}
        """By identity, ranges whose length the configuration decides: they carry no origin themselves."""
        self.gaps: Gaps = {} if gaps is None else gaps
        self._repeating = 0

    def mark(self) -> Mark:
        """How much is recorded now, to come back to with ``back_to``."""
        return Mark(len(self.ops), len(self.calls), len(self.choices), len(self.made), dict(self.gaps))

    def back_to(self, mark: Mark) -> None:
        """Forget everything since ``mark``."""
        del self.ops[mark.ops :], self.calls[mark.calls :], self.modules[1:]
        del self.choices[mark.choices :], self.made[mark.made :]
        self.gaps = dict(mark.gaps)

    def aside(self) -> Trace:
        """A trace that knows the same gaps and decisions, for work whose operations are not part of the graph."""
        other = Trace(dict(self.gaps))
        other.choices, other.made = list(self.choices), self.made
        return other

    @property
    def is_repeating(self) -> bool:
        """Whether what is recorded now runs a number of times that depends on data."""
        return self._repeating > 0

    @contextmanager
    def repeating(self) -> Iterator[None]:
        """Operations recorded meanwhile run a number of times that depends on data."""
        self._repeating += 1
        try:
            yield
        finally:
            self._repeating -= 1

    def release_modules(self) -> None:
        """Empty the modules of a finished model: they refer to themselves, and so would hold its graph for long."""
        for module in self.made:
            for members in (module.attributes, module.parameters, module.buffers, module.modules):
                members.clear()
