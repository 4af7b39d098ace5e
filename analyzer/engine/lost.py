"""Results for models whose worker crashed or was too slow, or on which this program raised."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from msgspec import UNSET

from analyzer.base import GapCode
from analyzer.engine.examination import RULE_STEP, Attempt, failed_model, summarise
from analyzer.engine.task import ExcludedRule, ModelOutcome, Task
from analyzer.report import Problem
from analyzer.workers import Loss, LossKind

DIED: Final = "worker-died"
LATE: Final = "worker-timeout"
_CODES = {LossKind.DIED: DIED, LossKind.KILLED: DIED, LossKind.LATE: LATE, LossKind.RAISED: "internal"}


def lost_attempt(task: Task, loss: Loss) -> Attempt:
    """The failed model that ``loss`` made of ``task``."""
    entry = task.entry
    late = loss.kind is LossKind.LATE or loss.wants_memory
    model = failed_model(entry, GapCode.BUDGET if late else GapCode.INTERNAL, _what(loss))
    return Attempt(model, (_problem(loss, entry.path, entry.class_name),))


def lost_outcome(task: Task, loss: Loss) -> ModelOutcome:
    """The same as a report keeps it."""
    lost = lost_attempt(task, loss)
    return ModelOutcome(summarise(lost.model), problems=lost.problems)


def lost_problem(_task: Any, loss: Loss) -> Problem:
    """The problem alone."""
    return _problem(loss, "", "")


def without_rule(task: Task, loss: Loss) -> Task | None:
    """``task`` without the rule that crashed the worker or did not finish; None if no rule was running."""
    rule = loss.step.removeprefix(RULE_STEP)
    if rule == loss.step or loss.kind is LossKind.RAISED or rule in {one.rule for one in task.excluded}:
        return None
    reason = loss.reason if loss.kind is LossKind.LATE else f"it ended the worker process ({loss.reason})"
    return replace(task, excluded=(*task.excluded, ExcludedRule(rule, reason)))


def _problem(loss: Loss, path: str, name: str) -> Problem:
    text = f"{_what(loss)}{_way_out(loss)}"
    return Problem(
        path=path,
        line=0,
        code=_code(loss),
        message=f"{name}: {text}" if name else text,
        traceback=loss.traceback or UNSET,
    )


def _code(loss: Loss) -> str:
    return "model-failed" if isinstance(loss.error, MemoryError) else _CODES[loss.kind]


def _what(loss: Loss) -> str:
    at = f" while {loss.step}" if loss.step else ""
    match loss.kind:
        case LossKind.RAISED if isinstance(loss.error, MemoryError):
            return f"out of memory{at}"
        case LossKind.RAISED | LossKind.LATE:
            return f"{loss.reason}{at}"
        case _:
            return f"its worker process ended{at} ({loss.reason})"


def _way_out(loss: Loss) -> str:
    if loss.wants_memory:
        return "; fewer --jobs leave more memory for each"
    return "" if loss.kind is LossKind.RAISED else "; everything else is kept, please report it with the file"
