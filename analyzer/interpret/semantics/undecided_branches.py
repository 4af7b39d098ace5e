"""Conditions that the analysis cannot decide: both sides run, and what they bind is joined."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from analyzer.base import GapCode
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.recording.emission import emit_join
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.interpret.runtime.frames import Completion, Frame, Returned
from analyzer.sources import syntax
from analyzer.values import MISSING, Tensor, Unknown, Value


class _Raised(Enum):
    """How a branch ended that raised an exception."""

    RAISED = "raised"


def execute_both(
    machine: Interpreter,
    test: Value,
    body: Sequence[syntax.Statement],
    otherwise: Sequence[syntax.Statement],
    frame: Frame,
) -> Completion:
    """Run both branches from the same local names and join the names afterwards.

    A branch that raises is a guard: the other one is what happens. A branch that returns leaves an alternative result.
    """
    reason = machine.undecided(test, "branch")
    before = dict(frame.locals)
    first = _branch(machine, body, frame)
    after_first = frame.locals
    frame.locals = before if first is _Raised.RAISED else dict(before)
    second = _branch(machine, otherwise, frame)
    if second is _Raised.RAISED:
        frame.locals = after_first
        if first is _Raised.RAISED:
            machine.throw("RuntimeError", "both branches of an undecided condition raise")
        return first
    if first is _Raised.RAISED:
        return second
    if isinstance(first, Returned) and isinstance(second, Returned):
        return Returned(join_all(machine, [first.value, second.value], reason))
    if isinstance(first, Returned):
        frame.alternatives.append((first.value, reason))
        return second
    if isinstance(second, Returned):
        frame.alternatives.append((second.value, reason))
        frame.locals = after_first
        return first
    frame.locals = _joined_names(machine, after_first, frame.locals, reason)
    return first or second


def _branch(machine: Interpreter, body: Sequence[syntax.Statement], frame: Frame) -> Completion | _Raised:
    depth = len(machine.stack.frames)
    machine.stack.guards += 1
    try:
        return machine.execute(body, frame)
    except ProgramError:
        del machine.stack.frames[depth:]
        return _Raised.RAISED
    finally:
        machine.stack.guards -= 1


def _joined_names(
    machine: Interpreter, first: dict[str, Value], second: dict[str, Value], reason: Unknown
) -> dict[str, Value]:
    joined = dict(first)
    for name, value in second.items():
        other = first.get(name, MISSING)
        if other is not value:
            joined[name] = value if other is MISSING else join(machine, other, value, reason)
    return joined


def join_all(machine: Interpreter, values: Sequence[Value], reason: Unknown) -> Value:
    """One value for several alternatives."""
    result = values[0]
    for value in values[1:]:
        result = join(machine, result, value, reason)
    return result


def join_results(machine: Interpreter, alternatives: Sequence[tuple[Value, Unknown]], last: Value) -> Value:
    """What a function gives that may return early, under conditions that were not decided."""
    result = last
    for value, reason in reversed(alternatives):
        result = join(machine, value, result, reason)
    return result


def join(machine: Interpreter, first: Value, second: Value, reason: Unknown) -> Value:
    """Either of two values, which ``reason`` leaves open.

    The same; a JOIN of tensors, also of one that may be absent; containers joined by element; a value that depends on
    data where both are plain ones and the condition does. Everything else is unknown for the reason of the condition.
    """
    if first is second:
        return first
    match first, second:
        case (Tensor() | None, Tensor() | None):
            return emit_join(machine, first, second)
        case (tuple() | list(), tuple() | list()) if type(first) is type(second) and len(first) == len(second):
            pairs = zip(first, second, strict=True)
            return type(first)(join(machine, one, other, reason) for one, other in pairs)
        case (Tensor(), Unknown()):
            return first
        case (Unknown(), Tensor()):
            return second
    if isinstance(first, SCALARS) and isinstance(second, SCALARS):
        if type(first) is type(second) and first == second:
            return first
        if reason.gap.code is GapCode.DATA_DEPENDENT:
            return reason
    return _unjoined(machine, first, second, reason)


SCALARS = bool | int | float | str | None


def _unjoined(machine: Interpreter, first: Value, second: Value, reason: Unknown) -> Value:
    values = (*reason.sources, *(value for value in (first, second) if isinstance(value, Tensor)))
    if reason.gap.code is GapCode.DATA_DEPENDENT:
        return machine.unknown(GapCode.DATA_DEPENDENT, "branch", "which branch runs depends on data", values)
    machine.note(reason.gap)
    return Unknown(reason.gap, values)
