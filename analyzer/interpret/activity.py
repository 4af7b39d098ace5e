"""What one interpretation is doing: its call stack, its budget, what is recorded and what was not understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NoReturn

from analyzer.base import NOWHERE, Gap, GapCode, Span
from analyzer.graph import FieldRead, Phase
from analyzer.interpret.decisions import Choice
from analyzer.interpret.frames import Abandoned, BudgetExceeded, Frame, NoValue, ProgramError, Refused, Unset
from analyzer.interpret.generators import Generator
from analyzer.interpret.isolation import Shared, Undo
from analyzer.interpret.meter import Meter
from analyzer.interpret.recorder import Recorder
from analyzer.interpret.replay import Replays
from analyzer.sources import syntax
from analyzer.values import MISSING, ClassValue, Instance, ModuleInstance, PyModule, Tensor, Unknown, Value

GIVEN_UP = frozenset({GapCode.RAISED, GapCode.SHAPE_MISMATCH})


class Activity:
    """The state that belongs to one model, and the places and gaps that are told from it."""

    def __init__(self) -> None:
        self._spans: dict[tuple[str, int, int], Span] = {}
        self.handled: list[ProgramError] = []
        """Exceptions whose handlers are running, for a bare ``raise``."""
        self.shared = Shared(())
        """What later models will meet too."""
        self.loading: list[str] = []
        """The modules whose bodies are being run, each for the first time something of it was asked for."""
        self.undo = Undo()
        """What later models would meet as the program has left it."""
        self.tainted = False
        """Whether it can not be put back."""
        self.suspended: dict[Generator, None] = {}
        """Generators that have begun and not ended."""

    def reset(self) -> None:
        """Begin anew."""
        self.recorder = Recorder()
        self.gaps: dict[tuple[str, str, Span], Gap] = {}
        self.frames: list[Frame] = []
        self.handled.clear()
        self.made: list[ModuleInstance] = []
        """Modules in order of construction."""
        self.choices: list[Choice] = []
        self.watched: dict[int, str] = {}
        """Configuration objects by identity, with the prefix of their fields' dotted names."""
        self.reads: dict[tuple[str, Span], FieldRead] = {}
        self.written: dict[tuple[int, str], Span] | None = None
        """Where attributes of objects were last assigned, while that is of interest."""
        self.guards = 0
        """How many ``try`` blocks with handlers are being run."""
        self.refuses = False
        """Whether the traced call is given up at the first thing that does not fit."""
        self.raising: dict[Instance, tuple[Frame, ...]] = {}
        """The functions that were running when an exception was raised first, while calls are given up."""
        self.recovers = False
        """Whether operations are followed whose sizes do not agree: no inputs were found with which they do."""
        self.refused: Refused | None = None
        self.compared: Refused | None = None
        """The last comparison, while calls are given up."""
        self.unset: dict[tuple[int, str, ClassValue | None], Unset] = {}
        """Attributes that were read and had no value, the last one last."""
        self.lenient = False
        """Whether a module whose constructor raises stays as far as it was built, with a gap."""
        self.meter = Meter()
        self._identities: dict[int, tuple[int, Value]] = {}
        """Numbers of objects by their address, with the object, so that no other one gets it."""
        self.replays = Replays(self.recorder)
        self.changes = 0
        """How often the program changed an object, class or module that is no ``nn.Module`` instance."""
        self.looked_up: dict[tuple[Instance, str], tuple[int, Value]] = {}
        """What attribute lookups that the program defines gave, and the number of changes then."""

    def abandon_generators(self) -> None:
        """End those that nobody asked to the end."""
        for generator in list(self.suspended):
            generator.abandon()

    def release_modules(self) -> None:
        """Empty the modules of a finished model: they refer to themselves, and so would hold its graph for long."""
        for module in self.made:
            for members in (module.attributes, module.parameters, module.buffers, module.modules):
                members.clear()

    def step(self) -> None:
        """Count one statement; the budget ends a run-away program."""
        if spent := self.meter.step():
            self.exhausted(spent)

    def charge(self, work: int, held: int = 0) -> None:
        """Count what Python is about to do in one go: ``work`` elements walked through, ``held`` bytes taken.

        Raises:
            BudgetExceeded: it is more than a model may cost.
        """
        if spent := self.meter.charge(work, held):
            self.exhausted(spent)

    def exhausted(self, spent: str) -> NoReturn:
        """End the model: what it may cost is spent."""
        begun = (frame for frame in reversed(self.frames) if frame.node is not None and not frame.module.external)
        raise BudgetExceeded(spent, self.place(next(begun, None)))

    def no_value(self, reason: str, code: GapCode = GapCode.BUDGET) -> NoReturn:
        """Make no value: it would take too much, or is not described. Where a native or an operator was to make it, its
        result is unknown, with a gap."""
        raise NoValue(reason, self.span(), code)

    def identity(self, value: Value) -> int:
        """``id(value)``: objects are numbered as they are asked for, so that the number is the same in every run."""
        return self._identities.setdefault(id(value), (len(self._identities) + 1, value))[0] << 4

    def written_into(self, value: Value) -> None:
        """Take note that a container or object is about to be changed."""
        if value in self.shared and (self.loading or not self.undo.keep(value)):
            self.tainted = True

    def entered(self, table: Value, keys: Iterable[Value]) -> None:
        """Take note that a dictionary is about to be written into under ``keys``.

        A module that is being loaded may add what nobody finds under other names: that is how things are registered.
        """
        adds = self.loading and table not in self.undo
        if not (adds and all(key not in table or key == self.loading[-1] for key in keys)):
            self.written_into(table)

    def progress(self) -> tuple[int, ...]:
        """Numbers of which at least one grows whenever the program does more than look."""
        return self.changes, len(self.recorder.ops), len(self.gaps), len(self.choices), len(self.made)

    def changed(self, value: Value, name: str = "") -> None:
        """Take note that the program changed an object (its attribute ``name``): what was concluded from its state may
        hold no longer."""
        adds = bool(self.loading and name) and type(value) is Instance and name not in value.attributes
        adds = adds and value not in self.undo
        if not adds or value.cls.find(name) is not MISSING:
            self.written_into(value)
        if not isinstance(value, ModuleInstance):
            self.changes += 1
        if self.recorder.phase is Phase.FORWARD:
            self.replays.changed(value)

    def frame(self) -> Frame | None:
        return self.frames[-1] if self.frames else None

    def read_unset(self, holder: Instance, name: str) -> None:
        """Take note that an attribute was read that has no value."""
        receiver = self.frames[-1].receiver if self.frames else None
        reader = receiver.cls if isinstance(receiver, ModuleInstance) else None
        key = (id(holder), name, reader)
        self.unset.pop(key, None)
        self.unset[key] = Unset(holder, name, reader)

    def tree_frame(self) -> Frame | None:
        """The innermost frame of code that belongs to the analysed tree, else the innermost of all."""
        for frame in reversed(self.frames):
            if not frame.module.external:
                return frame
        return self.frames[-1] if self.frames else None

    def place(self, frame: Frame | None) -> Span:
        """Where ``frame`` is."""
        if frame is None or frame.node is None or frame.module.file is None:
            return NOWHERE
        start, end = extent(frame.node)
        return self.span_of(frame.module, start, end)

    def span_of(self, module: PyModule, start: int, end: int) -> Span:
        if module.file is None:
            return NOWHERE
        key = (module.name, start, end)
        span = self._spans.get(key)
        if span is None:
            span = self._spans[key] = module.file.span(start, end)
        return span

    def span(self) -> Span:
        return self.place(self.tree_frame())

    def stack(self) -> tuple[Span, ...]:
        """Where the calls around the current place were made, outermost first."""
        return self._calls(len(self.frames) - 1)

    def _calls(self, depth: int) -> tuple[Span, ...]:
        """Places of the tree's frames below number ``depth``: they stand still until that frame is left."""
        if depth <= 0:
            return ()
        frame = self.frames[depth]
        if frame.callers is None:
            below = self.frames[depth - 1]
            around = self._calls(depth - 1)
            frame.callers = around if below.module.external else (*around, self.place(below))
        return frame.callers

    def make_gap(self, code: GapCode, construct: str, explanation: str = "", span: Span | None = None) -> Gap:
        """Record a gap at the current place (or ``span``), once a place."""
        if self.refuses and code in GIVEN_UP:
            place = self.span() if span is None else span
            raise Abandoned(code, explanation, self.refused, place, tuple(self.frames))
        span = self.span() if span is None else span
        gap = self.gaps.get((code, construct, span))
        if gap is None:
            gap = self.gaps[(code, construct, span)] = Gap(code, construct, span, explanation)
        return gap

    def given_up(self, error: ProgramError) -> None:
        """Give the traced call up at an exception of the program, while calls are."""
        if self.refuses:
            frames = self.raising.get(error.value, ())
            raise Abandoned(GapCode.RAISED, error.text, self.refused, error.span, frames)

    def note(self, gap: Gap) -> None:
        """Count a gap that was found elsewhere (while a module was loaded) where its value is used."""
        if gap.code is not GapCode.DATA_DEPENDENT:
            self.gaps.setdefault((gap.code, gap.construct, gap.span), gap)

    def data_dependent(self, construct: str) -> Gap:
        """The reason of a value that only the numbers in a tensor decide; not counted, as nothing was misunderstood."""
        return Gap(GapCode.DATA_DEPENDENT, construct, self.span(), "the value depends on the data of a tensor")

    def unknown(self, code: GapCode, construct: str, explanation: str = "", sources: Sequence[Tensor] = ()) -> Unknown:
        return Unknown(self.make_gap(code, construct, explanation), tuple(sources))


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
