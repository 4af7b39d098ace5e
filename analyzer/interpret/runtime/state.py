"""The state of one interpretation: everything that a build changes and that the next one begins anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn

from analyzer.base import Gap, GapCode, Span
from analyzer.graph import Dtype
from analyzer.interpret.runtime.call_stack import CallStack
from analyzer.interpret.runtime.costs import Costs
from analyzer.interpret.runtime.exceptions import Abandoned, ProgramError
from analyzer.interpret.runtime.field_reads import FieldReads
from analyzer.interpret.runtime.frames import Frame
from analyzer.interpret.runtime.isolation import Isolation
from analyzer.interpret.runtime.meter import Meter
from analyzer.interpret.runtime.trace import Trace
from analyzer.interpret.runtime.trial import Trial
from analyzer.library.platform import Platform
from analyzer.values import ClassValue, Instance, ModuleInstance, Tensor, Unknown, Value

GIVEN_UP = frozenset({GapCode.RAISED, GapCode.SHAPE_MISMATCH})
"""Gaps at which a strict call ends."""


class PartialConstruction:
    """Constructors that end early."""

    def __init__(self) -> None:
        self.allowed = False
        """Whether a module whose constructor raises stays as far as it was built, with a gap."""
        self.gaps: list[Gap] = []
        """Why constructors of modules ended early."""


class InterpreterState(Costs):
    """The call stack, the trace, the trial and the costs of one model, and the gaps that follow from them."""

    def __init__(self, platform: Platform, classes: Mapping[str, ClassValue], shared: Iterable[Value]) -> None:
        self.platform = platform
        """The framework that the program is written with, and the libraries on it."""
        self.operators = platform.operations.operators
        self.classes = dict(classes)
        self.stack = CallStack()
        self.isolation = Isolation(shared)
        self.usual_dtype = Dtype.FLOAT32
        """The type of new floating tensors that a program starts with."""
        self.begin()

    def begin(self) -> None:
        """Begin a new model: everything recorded goes."""
        self.stack.clear()
        self.trace = Trace()
        self.trial = Trial()
        self.fields = FieldReads()
        self.partial = PartialConstruction()
        self.meter = Meter()
        self.settings: dict[str, Value] = {"default_dtype": self.usual_dtype}
        self.changes = 0
        """How often the program changed an object, class or module that is no ``nn.Module`` instance."""
        self._identities: dict[int, tuple[int, Value]] = {}
        """Numbers of objects by their address, with the object, so that no other one gets it."""

    @contextmanager
    def recording_in(self, trace: Trace) -> Iterator[None]:
        """Meanwhile everything is recorded in another trace."""
        usual, self.trace = self.trace, trace
        try:
            yield
        finally:
            self.trace = usual

    # --- objects ------------------------------------------------------------------------------------------------

    def identity(self, value: Value) -> int:
        """``id(value)``: objects are numbered as they are asked for, so that the number is the same in every run."""
        return self._identities.setdefault(id(value), (len(self._identities) + 1, value))[0] << 4

    def constructed(self, module: ModuleInstance) -> None:
        """Take note of a new module."""
        self.trace.made.append(module)

    def written_into(self, value: Value) -> None:
        """Take note that a container or object is about to be changed."""
        self.isolation.written_into(value)

    def entered(self, table: Value, keys: Iterable[Value]) -> None:
        """Take note that a dictionary is about to be written into under ``keys``."""
        self.isolation.entered(table, keys)

    def progress(self) -> tuple[int, ...]:
        """Counters: at least one of them grows whenever the program changes or records something."""
        trace = self.trace
        return self.changes, len(trace.ops), len(trace.gaps), len(trace.choices), len(trace.made)

    # --- places and gaps ----------------------------------------------------------------------------------------

    def frame(self) -> Frame | None:
        """The innermost frame."""
        return self.stack.frame()

    def span(self) -> Span:
        """The place in the analysed tree that is being executed."""
        return self.stack.span()

    def make_gap(self, code: GapCode, construct: str, explanation: str = "", span: Span | None = None) -> Gap:
        """Record a gap at the current place (or ``span``), once a place."""
        if self.trial.strict and code in GIVEN_UP:
            place = self.span() if span is None else span
            raise Abandoned(code, explanation, self.trial.mismatch, place, tuple(self.stack.frames))
        span = self.span() if span is None else span
        gap = self.trace.gaps.get((code, construct, span))
        if gap is None:
            gap = self.trace.gaps[(code, construct, span)] = Gap(code, construct, span, explanation)
        return gap

    def give_up(self, error: ProgramError) -> None:
        """Give a strict call up at an exception of the program."""
        if self.trial.strict:
            frames = self.trial.raised_in.get(error.value, ())
            raise Abandoned(GapCode.RAISED, error.text, self.trial.mismatch, error.span, frames)

    def note(self, gap: Gap) -> None:
        """Count a gap that was found elsewhere (while a module was loaded) where its value is used."""
        if gap.code is not GapCode.DATA_DEPENDENT:
            self.trace.gaps.setdefault((gap.code, gap.construct, gap.span), gap)

    def data_dependent(self, construct: str) -> Gap:
        """The reason of a value that only the numbers in a tensor decide; not counted, as nothing was misunderstood."""
        return Gap(GapCode.DATA_DEPENDENT, construct, self.span(), "the value depends on the data of a tensor")

    def unknown(self, code: GapCode, construct: str, explanation: str = "", sources: Sequence[Tensor] = ()) -> Unknown:
        """Record a gap and give the value that stands for it."""
        return Unknown(self.make_gap(code, construct, explanation), tuple(sources))

    def undecided(self, value: Value, construct: str) -> Unknown:
        """The unknown outcome of testing a value that depends on data."""
        if isinstance(value, Unknown):
            return value
        sources = (value,) if isinstance(value, Tensor) else ()
        return Unknown(self.data_dependent(construct), sources)

    def raised(self, value: Instance) -> ProgramError:
        """The program's exception ``value``, raised here."""
        if self.trial.strict:
            self.trial.raised_in.setdefault(value, tuple(self.stack.frames))
        return ProgramError(value, self.span())

    def error(self, name: str, message: str = "") -> ProgramError:
        """The program's exception of a built-in class."""
        value = Instance(self.classes.get(name) or self.classes["Exception"])
        value.attributes["args"] = (message,)
        if self.stack.handled:
            value.attributes["__context__"] = self.stack.handled[-1].value
        return self.raised(value)

    def throw(self, name: str, message: str = "") -> NoReturn:
        """Raise the program's built-in exception ``name``."""
        raise self.error(name, message)
