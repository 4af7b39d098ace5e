"""The third step: the model is called, with inputs that are found by trying where no convention says what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analyzer.base import GapCode
from analyzer.graph import CallInputs, Dtype
from analyzer.interpret.building.construct import construct
from analyzer.interpret.building.next_step import next_step
from analyzer.interpret.building.progress import Progress
from analyzer.interpret.config import scale_factors
from analyzer.interpret.construction import module_tree
from analyzer.interpret.inputs import InputPlan
from analyzer.interpret.inputs.trials import TracedCall, Trials, callable_parts
from analyzer.interpret.recording import results
from analyzer.interpret.runtime.exceptions import Abandoned, ProgramError
from analyzer.values import ModuleInstance, Value


def trace(progress: Progress) -> None:
    """Call the model, and take note of what the call returns."""
    request, model = progress.request, progress.model
    if model is None:
        return
    config = progress.config or progress.sizes
    dtype = progress.dtype
    call = TracedCall(progress.machine, model, config, dtype, request.arguments, request.padded, request.axis_names)
    if request.inputs is not None:
        given = {name: (Dtype(kind), tuple(shape)) for name, (kind, shape) in request.inputs.items()}
        progress.specs = given
        output = call.run(InputPlan(given))
    else:
        output = _try(progress, call)
    progress.results = list(results.results(output))
    progress.kept = tuple(results.kept(output))
    if request.generating is not None:
        progress.next_step = next_step(call, progress.specs, request.generating, output)


def _try(progress: Progress, call: TracedCall) -> Value:
    trials, machine = Trials(call), progress.machine
    if not trials.defined and (found := dict(callable_parts(call))):
        return _try_parts(progress, found)
    if not trials.plan.tensors and not trials.takes_nothing:
        machine.make_gap(GapCode.NO_INPUTS, machine.platform.call, "no input of the forward call is known")
        return None
    trials.start()
    if trials.refusal is not None and not scale_factors.ratios(trials.refusal.mismatch):
        trials.search()
    while trials.refusal is not None and (model := _rebuilt(progress, trials.first_refusal)) is not None:
        trials = Trials(replace(call, model=model, config=progress.config or progress.sizes))
        trials.start()
        trials.search()
    trials.search()
    try:
        return trials.run()
    finally:
        progress.specs, progress.constants = trials.plan.tensors, trials.plan.scalars
        more = trials.extended_plans()
        progress.extended_calls = {kind: CallInputs(plan.tensors, plan.constants) for kind, plan in more.items()}


def _try_parts(progress: Progress, calls: Mapping[str, TracedCall]) -> Value:
    """What the parts of a model return that has no call of its own, by the name of the part."""
    returned: dict[str, Value] = {}
    for name, part in calls.items():
        trials = Trials(part)
        trials.start()
        trials.search()
        progress.specs = {**progress.specs, **{f"{name}.{key}": spec for key, spec in trials.plan.tensors.items()}}
        try:
            returned[name] = trials.run()
        except ProgramError as error:
            progress.stop(GapCode.RAISED, error.name, error.text, error.span)
    return returned


def _rebuilt(progress: Progress, refusal: Abandoned | None) -> ModuleInstance | None:
    """The model with other assumptions and equal parameters, for its call to run; None if nothing is to assume."""
    assuming, model = progress.assuming, progress.model
    if refusal is None or progress.request.has_whole_config or assuming is None or model is None:
        return None
    parameters = module_tree.parameters_of(model)
    while assuming.heed(refusal):
        construct(progress)
        if progress.model is not None and module_tree.parameters_of(progress.model) == parameters:
            return progress.model
        assuming.reject()
    return None
