"""What one build knows so far; whatever happens next, it ends in the result."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.base import Gap, GapCode, Span
from analyzer.graph import (
    CallInputs,
    ConfigField,
    ConfigIssue,
    Dtype,
    ExtraInputs,
    Initial,
    NextStep,
    Operand,
    PublishedTensor,
)
from analyzer.interpret.building.request import Request
from analyzer.interpret.config.assumptions import AssumedConfiguration
from analyzer.interpret.interface import Interpreter
from analyzer.library.inputs import InputSpec
from analyzer.values import Instance, ModuleInstance

LARGE = 10_000
"""A field this large is named when a model exceeds its budget: no model has as many layers or experts."""


class Progress:
    """The request, the interpreter, and the results of the steps that have run."""

    def __init__(self, machine: Interpreter, request: Request, given: Mapping[str, object]) -> None:
        self.machine = machine
        self.request = request
        self.given = given
        """The fields of the configuration that the user gave, nested ones as dictionaries."""
        self.config: Instance | None = None
        self.sizes: Instance | None = None
        """What the sizes of inputs may be read from: the configuration, or the constructor's arguments."""
        self.fields: dict[str, ConfigField] = {}
        self.issues: tuple[ConfigIssue, ...] = ()
        self.assuming: AssumedConfiguration | None = None
        self.dtype: Dtype | None = None
        """The element type of weights and of floating inputs, None for the code's own."""
        self.model: ModuleInstance | None = None
        self.unbuilt: tuple[Gap, ...] = ()
        self.specs: Mapping[str, InputSpec] = {}
        self.constants: Mapping[str, bool | int | float | str] = {}
        self.extended_calls: Mapping[ExtraInputs, CallInputs] = {}
        self.results: list[Operand] = []
        self.kept: tuple[Operand, ...] = ()
        self.initial: tuple[Initial, ...] = ()
        self.published: tuple[PublishedTensor, ...] | None = None
        self.next_step: NextStep | None = None
        self.failure = ""
        self.ended: Gap | None = None
        """What ended a step early; the last one if there were several."""

    def stop(self, code: GapCode, construct: str, explanation: str, span: Span | None = None) -> None:
        """A step ended early: a gap, and a failure where there is no model yet."""
        # A module that was being loaded may be left half done.
        isolation = self.machine.isolation
        isolation.tainted = isolation.tainted or code is not GapCode.RAISED
        if code is GapCode.BUDGET and (large := self._large_fields()):
            explanation += f"; the configuration was given {', '.join(large)}"
        gap = self.ended = self.machine.make_gap(code, construct, explanation, span)
        if self.model is None:
            self.failure = f"{construct}: {explanation} ({gap.span})"
        self.machine.stack.frames.clear()

    def _large_fields(self) -> list[str]:
        """Given fields that are so large that they may be why the model exceeds its budget."""
        large = [(name, number) for name, number in _numbers(self.given) if abs(number) >= LARGE]
        return [f"{name} = {number:,}" for name, number in sorted(large, key=lambda field: -abs(field[1]))[:3]]


def _numbers(given: Mapping[str, object], prefix: str = "") -> list[tuple[str, int]]:
    """The whole numbers among given fields, by dotted name."""
    found: list[tuple[str, int]] = []
    for name, value in given.items():
        if isinstance(value, dict):
            found += _numbers(value, f"{prefix}{name}.")
        elif isinstance(value, int):
            found.append((prefix + name, value))
    return found
