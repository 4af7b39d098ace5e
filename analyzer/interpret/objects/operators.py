"""Operators on values: arithmetic with origins, comparison, truth, iteration, subscripts."""

from __future__ import annotations

import operator
from collections.abc import Callable, ItemsView, Iterable, KeysView, Set
from typing import Any

import numpy as np

from analyzer.base import GapCode
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.recording.emission import emit_unknown
from analyzer.interpret.runtime.exceptions import NoValue
from analyzer.interpret.runtime.host_errors import HOST_ERRORS, rethrow
from analyzer.library.natives import arrays, bounds
from analyzer.library.natives.methods.kinds import native, unwrapped
from analyzer.library.natives.templates import percent
from analyzer.library.operations.symbolic import expression_of
from analyzer.values import (
    MISSING,
    TRACED,
    ClassValue,
    Instance,
    Opaque,
    Origin,
    Tensor,
    Unknown,
    Value,
    origin_of,
    plain,
    traced,
)

_OF_SETS = frozenset("&|-^")
_VIEWS = (KeysView, ItemsView)
BINARY: dict[str, Callable[[Value, Value], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "@": operator.matmul,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
UNARY: dict[str, Callable[[Any], Value]] = {"-": operator.neg, "+": operator.pos, "~": operator.invert}
"""Any: Python checks the operand, and raises what the program gets."""
DUNDER = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "@": "matmul",
    "<<": "lshift",
    ">>": "rshift",
    "&": "and",
    "|": "or",
    "^": "xor",
}
SEQUENCES = frozenset({list, tuple, str})
NUMBERS = frozenset({int, float})


def binary(machine: Interpreter, symbol: str, left: Value, right: Value) -> Value:
    """``left symbol right`` of the program."""
    left_type, right_type = type(left), type(right)
    if left_type in NUMBERS and right_type in NUMBERS:
        return _host(machine, symbol, left, right)
    if symbol == "*" and isinstance(left, Tensor) and right_type in SEQUENCES:
        left, left_type = _number_of(machine, left)
    if symbol == "*" and isinstance(right, Tensor) and left_type in SEQUENCES:
        right, right_type = _number_of(machine, right)
    if left_type is Unknown or right_type is Unknown:
        return _unknown_operand(machine, symbol, left, right)
    if isinstance(left, Tensor):
        return machine.emit(machine.operators.target(symbol), (left, right))
    if isinstance(right, Tensor) and not isinstance(left, Instance):
        return machine.emit(machine.operators.target(symbol, reflected=True), (right, left))
    if symbol == "%" and isinstance(left, str):
        return _percent(machine, left, right)
    if symbol == "%" and isinstance(left, bytes | bytearray):
        return machine.unknown(GapCode.UNKNOWN_LIBRARY, "operator %", "bytes are not formatted")
    if isinstance(left, Instance | ClassValue) or isinstance(right, Instance | ClassValue):
        return _by_method(machine, symbol, left, right)
    if left_type is Opaque or right_type is Opaque:
        return left if left_type is Opaque else right
    return _host(machine, symbol, left, right)


def _number_of(machine: Interpreter, tensor: Tensor) -> tuple[Value, type]:
    """The whole number that repeats a sequence, and its type."""
    number = machine.emit(machine.operators.target("index"), (tensor,))
    return number, type(number)


def _unknown_operand(machine: Interpreter, symbol: str, left: Value, right: Value) -> Value:
    tensors = tuple(value for value in (left, right) if isinstance(value, Tensor))
    if tensors:
        return emit_unknown(machine, machine.operators.target(symbol), (left, right))
    return left if isinstance(left, Unknown) else right


def _by_method(machine: Interpreter, symbol: str, left: Value, right: Value) -> Value:
    for receiver, argument, name in ((left, right, f"__{DUNDER[symbol]}__"), (right, left, f"__r{DUNDER[symbol]}__")):
        method = machine.type_of(receiver).find(name)
        if method is not MISSING and isinstance(receiver, Instance | ClassValue):
            result = machine.call(method, (receiver, argument))
            if result is not NotImplemented:
                return result
    left, right = unwrapped(left), unwrapped(right)
    if symbol == "*" and (isinstance(left, list | tuple | str) or isinstance(right, list | tuple | str)):
        left, right = native(machine, left), native(machine, right)
    if isinstance(left, Instance | ClassValue) or isinstance(right, Instance | ClassValue):
        if symbol == "|" and (isinstance(left, ClassValue) or isinstance(right, ClassValue)):
            return Opaque("union type")
        machine.throw("TypeError", f"unsupported operand type(s) for {symbol}")
    return _host(machine, symbol, left, right)


def _percent(machine: Interpreter, left: str, right: Value) -> Value:
    """``text % values``."""
    try:
        result = percent(machine, plain(left), right)
    except NoValue as reason:
        return machine.unknown(reason.code, "operator %", str(reason))
    except HOST_ERRORS as error:
        rethrow(machine, error)
    if type(left) in TRACED or type(right) in TRACED:
        return combine(result, "%", left, right)
    return result


def of_arrays(
    machine: Interpreter, symbol: str, function: Callable[[Value, Value], Value], left: Value, right: Value
) -> Value:
    """``left symbol right`` where one of them is an array of NumPy's."""
    try:
        return arrays.checked(machine, function(*arrays.operands(machine, symbol, left, right)))
    except NoValue as reason:
        return machine.unknown(reason.code, f"operator {symbol}", str(reason))
    except HOST_ERRORS as error:
        rethrow(machine, error)


def _listed(machine: Interpreter, value: Value) -> Value:
    """One side of an operation with a view of a dictionary, which takes whatever can be iterated over."""
    if isinstance(value, Set | dict | list | tuple):
        return value
    return bounds.materialised(machine, machine.iterate(value))


def _host(machine: Interpreter, symbol: str, left: Value, right: Value) -> Value:
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return of_arrays(machine, symbol, BINARY[symbol], left, right)
    if type(left) is not float and type(right) is not float:
        try:
            if symbol in _OF_SETS and (isinstance(left, _VIEWS) or isinstance(right, _VIEWS)):
                left, right = _listed(machine, left), _listed(machine, right)
            bounds.operation(machine, symbol, left, right)
        except NoValue as reason:
            return machine.unknown(reason.code, f"operator {symbol}", str(reason))
        except HOST_ERRORS as error:
            rethrow(machine, error)
    try:
        result = BINARY[symbol](plain(left), plain(right))
    except HOST_ERRORS as error:
        rethrow(machine, error)
    if type(left) in TRACED or type(right) in TRACED:
        return combine(result, symbol, left, right)
    return result


def combine(result: Value, symbol: str, left: Value, right: Value) -> Value:
    """``result`` with the origin of an operation on two values; containers and others stay as they are."""
    if not isinstance(result, bool | int | float | str):
        return result
    neutral = 0 if symbol in ("+", "-") else 1 if symbol in ("*", "/", "//", "**") else None
    if neutral is not None and type(result) is not bool:
        # Adding nothing and multiplying by one say nothing.
        if type(right) is int and right == neutral and isinstance(left, type(result)):
            return left
        if type(left) is int and left == neutral and symbol in "+*" and isinstance(right, type(result)):
            return right
    written = None
    whole = isinstance(left, int) and isinstance(right, int) and bool not in (type(left), type(right))
    if symbol in _SIMPLIFIED and isinstance(left, int) and isinstance(right, int) and whole:
        written = expression_of(symbol, left, right)
    return traced(result, merged(written or f"{shown(left)} {symbol} {shown(right)}", (left, right)))


_SIMPLIFIED = frozenset("+-*") | {"//"}


def merged(expression: str, parts: Iterable[Value]) -> Origin:
    """An origin with ``expression`` and everything that ``parts`` depend on."""
    fields: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    for part in parts:
        origin = origin_of(part)
        if origin is not None:
            fields |= origin.fields
            symbols |= origin.symbols
    return Origin(expression if len(expression) <= 300 else expression[:297] + "...", fields, symbols)


def shown(value: Value) -> str:
    """The expression of a value as an operand of a larger one."""
    origin = origin_of(value)
    if origin is None:
        return repr(value)
    return f"({origin.expression})" if " " in origin.expression else origin.expression


def unary(machine: Interpreter, symbol: str, operand: Value) -> Value:
    """``-x``, ``+x``, ``~x`` and ``not x``."""
    if symbol == "not":
        decided = machine.truth(operand)
        if decided is None:
            return machine.undecided(operand, "not")
        if type(operand) in TRACED:
            return traced(not decided, merged(f"not {shown(operand)}", (operand,)))
        return not decided
    if isinstance(operand, Unknown | Opaque):
        return operand
    if isinstance(operand, Tensor):
        if symbol == "+":
            return operand
        return machine.emit(machine.operators.target("neg" if symbol == "-" else symbol), (operand,))
    if isinstance(operand, Instance) and operand.native is MISSING:
        method = operand.cls.find({"-": "__neg__", "+": "__pos__", "~": "__invert__"}[symbol])
        if method is MISSING:
            machine.throw("TypeError", f"bad operand type for unary {symbol}: {operand.cls.name!r}")
        return machine.call(method, (operand,))
    try:
        result = UNARY[symbol](plain(unwrapped(operand)))
    except HOST_ERRORS as error:
        rethrow(machine, error)
    if type(operand) in TRACED and isinstance(result, bool | int | float | str):
        return traced(result, merged(f"{symbol}{shown(operand)}", (operand,)))
    return result
