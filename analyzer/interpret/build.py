"""From a model's entry in the catalogue to the built and traced model."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from traceback import walk_tb
from typing import Any

from analyzer.base import UNDERSTOOD, Gap, GapCode, InputError, Span
from analyzer.graph import (
    BuiltModel,
    CallInputs,
    ConfigField,
    ConfigIssue,
    Dtype,
    Further,
    Initial,
    Operand,
    OpGraph,
    Status,
)
from analyzer.interpret import (
    arguments,
    config_issues,
    configuration,
    construction,
    decisions,
    factors,
    initialisation,
    inputs,
    precision,
    state,
    tracing,
    usage,
)
from analyzer.interpret.assuming import Assuming
from analyzer.interpret.frames import Abandoned, BudgetExceeded, Frame, ProgramError
from analyzer.interpret.machine import Machine
from analyzer.library.natives.modules import PATH_BYTES, walk
from analyzer.names import ModelEntry, Workspace
from analyzer.values import ClassValue, Instance, ModuleInstance, PyModule, Unknown, Value

RECURSION_LIMIT = 30_000
COLLECT_RARELY = (100_000, 20, 100)
COLLECT_AFTER = 100_000
LARGE = 10_000
"""Of a number that somebody gives as a field: more layers or experts than any model has."""
BUILDS_PER_MACHINE = 16
"""Loading the library's own modules anew costs about one build."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to build: a catalogue entry, a configuration for it, and how to call the model.

    ``config`` is a config.json as a dictionary; ``overrides`` sets single fields by dotted name. ``inputs`` fixes the
    tensor arguments of the traced call (element type, shape) and ``arguments`` constant ones. Without ``trace``
    only the module tree is built.
    """

    entry: ModelEntry
    config: Mapping[str, object] | None = None
    overrides: Mapping[str, object] = field(default_factory=dict)
    inputs: Mapping[str, tuple[str, tuple[int, ...]]] | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)
    trace: bool = True
    initialise: bool = True
    """Whether the program's initialisation is followed too."""
    padded: bool = False
    """Whether masks say that something is padding; they say that nothing is otherwise."""
    dtype: str | None = None
    """Element type of the weights and of floating inputs in the traced call, as after ``model.to(...)``.

    With ``bfloat16`` a cast to the type of the weights differs from a cast to float32.
    """


class Session:
    """Builds models of one workspace one after the other; loaded library modules are shared between them."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.machine = Machine(workspace)
        self._builds = 0
        self._recorded = 0
        """Operations recorded since the last collection."""

    def build(self, request: Request) -> BuiltModel:
        """Build and trace one model. Content that can not be analysed ends in the result's status and gaps.

        Raises:
            InputError: the request itself is wrong (a field inside a field that is no configuration).
        """
        try:
            return self.rebuild(request)
        finally:
            self._forget()

    def rebuild(self, request: Request) -> BuiltModel:
        """Build a variant of the model that was built last: ``build``, but loaded modules are always kept."""
        sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
        given = configuration.merge(request.config or {}, configuration.nested(request.overrides))
        self.machine.reset()
        if self._recorded > COLLECT_AFTER:
            # Closures can hold the graphs of earlier models in circles, which only the collector finds.
            gc.collect()
            self._recorded = 0
        run = _Run(self.machine, request, given)
        thresholds = gc.get_threshold()
        # What is made while a model is built mostly lives as long as the model: looking for garbage often is in vain.
        gc.set_threshold(*COLLECT_RARELY)
        try:
            return run.build()
        finally:
            self.machine.abandon_generators()
            self.machine.release_modules()
            gc.set_threshold(*thresholds)
            self._recorded += len(self.machine.recorder.ops)
            # What this model changed in the library or in its own modules is not there for the next one.
            self.machine.undo.restore()
            if self.machine.tainted:
                self.machine = Machine(self.workspace)

    def _forget(self) -> None:
        """Drop loaded modules from time to time, so that a long scan does not hold the whole tree."""
        self._builds += 1
        if self._builds % BUILDS_PER_MACHINE == 0:
            self.workspace.forget()
            self.machine = Machine(self.workspace)


def build(workspace: Workspace, request: Request) -> BuiltModel:
    """Build and trace one model; see ``Session.build``."""
    return Session(workspace).build(request)


def _numbers(given: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, int]]:
    """The whole numbers among given fields, by dotted name."""
    for name, value in given.items():
        if isinstance(value, dict):
            yield from _numbers(value, f"{prefix}{name}.")
        elif isinstance(value, int):
            yield prefix + name, value


class _Run:
    """One build, step by step; what is known so far ends in the result whatever happens next."""

    def __init__(self, machine: Machine, request: Request, given: Mapping[str, object]) -> None:
        self.machine = machine
        self.request = request
        self.given = given
        self.config: Instance | None = None
        self.sizes: Instance | None = None
        """What the sizes of inputs may be read from: the configuration, or the constructor's arguments."""
        self.fields: dict[str, ConfigField] = {}
        self.model: ModuleInstance | None = None
        self.unbuilt: tuple[Gap, ...] = ()
        self.specs: Mapping[str, Any] = {}
        self.constants: Mapping[str, bool | int | float | str] = {}
        self.further: Mapping[Further, CallInputs] = {}
        self.results: list[Operand] = []
        self.kept: tuple[Operand, ...] = ()
        self.initial: tuple[Initial, ...] = ()
        self.issues: tuple[ConfigIssue, ...] = ()
        self.failure = ""
        self.assuming: Assuming | None = None

    def build(self) -> BuiltModel:
        steps = [self._configure]
        if self.request.entry.class_name:
            steps += [self._construct, *([self._trace] if self.request.trace else [])]
            steps += [self._initialise] if self.request.trace and self.request.initialise else []
        for step in steps:
            try:
                step()
            except ProgramError as error:
                self._stop(GapCode.RAISED, error.name, error.text, error.span)
            except BudgetExceeded as error:
                self._stop(GapCode.BUDGET, step.__name__.strip("_"), str(error), error.span)
            except MemoryError:
                self._stop(GapCode.BUDGET, step.__name__.strip("_"), "the process may take no more memory")
            except RecursionError as error:
                place = self._place_of(error)
                self._stop(GapCode.RECURSION, step.__name__.strip("_"), "calls or expressions nest too deeply", place)
            if self.failure:
                break
        self.assuming = None  # It refers to this run, and so would hold the graph for long.
        return self._result()

    def _stop(self, code: GapCode, construct: str, explanation: str, span: Span | None = None) -> None:
        # A module that was being loaded may be left half done.
        self.machine.tainted = self.machine.tainted or code is not GapCode.RAISED
        if code is GapCode.BUDGET and (large := self._large_fields()):
            explanation += f"; the configuration was given {', '.join(large)}"
        gap = self.machine.make_gap(code, construct, explanation, span)
        if self.model is None:
            self.failure = f"{construct}: {explanation} ({gap.span})"
        self.machine.frames.clear()

    def _large_fields(self) -> list[str]:
        """Fields that somebody gave such a number that a model may not end because of it."""
        large = [(name, number) for name, number in _numbers(self.given) if abs(number) >= LARGE]
        return [f"{name} = {number:,}" for name, number in sorted(large, key=lambda field: -abs(field[1]))[:3]]

    def _place_of(self, error: RecursionError) -> Span | None:
        """Where the program was: the innermost of its frames on Python's own stack."""
        stack = (frame.f_locals.get("frame") for frame, _ in walk_tb(error.__traceback__))
        frames = [frame for frame in stack if isinstance(frame, Frame)]
        return self.machine.place(frames[-1]) if frames else None

    def _class(self, module: str, name: str) -> ClassValue:
        self.machine.frames.append(Frame(PyModule("", "", external=True), "<module>"))
        found = self.machine.import_name(module, name)
        self.machine.frames.clear()
        if isinstance(found, ClassValue):
            return found
        reason = found.gap.explanation if isinstance(found, Unknown) else "the name is not a class"
        raise self.machine.error("ImportError", f"{module}.{name}: {reason}")

    def _configure(self) -> None:
        entry = self.request.entry
        if not entry.config_class or not entry.config_module:
            return
        self.config = self._configuration({})
        self.issues = tuple(config_issues.issues(self.config, self.given))
        self.failure = "; ".join(issue.message for issue in self.issues if issue.fatal)
        configuration.trace_origins(self.config)
        usage.watch(self.machine, self.config)

    def _configuration(self, assumed: Mapping[str, object]) -> Instance:
        """The configuration with ``assumed`` fields where nothing is given, described."""
        entry, machine = self.request.entry, self.machine
        cls = self._class(entry.config_module or "", entry.config_class or "")
        machine.written = {}
        required = arguments.assumed(machine, cls, {**assumed, **self.given})
        config = configuration.make_config(machine, cls, {**required, **assumed, **self.given})
        overrides = configuration.nested(self.request.overrides)
        self.fields = configuration.describe(config, self.request.config or {}, overrides, machine.written)
        for name, found in self.fields.items():
            if name.partition(".")[0] in required:  # One that is assumed to be an object has fields of its own.
                self.fields[name] = replace(found, source="assumed")
        machine.written = None
        return config

    def _construct(self) -> None:
        entry = self.request.entry
        cls = self._class(entry.module, entry.class_name)
        with self._defaults():
            made = self._made(cls)
        if not isinstance(made, ModuleInstance):
            raise self.machine.error("TypeError", f"{entry.class_name} is not a torch module")
        for _ in walk(made, duplicates=True):  # A shared module is told once for each path to it.
            self.machine.charge(1, PATH_BYTES)
        self.model = made
        self.unbuilt = construction.unbuilt(self.machine, made)
        self.machine.recorder.paths = {module: path for path, module in walk(made)}
        if self.request.dtype is not None:
            keep = precision.kept_in_float32(self.machine, made, (precision.STRICT,))
            construction.cast_parameters(made, Dtype(self.request.dtype), keep)
        construction.record_members(self.machine, made)
        construction.leave_training(self.machine, made)

    @contextmanager
    def _defaults(self) -> Iterator[None]:
        """A model that is loaded in another precision is constructed with that as the type of new tensors."""
        if self.request.dtype is not None:
            self.machine.usual_dtype = Dtype(self.request.dtype)
            self.machine.settings["default_dtype"] = self.machine.usual_dtype
        try:
            yield
        finally:
            self.machine.usual_dtype = self.machine.settings["default_dtype"] = Dtype.FLOAT32

    def _made(self, cls: ClassValue) -> Value:
        if self.config is None:
            return self._from_arguments(cls)
        if self._strict or arguments.names_configuration(cls):
            return self._from_configuration(cls, self._strict)
        config, fields = self.config, self.fields
        # That the only data class of a file is the configuration was a guess, to be given up if that does not fit.
        for attempt in (partial(self._from_configuration, cls, True), partial(self._from_arguments, cls)):
            try:
                return attempt()
            except ProgramError:
                self.machine.reset()
                self.config, self.fields, self.assuming = config, fields, None
        return self._from_configuration(cls, strict=False)

    def _from_configuration(self, cls: ClassValue, strict: bool) -> Value:
        assuming = self.assuming = self.assuming or Assuming(self.machine, self.config, self._configuration)
        made = assuming.construct(cls, strict=strict)
        self.config = assuming.config
        for one in assuming.made:
            self.fields[one.name] = ConfigField(one.name, configuration.untraced(one.value), "assumed")
        return made

    def _from_arguments(self, cls: ClassValue) -> Value:
        """An object of a class that takes no configuration: its constructor's parameters are the fields."""
        self.issues = tuple(config_issues.unknown_arguments(cls, self.given))
        made, found = arguments.instantiate(self.machine, cls, self.given)
        self.fields = {field.name: field for field in arguments.described(found)}
        self.config, self.assuming, self.sizes = None, None, Instance(self.machine.classes["object"])
        self.sizes.attributes.update(arguments.traced_arguments(found))
        return made

    def _trace(self) -> None:
        machine, model = self.machine, self.model
        if model is None:
            return
        dtype = None if self.request.dtype is None else Dtype(self.request.dtype)
        request = self.request
        call = tracing.Call(machine, model, self.config or self.sizes, dtype, request.arguments, request.padded)
        if self.request.inputs is not None:
            given = {name: (Dtype(kind), tuple(shape)) for name, (kind, shape) in self.request.inputs.items()}
            self.specs = given
            output = call.run(inputs.Plan(given))
        else:
            output = self._try(call)
        self.results = list(state.results(output))
        self.kept = tuple(state.kept(output))

    def _initialise(self) -> None:
        if self.model is not None:
            self.initial = initialisation.initial(self.machine, self.model)

    def _try(self, call: tracing.Call) -> Value:
        trials = tracing.Trials(call)
        if not trials.defined and (found := dict(tracing.parts(call))):
            return self._try_parts(found)
        if not trials.plan.tensors and not trials.takes_nothing:
            self.machine.make_gap(GapCode.NO_INPUTS, "forward", "no input of the forward call is known")
            return None
        trials.start()
        if trials.refusal is not None and not factors.ratios(trials.refusal.refused):
            trials.search()
        while trials.refusal is not None and (model := self._rebuilt(trials.first_refusal)) is not None:
            trials = tracing.Trials(replace(call, model=model, config=self.config or self.sizes))
            trials.start()
            trials.search()
        trials.search()
        try:
            return trials.run()
        finally:
            self.specs, self.constants = trials.plan.tensors, trials.plan.scalars
            self.further = {kind: CallInputs(plan.tensors, plan.constants) for kind, plan in trials.further().items()}

    def _try_parts(self, parts: Mapping[str, tracing.Call]) -> Value:
        """What the parts of a model return that has no call of its own, by the name of the part."""
        results: dict[str, Value] = {}
        for name, part in parts.items():
            trials = tracing.Trials(part)
            trials.start()
            trials.search()
            self.specs = {**self.specs, **{f"{name}.{key}": spec for key, spec in trials.plan.tensors.items()}}
            try:
                results[name] = trials.run()
            except ProgramError as error:
                self._stop(GapCode.RAISED, error.name, error.text, error.span)
        return results

    def _rebuilt(self, refusal: Abandoned | None) -> ModuleInstance | None:
        """The model with other assumptions and equal parameters, for its call to run; None if nothing is to assume."""
        if refusal is None or self._strict or self.assuming is None or self.model is None:
            return None
        parameters = construction.parameters_of(self.model)
        while self.assuming.heed(refusal):
            self._construct()
            if construction.parameters_of(self.model) == parameters:
                return self.model
            self.assuming.reject()
        return None

    @property
    def _strict(self) -> bool:
        """Whether the configuration is given as a whole: nothing is assumed then."""
        return self.request.config is not None

    def _result(self) -> BuiltModel:
        entry, model, machine = self.request.entry, self.model, self.machine
        gaps: tuple[Gap, ...] = tuple(
            sorted(machine.gaps.values(), key=lambda gap: (gap.span, gap.code, gap.construct))
        )
        alone = not entry.class_name  # a configuration is all there is
        whole = all(gap.code in UNDERSTOOD for gap in gaps)
        status = Status.FAILED if model is None and not alone else Status.COMPLETE if whole else Status.PARTIAL
        return BuiltModel(
            model_type=entry.model_type,
            class_name=entry.class_name,
            config_class=entry.config_class or "",
            path=entry.path,
            status=status,
            modules=construction.modules_of(model) if model is not None else (),
            parameters=construction.parameters_of(model) if model is not None else (),
            buffers=construction.buffers_of(model) if model is not None else (),
            tied=construction.tied_names(model) if model is not None else {},
            config=self.fields,
            inputs=self.specs,
            constants=self.constants,
            graph=OpGraph(machine.recorder.ops, self.results),
            calls=tuple(machine.recorder.calls),
            gaps=gaps,
            mappings=tuple(entry.mappings),
            config_issues=self.issues,
            decisions=decisions.decisions(machine),
            kept=self.kept,
            initial=self.initial,
            kept_in_float32=precision.kept_in_float32(machine, model) if model is not None else {},
            usage=usage.usage(machine, self.config, model),
            unbuilt=self.unbuilt,
            further=self.further,
            failure=self.failure if status is Status.FAILED else "",
        )


__all__ = ["InputError", "Request", "Session", "build"]
