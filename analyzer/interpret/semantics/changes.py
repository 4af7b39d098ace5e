"""Changes of objects, and what was concluded from their state before."""

from __future__ import annotations

from analyzer.graph import Phase
from analyzer.interpret.interface import Interpreter
from analyzer.values import ModuleInstance, Value


def changed(machine: Interpreter, value: Value, name: str = "") -> None:
    """Take note that the program changed an object (its attribute ``name``): what was concluded from its state may hold
    no longer."""
    machine.isolation.changed(value, name)
    if not isinstance(value, ModuleInstance):
        machine.changes += 1
    if machine.trace.phase is Phase.FORWARD:
        machine.call_memo.changed(value)
