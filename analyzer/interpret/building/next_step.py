"""The call that follows: one more token in each row, with what the first call has kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from analyzer.base import UNDERSTOOD
from analyzer.graph import CallSizes, ExtraInputs, NextStep
from analyzer.interpret.inputs import InputPlan, Planner
from analyzer.interpret.inputs.trials import TracedCall
from analyzer.interpret.memo.call_memo import CallMemo
from analyzer.interpret.recording.results import fields, kept
from analyzer.interpret.runtime.exceptions import BudgetExceeded, ProgramError
from analyzer.library.inputs import InputConventions, InputSpec
from analyzer.values import Tensor, Value

NOT_GENERATING = "the call takes no tokens one by one"
NOTHING_KEPT = "the call returns nothing that a next one could go on from"


def next_step(call: TracedCall, first: Mapping[str, InputSpec], sizes: CallSizes, output: Value) -> NextStep:
    """The operations of the call that follows one with the inputs ``first`` that returned ``output``.

    They leave no trace in what is recorded of the first call.
    """
    conventions = call.machine.platform.inputs
    inputs = _one_more(first, sizes, conventions)
    if not inputs:
        return NextStep(reason=NOT_GENERATING)
    try:
        carried = dict(_carried(call, output, conventions))
    except ProgramError as error:
        return NextStep(reason=f"{error.name}: {error.text} ({error.span})")
    if not any(True for value in carried.values() for _ in kept({"": value})):
        return NextStep(reason=NOTHING_KEPT)
    rows = {(name, 0): "batch" for name in inputs}
    return _followed(replace(call, axis_names=rows), InputPlan(inputs, carried))


def _one_more(first: Mapping[str, InputSpec], sizes: CallSizes, conventions: InputConventions) -> dict[str, InputSpec]:
    """The inputs of the next call: one token, and masks that cover it too."""
    name = next((name for name in conventions.generated if name in first), None)
    if name is None:
        return {}
    found: dict[str, InputSpec] = {name: (first[name][0], (sizes.batch, 1))}
    masks = [mask for mask in conventions.extra_inputs.get(ExtraInputs.MASKS, ()) if mask in first]
    found.update((mask, (first[mask][0], (sizes.batch, sizes.context + 1))) for mask in masks)
    return found


def _carried(call: TracedCall, output: Value, conventions: InputConventions) -> Iterator[tuple[str, Value]]:
    """Arguments of the next call that are results of the first: what keeps something, and what is handed on."""
    planner = Planner(call.machine, call.model, call.config)
    for name, value in fields(output):
        form = conventions.handed_on.get(name)
        if form is not None and planner.takes(form.argument):
            kind = call.machine.import_name(*form.kind)
            yield form.argument, call.machine.call(kind, (), {form.field: value})
        elif planner.takes(name) and not isinstance(value, Tensor):
            yield name, value


def _followed(call: TracedCall, plan: InputPlan) -> NextStep:
    machine = call.machine
    mark, known = machine.trace.mark(), set(machine.trace.gaps)
    reason = ""
    try:
        call.run(plan)
    except ProgramError as error:
        reason = f"{error.name}: {error.text} ({error.span})"
    except BudgetExceeded as error:
        reason = str(error)
    except RecursionError:
        reason = "calls or expressions nest too deeply"
    new = [gap for key, gap in machine.trace.gaps.items() if key not in known and gap.code not in UNDERSTOOD]
    if new and not reason:
        reason = f"{new[0].explanation} ({new[0].span})"
    ops = tuple(machine.trace.ops[mark.ops :])
    machine.stack.abandon_generators()
    machine.stack.clear()
    machine.trace.back_to(mark)
    machine.call_memo = CallMemo(machine.trace)
    return NextStep(ops, dict(plan.tensors), reason)
