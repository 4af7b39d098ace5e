"""The steps of a build in order, and the result that is made of what they found."""

from __future__ import annotations

from collections.abc import Callable
from traceback import walk_tb

from analyzer.base import UNDERSTOOD, Gap, GapCode, Span
from analyzer.graph import BuiltModel, OpGraph, Status
from analyzer.interpret.building.call import trace
from analyzer.interpret.building.configure import configure
from analyzer.interpret.building.construct import construct
from analyzer.interpret.building.progress import Progress
from analyzer.interpret.building.request import Request
from analyzer.interpret.config import issues, usage
from analyzer.interpret.construction import initialisation, module_tree, precision, published
from analyzer.interpret.runtime.exceptions import BudgetExceeded, ProgramError
from analyzer.interpret.runtime.frames import Frame
from analyzer.interpret.semantics import decisions

BuildStep = Callable[[Progress], None]


def run_steps(progress: Progress) -> None:
    """Run the steps that the request asks for until one of them leaves no model to go on with."""
    for name, step in _steps(progress.request):
        try:
            step(progress)
        except ProgramError as error:
            progress.stop(GapCode.RAISED, error.name, error.text, error.span)
        except BudgetExceeded as error:
            progress.stop(GapCode.BUDGET, name, str(error), error.span)
        except MemoryError:
            progress.stop(GapCode.BUDGET, name, "the process may take no more memory")
        except RecursionError as error:
            progress.stop(GapCode.RECURSION, name, "calls or expressions nest too deeply", _place_of(progress, error))
        if progress.failure:
            break
    progress.assuming = None  # It refers to what is known so far, and so would hold the graph for long.


def _steps(request: Request) -> list[tuple[str, BuildStep]]:
    """The steps by the names that gaps call them by."""
    steps: list[tuple[str, BuildStep]] = [("configure", configure)]
    if request.entry.class_name:
        steps.append(("construct", construct))
        steps += [("publish", _publish)] if request.published else []
        steps += [("trace", trace)] if request.trace else []
        steps += [("initialise", _initialise)] if request.trace and request.initialise else []
    return steps


def _publish(progress: Progress) -> None:
    if progress.model is not None:
        progress.published = published.published(progress.machine, progress.model)


def _initialise(progress: Progress) -> None:
    if progress.model is not None:
        progress.initial = initialisation.initial(progress.machine, progress.model)


def _place_of(progress: Progress, error: RecursionError) -> Span | None:
    """Where the program was: the innermost of its frames on Python's own stack."""
    stack = (frame.f_locals.get("frame") for frame, _ in walk_tb(error.__traceback__))
    frames = [frame for frame in stack if isinstance(frame, Frame)]
    return progress.machine.stack.place(frames[-1]) if frames else None


def result(progress: Progress) -> BuiltModel:
    """The model as data, with everything that is known of it."""
    entry, model, machine = progress.request.entry, progress.model, progress.machine
    gaps = tuple(sorted(machine.trace.gaps.values(), key=lambda gap: (gap.span, gap.code, gap.construct)))
    status, noted = _status(progress, gaps), usage.usage(machine, progress.config, model)
    return BuiltModel(
        model_type=entry.model_type,
        class_name=entry.class_name,
        config_class=entry.config_class or "",
        path=entry.path,
        status=status,
        modules=module_tree.modules_of(model) if model is not None else (),
        parameters=module_tree.parameters_of(model) if model is not None else (),
        buffers=module_tree.buffers_of(model) if model is not None else (),
        tied=module_tree.tied_names(model) if model is not None else {},
        config=progress.fields,
        inputs=progress.specs,
        constants=progress.constants,
        graph=OpGraph(machine.trace.ops, progress.results),
        calls=tuple(machine.trace.calls),
        gaps=gaps,
        mappings=tuple(entry.mappings),
        other_classes=entry.others,
        config_issues=issues.without_read(progress.issues, {one.field for one in noted.reads}),
        decisions=decisions.decisions(machine),
        kept=progress.kept,
        initial=progress.initial,
        kept_in_float32=precision.kept_in_float32(machine, model) if model is not None else {},
        usage=noted,
        unbuilt=progress.unbuilt,
        extended_calls=progress.extended_calls,
        ended=progress.ended,
        published=progress.published,
        next_step=progress.next_step,
        failure=progress.failure if status is Status.FAILED else "",
    )


def _status(progress: Progress, gaps: tuple[Gap, ...]) -> Status:
    if progress.model is None and progress.request.entry.class_name:  # A configuration alone has no model.
        return Status.FAILED
    return Status.COMPLETE if all(gap.code in UNDERSTOOD for gap in gaps) else Status.PARTIAL
