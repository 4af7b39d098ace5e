"""Conditions that the analysis can not decide: both sides run, and what they bind is joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.base import GapCode
from analyzer.interpret.frames import Frame, Outcome, ProgramError, Returned
from analyzer.sources import syntax
from analyzer.values import MISSING, Tensor, Unknown, Value

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine


def execute_both(
    machine: Machine, body: Sequence[syntax.Statement], otherwise: Sequence[syntax.Statement], frame: Frame
) -> Outcome:
    """Run both branches from the same local names and join the names afterwards.

    A branch that raises is a guard: the other one is what happens. A branch that returns leaves an alternative result.
    """
    before = dict(frame.locals)
    first = _branch(machine, body, frame)
    after_first = frame.locals
    frame.locals = before if first is _RAISED else dict(before)
    second = _branch(machine, otherwise, frame)
    if second is _RAISED:
        frame.locals = after_first
        if first is _RAISED:
            machine.throw("RuntimeError", "both branches of an undecided condition raise")
        return first  # type: ignore[return-value]
    if first is _RAISED:
        return second  # type: ignore[return-value]
    if isinstance(first, Returned) and isinstance(second, Returned):
        return Returned(join_all(machine, [first.value, second.value]))
    if isinstance(first, Returned):
        frame.alternatives.append(first.value)
        return second  # type: ignore[return-value]
    if isinstance(second, Returned):
        frame.alternatives.append(second.value)
        frame.locals = after_first
        return first  # type: ignore[return-value]
    frame.locals = _joined_names(machine, after_first, frame.locals)
    return first or second  # type: ignore[return-value]


_RAISED = object()


def _branch(machine: Machine, body: Sequence[syntax.Statement], frame: Frame) -> object:
    depth = len(machine.frames)
    machine.guards += 1
    try:
        return machine.execute(body, frame)
    except ProgramError:
        del machine.frames[depth:]
        return _RAISED
    finally:
        machine.guards -= 1


def _joined_names(machine: Machine, first: dict[str, Value], second: dict[str, Value]) -> dict[str, Value]:
    joined = dict(first)
    for name, value in second.items():
        other = first.get(name, MISSING)
        if other is not value:
            joined[name] = value if other is MISSING else join(machine, other, value)
    return joined


def join_all(machine: Machine, values: Sequence[Value]) -> Value:
    """One value for several alternatives; an early ``return None`` gives way to a result."""
    result = values[0]
    for value in values[1:]:
        if value is None or result is None:
            result = result if value is None else value
        elif value is not result:
            result = join(machine, result, value)
    return result


def join(machine: Machine, first: Value, second: Value) -> Value:
    """Either of two values: the same, a JOIN of tensors, containers joined by element, else unknown."""
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        return machine.emit_join(first, second)
    if isinstance(first, tuple | list) and type(first) is type(second) and len(first) == len(second):
        return type(first)(join(machine, one, other) for one, other in zip(first, second, strict=True))
    if isinstance(first, Unknown) and isinstance(second, Tensor):
        return second
    if isinstance(second, Unknown) and isinstance(first, Tensor):
        return first
    if first is second or (isinstance(first, int | float | str) and type(first) is type(second) and first == second):
        return first
    sources = tuple(value for value in (first, second) if isinstance(value, Tensor))
    return machine.unknown(GapCode.DATA_DEPENDENT, "branch", "which branch runs depends on data", sources)
