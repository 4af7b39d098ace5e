"""Python's operators and functions on tensors, in the framework's own naming."""

from __future__ import annotations

from analyzer.library.context import NativeContext
from analyzer.values import Value


def operate(machine: NativeContext, operator: str, *operands: Value) -> Value:
    """Record what a Python operator or function does with tensors: ``len``, ``abs``, ``item``."""
    return machine.emit(machine.platform.operations.operators.target(operator), operands)
