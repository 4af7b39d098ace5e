"""Operators on values: arithmetic with origins, comparison, truth, iteration, subscripts."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from analyzer.base import GapCode
from analyzer.interpret.frames import Refused
from analyzer.library.natives.types import conversions_ask_for_too_much
from analyzer.library.torch_ops import operator_target
from analyzer.values import (
    MISSING,
    TRACED,
    ClassValue,
    Instance,
    ModuleInstance,
    Opaque,
    Origin,
    Tensor,
    Unknown,
    Value,
    origin_of,
    plain,
    traced,
)

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine

HOST_ERRORS = (
    TypeError,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    ZeroDivisionError,
    OverflowError,
    StopIteration,
    UnicodeError,
)
"""What Python itself raises for wrong operands; the program gets the exception of the same name."""

BINARY: dict[str, Callable[[Any, Any], Any]] = {
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
UNARY: dict[str, Callable[[Any], Any]] = {"-": operator.neg, "+": operator.pos, "~": operator.invert}
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
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
COMPARE_DUNDER = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
SEQUENCES = frozenset({list, tuple, str})
NUMBERS = frozenset({int, float})
LARGEST_SEQUENCE = 10_000_000
LARGEST_POWER_BITS = 65_536


def binary(machine: Machine, symbol: str, left: Value, right: Value) -> Value:
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
        return machine.emit(operator_target(symbol, reflected=False, inplace=False), (left, right))
    if isinstance(right, Tensor) and not isinstance(left, Instance):
        return machine.emit(operator_target(symbol, reflected=True, inplace=False), (right, left))
    if isinstance(left, Instance | ClassValue) or isinstance(right, Instance | ClassValue):
        return _by_method(machine, symbol, left, right)
    if left_type is Opaque or right_type is Opaque:
        return left if left_type is Opaque else right
    return _host(machine, symbol, left, right)


def _number_of(machine: Machine, tensor: Tensor) -> tuple[Value, type]:
    """The whole number that repeats a sequence, and its type."""
    number = machine.emit("Tensor.item", (tensor,))
    return number, type(number)


def _unknown_operand(machine: Machine, symbol: str, left: Value, right: Value) -> Value:
    tensors = tuple(value for value in (left, right) if isinstance(value, Tensor))
    if tensors:
        return machine.emit_unknown(operator_target(symbol, reflected=False, inplace=False), (left, right))
    return left if isinstance(left, Unknown) else right


def _by_method(machine: Machine, symbol: str, left: Value, right: Value) -> Value:
    for receiver, argument, name in ((left, right, f"__{DUNDER[symbol]}__"), (right, left, f"__r{DUNDER[symbol]}__")):
        method = machine.type_of(receiver).find(name)
        if method is not MISSING and isinstance(receiver, Instance | ClassValue):
            result = machine.call(method, (receiver, argument))
            if result is not NotImplemented:
                return result
    left, right = unwrap(left), unwrap(right)
    if isinstance(left, Instance | ClassValue) or isinstance(right, Instance | ClassValue):
        if symbol == "|" and (isinstance(left, ClassValue) or isinstance(right, ClassValue)):
            return Opaque("union type")
        machine.throw("TypeError", f"unsupported operand type(s) for {symbol}")
    return _host(machine, symbol, left, right)


def _host(machine: Machine, symbol: str, left: Value, right: Value) -> Value:
    if _too_large(symbol, left, right):
        return machine.unknown(GapCode.BUDGET, f"operator {symbol}", "the result would be too large to compute")
    try:
        result = BINARY[symbol](plain(left), plain(right))
    except HOST_ERRORS as error:
        machine.throw(type(error).__name__, str(error))
    if type(left) in TRACED or type(right) in TRACED:
        return combine(result, symbol, left, right)
    return result


def _too_large(symbol: str, left: Value, right: Value) -> bool:
    if symbol == "**":
        return (
            isinstance(left, int)
            and isinstance(right, int)
            and abs(right) * max(1, int(left).bit_length()) > LARGEST_POWER_BITS
        )
    if symbol == "<<":
        return isinstance(right, int) and right > LARGEST_POWER_BITS
    if symbol == "*":
        for sequence, count in ((left, right), (right, left)):
            if isinstance(sequence, str | bytes | list | tuple) and isinstance(count, int):
                return len(sequence) * count > LARGEST_SEQUENCE
    return symbol == "%" and isinstance(left, str) and conversions_ask_for_too_much(left)


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
    return traced(result, merged(f"{shown(left)} {symbol} {shown(right)}", (left, right)))


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


def unwrap(value: Value) -> Value:
    """The native container or scalar that an instance extends, else the value itself."""
    return value.native if isinstance(value, Instance) and value.native is not MISSING else value


def compare(machine: Machine, symbol: str, left: Value, right: Value) -> Value:
    """``left symbol right`` for ``== != < <= > >= is in`` and the negated forms."""
    match symbol:
        case "is" | "is not":
            return _identity(left, right, negate=symbol == "is not")
        case "in" | "not in":
            return _membership(machine, left, right, negate=symbol == "not in")
    if isinstance(left, Tensor):
        return machine.emit(operator_target(symbol, reflected=False, inplace=False), (left, right))
    if isinstance(right, Tensor):
        return machine.emit(operator_target(SWAPPED[symbol], reflected=False, inplace=False), (right, left))
    if isinstance(left, Unknown):
        return left
    if isinstance(right, Unknown):
        return right
    if isinstance(left, Instance) or isinstance(right, Instance):
        return _compare_instances(machine, symbol, left, right)
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return left is right if symbol == "==" else symbol != "=="
    try:
        result = COMPARE[symbol](plain(left), plain(right))
    except HOST_ERRORS as error:
        machine.throw(type(error).__name__, str(error))
    if machine.refuses:
        machine.compared = Refused("compare", (symbol, left, right, result))
    if type(left) in TRACED or type(right) in TRACED:
        return combine(result, symbol, left, right)
    return result


def _identity(left: Value, right: Value, negate: bool) -> Value:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return left if isinstance(left, Unknown) else right
    bare_left, bare_right = plain(left), plain(right)
    same = bare_left is bare_right or (
        type(bare_left) is type(bare_right)
        and isinstance(bare_left, int | str | tuple)
        and not isinstance(bare_left, bool)
        and bare_left == bare_right
        and bare_left != ()
        and not isinstance(bare_left, tuple)
    )
    result = same != negate
    if type(left) in TRACED or type(right) in TRACED:
        return combine(result, "is not" if negate else "is", left, right)
    return result


def _membership(machine: Machine, left: Value, right: Value, negate: bool) -> Value:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return left if isinstance(left, Unknown) else right
    if isinstance(right, Instance | ClassValue | ModuleInstance):
        method = machine.type_of(right).find("__contains__")
        if method is not MISSING:
            found = machine.truth(machine.call(method, (right, left)))
            return (found is True) != negate
        right = list(machine.iterate(right))
    if isinstance(right, Opaque):
        return negate
    if isinstance(right, Tensor):
        # torch asks this in Python, which records no operation.
        if right.data is None or not isinstance(left, int | float):
            return machine.undecided(right, "in")
        return bool((right.data == plain(left)).any()) != negate
    if isinstance(left, Tensor) and isinstance(right, list | tuple):
        return any(item is left for item in right) != negate
    try:
        result = (plain(left) in right) != negate
    except HOST_ERRORS as error:
        machine.throw(type(error).__name__, str(error))
    parts = (left, *right) if isinstance(right, list | tuple) and len(right) <= 8 else (left,)
    if any(type(part) in TRACED for part in parts):
        listed = ", ".join(shown(part) for part in parts[1:]) if len(parts) > 1 else "..."
        return traced(result, merged(f"{shown(left)} {'not in' if negate else 'in'} ({listed})", parts))
    return result


def _compare_instances(machine: Machine, symbol: str, left: Value, right: Value) -> Value:
    for receiver, argument, name in ((left, right, symbol), (right, left, SWAPPED[symbol])):
        if not isinstance(receiver, Instance):
            continue
        method = receiver.cls.find(COMPARE_DUNDER[name])
        if method is MISSING and name == "!=":
            method = receiver.cls.find("__eq__")
            if method is not MISSING:
                result = machine.call(method, (receiver, argument))
                if result is not NotImplemented:
                    return machine.truth(result) is False
        elif method is not MISSING:
            result = machine.call(method, (receiver, argument))
            if result is not NotImplemented:
                return result
    left, right = unwrap(left), unwrap(right)
    if symbol in ("==", "!="):
        same = left is right if isinstance(left, Instance) or isinstance(right, Instance) else left == right
        return same == (symbol == "==")
    try:
        return COMPARE[symbol](plain(left), plain(right))
    except HOST_ERRORS as error:
        machine.throw(type(error).__name__, str(error))


def unary(machine: Machine, symbol: str, operand: Value) -> Value:
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
        return machine.emit("Tensor.neg" if symbol == "-" else "Tensor.__invert__", (operand,))
    if isinstance(operand, Instance) and operand.native is MISSING:
        name = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}[symbol]
        return machine.call(machine.get_attribute(operand, name))
    try:
        result = UNARY[symbol](plain(unwrap(operand)))
    except HOST_ERRORS as error:
        machine.throw(type(error).__name__, str(error))
    return traced(result, merged(f"{symbol}{shown(operand)}", (operand,))) if type(operand) in TRACED else result
