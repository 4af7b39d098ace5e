"""List comprehensions of plain arithmetic over long ranges: all elements at once.

Tables of positions are written as ``[position / base ** (2 * i / width) for i in range(width)]``, a million elements in
all. Python's own operators run over arrays of Python's numbers, so the elements are those of the loop; what they derive
from is not kept for each of so many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects.operators import BINARY, UNARY
from analyzer.interpret.runtime.frames import Frame
from analyzer.interpret.runtime.host_errors import HOST_ERRORS
from analyzer.library.natives.bounds import ELEMENT, LARGEST_VALUE
from analyzer.sources import syntax
from analyzer.values import Array, Native, Value, plain

LONG = 256
"""From this length on: shorter lists keep the origin of each element."""
MOST = LARGEST_VALUE // ELEMENT
"""Up to this length: longer ones are not made."""
_OPERATORS = frozenset({"+", "-", "*", "/", "//", "%", "**"})
_NUMPY = ("power", "sin", "cos", "tan", "exp", "sqrt", "log", "log2", "log10", "floor", "ceil", "abs")
_MATH = ("sin", "cos", "tan", "exp", "sqrt", "log", "log2", "log10", "floor", "ceil", "fabs", "pow")
Numbers: TypeAlias = int | float | Array
"""A number, or an array of Python's numbers with one for each value of the range."""
_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    **{f"numpy.{name}": getattr(np, name) for name in _NUMPY},
    **{f"math.{name}": np.frompyfunc(getattr(math, name), 2 if name == "pow" else 1, 1) for name in _MATH},
}


def elements(machine: Interpreter, node: syntax.Comprehension, values: Value, frame: Frame) -> list[Value] | None:
    """The elements of a list comprehension over ``values``, None where it is more than arithmetic over a long range."""
    match node:
        case syntax.Comprehension(
            kind="list", clauses=(syntax.Clause(target=syntax.Name(id=target), conditions=()),)
        ) if isinstance(values, range) and LONG <= len(values) <= MOST:
            machine.charge(len(values), len(values) * ELEMENT)
            try:
                found = _Arithmetic(machine, frame, target, values).value(node.element)
            except HOST_ERRORS:  # The loop raises it at the right element.
                return None
            return found.tolist() if isinstance(found, np.ndarray) and found.ndim else None
    return None


class _Arithmetic:
    """Evaluates an expression for all values of one name."""

    def __init__(self, machine: Interpreter, frame: Frame, target: str, values: range) -> None:
        self._machine = machine
        self._frame = frame
        self._target = target
        self._values = values

    def value(self, node: syntax.Expression) -> Numbers | None:
        """What the expression gives; None where it is anything else than arithmetic."""
        match node:
            case syntax.Literal(value=int() | float() as number):
                return number
            case syntax.Name(id=name):
                return np.array(self._values, dtype=object) if name == self._target else self._fixed(node)
            case syntax.Unary(operator="-" | "+" as symbol, operand=operand):
                one = self.value(operand)
                return None if one is None else _numbers(UNARY[symbol](one))
            case syntax.Binary(operator=symbol, left=left, right=right) if symbol in _OPERATORS:
                return self._binary(symbol, self.value(left), self.value(right))
            case syntax.Call(function=syntax.Attribute() | syntax.Name() as function, arguments=arguments):
                return self._call(function, arguments)
        return None

    def _fixed(self, node: syntax.Name) -> int | float | None:
        found = plain(self._machine.evaluate(node, self._frame))
        return found if type(found) is int or type(found) is float else None

    def _binary(self, symbol: str, left: Numbers | None, right: Numbers | None) -> Numbers | None:
        if left is None or right is None or (symbol == "**" and not (_real(left) or _real(right))):
            return None  # Powers of whole numbers grow without bound.
        self._machine.charge(len(self._values))
        return _numbers(BINARY[symbol](left, right))

    def _call(self, function: syntax.Expression, arguments: tuple[syntax.Argument, ...]) -> Array | None:
        callee = self._machine.evaluate(function, self._frame) if self._independent(function) else None
        if not isinstance(callee, Native) or callee.name not in _FUNCTIONS:
            return None
        if any(argument.name is not None or argument.stars for argument in arguments):
            return None
        self._machine.charge(len(self._values))
        apply = _FUNCTIONS[callee.name]
        values = [self.value(argument.value) for argument in arguments]
        if any(value is None for value in values):
            return None
        if callee.name.startswith("numpy."):
            values = [np.array(value.tolist()) if isinstance(value, np.ndarray) else value for value in values]
        return np.asarray(apply(*values)).astype(object)

    def _independent(self, node: syntax.Expression) -> bool:
        """Whether a dotted name does not start at the running one."""
        while isinstance(node, syntax.Attribute):
            node = node.value
        return isinstance(node, syntax.Name) and node.id != self._target


def _numbers(value: Value) -> Numbers | None:
    return value if isinstance(value, int | float | np.ndarray) else None


def _real(value: Numbers) -> bool:
    items = value if isinstance(value, np.ndarray) else (value,)
    return all(isinstance(item, float) for item in items)
