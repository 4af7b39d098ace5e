"""The analysed call: made with the likeliest arguments first, with others where the program refuses them.

A processor's conventions do not say everything: how many axes a waveform has, how wide the features are. When the
program raises or an operation does not take the shapes, the call is given up and made again, with what was learned at
the place where it stopped, with the shapes of the documentation, with further inputs. If nothing runs, the arguments
that got furthest are kept, and the gaps of that call say what did not fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from analyzer.base import GapCode
from analyzer.graph import Dtype, ExtraInputs, Phase
from analyzer.interpret.inputs import InputPlan, InputSpec, Planner, heeding, improved, make_inputs
from analyzer.interpret.inputs.checkpoint import CallCheckpoint
from analyzer.interpret.inputs.making import AxisNames, InputNaming
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.exceptions import Abandoned, ProgramError
from analyzer.values import MISSING, Instance, ModuleInstance, Value

MOST_TRIALS = 12
"""Trials that get no further than an earlier one after which no more are made."""
MOST_OPERATIONS = 60_000
"""Operations in all trials together after which no more are made."""


@dataclass(frozen=True, slots=True)
class TracedCall:
    """How a call is made whatever its inputs are: floating ones in ``dtype`` (None for their own), ``arguments``, masks
    that say that something is ``padded``, sizes that print by the names of their axes."""

    machine: Interpreter
    model: ModuleInstance
    config: Instance | None
    dtype: Dtype | None
    arguments: Mapping[str, object]
    padded: bool = False
    axis_names: AxisNames | None = None

    def run(self, plan: InputPlan, *, learning: bool = False) -> Value:
        """What ``forward`` returns; with ``learning`` sizes of inputs carry the place that they are from."""
        self.machine.trace.phase = Phase.FORWARD
        self.machine.settings["default_dtype"] = Dtype.FLOAT32
        naming = InputNaming(self.axis_names, learning=learning)
        tensors = make_inputs(self.machine, self._cast(plan.tensors), self.config, naming, self.padded)
        return self.machine.call_module(self.model, (), {**tensors, **plan.constants, **self.arguments})

    def _cast(self, specs: Mapping[str, InputSpec]) -> dict[str, InputSpec]:
        if self.dtype is None:
            return dict(specs)
        return {name: (self.dtype if dtype.is_floating else dtype, shape) for name, (dtype, shape) in specs.items()}


def callable_parts(call: TracedCall) -> Iterator[tuple[str, TracedCall]]:
    """The calls that stand for a class without a forward call of its own: those of the models that it is made of.

    A part is a model if it has a configuration of its own.
    """
    for name, part in call.model.modules.items():
        config = None if part is None else part.attributes.get("config")
        if part is not None and isinstance(config, Instance) and config is not call.config:
            yield name, replace(call, model=part, config=config)


class Trials:
    """Calls that end at the first thing that does not fit, until one runs to its end."""

    def __init__(self, call: TracedCall) -> None:
        self._call = call
        self._planner = Planner(call.machine, call.model, call.config)
        self._start = CallCheckpoint(call.machine, call.model)
        self._recorded = 0
        self._searched = False
        self._result: Value = MISSING
        self.refusal: Abandoned | None = None
        """Why the last call was given up, None if it ran."""
        self.first_refusal: Abandoned | None = None
        """Why the first one was."""
        self.defined = self._planner.defined()
        self.takes_nothing = self._planner.takes_nothing()
        self.plan = self._planner.first()
        """The arguments of the call that counts."""

    def start(self) -> None:
        """Make the call with the likeliest arguments."""
        self._result = self._attempt(self.plan)
        self.first_refusal = self.refusal

    def search(self) -> None:
        """Find other arguments where those were refused."""
        if self.refusal is not None and not self._searched:
            self._searched = True
            self.plan, self.refusal = self._search(self.plan)
            self._start.restore()
            self._result = MISSING

    def extended_plans(self) -> dict[ExtraInputs, InputPlan]:
        """The arguments of the call with each kind of extra inputs that it takes."""
        found = {extra: self._planner.extended(self.plan, extra) for extra in ExtraInputs}
        return {extra: plan for extra, plan in found.items() if plan is not None}

    def run(self) -> Value:
        """The result of the call. Raises the program's exception where nothing helps against it."""
        if self._result is not MISSING:
            return self._result
        with self._call.machine.trial.adjusting(self.refusal is not None):
            return self._call.run(self.plan)

    def _attempt(self, plan: InputPlan, *, learning: bool = False) -> Value:
        """What the call returns, None if it is given up."""
        machine = self._call.machine
        before = len(machine.trace.ops)
        self.refusal = None
        with machine.trial.strictly():
            try:
                return self._call.run(plan, learning=learning)
            except Abandoned as abandoned:
                self.refusal = abandoned
            except ProgramError as error:
                frames = machine.trial.raised_in.get(error.value, ())
                self.refusal = Abandoned(GapCode.RAISED, error.text, machine.trial.mismatch, error.span, frames)
            finally:
                self._recorded += len(machine.trace.ops) - before
        return None

    def _search(self, first: InputPlan) -> tuple[InputPlan, Abandoned | None]:
        """The first arguments that the program takes, else those with which it ran longest and why it stopped."""
        pending, tried = [first], set[object]()
        best, furthest, vain = (first, self.refusal), -1, 0
        while pending and vain < MOST_TRIALS and self._recorded < MOST_OPERATIONS:
            plan = pending.pop(0)
            if plan.key in tried:
                continue
            tried.add(plan.key)
            self._start.restore()
            before = self._recorded
            self._attempt(plan, learning=True)
            if self.refusal is None:
                return plan, None
            reached = self._recorded - before
            if reached > furthest:
                best, furthest = (plan, self.refusal), reached
            else:
                vain += 1
            pending[:0] = self._learned(plan, self.refusal)
            if plan is first:
                pending += self._planner.others(self.refusal.message)
        return best

    def _learned(self, plan: InputPlan, refusal: Abandoned) -> list[InputPlan]:
        """``plan`` without what was refused, the likeliest change first."""
        learned = improved(plan, refusal.mismatch, self._planner)
        text = f"{refusal.message} {self._call.machine.program.lines(refusal.span)}"
        absent = refusal.code is GapCode.RAISED or "NoneType" in refusal.message
        words = frozenset(re.findall(r"\w+", text))
        advised = (
            [*self._planner.with_one_of(plan, self._planner.blamed_arguments(refusal.frames), words)] if absent else []
        )
        advised += heeding(plan, refusal.message) if refusal.code is GapCode.RAISED else []
        return advised if learned is None else [learned, *advised]
