"""Comparison of values: equality, order, identity and membership, with the methods that the program defines."""

from __future__ import annotations

import operator
from collections import UserDict, deque
from collections.abc import Callable, ItemsView, Iterable, KeysView, ValuesView
from typing import Any

import numpy as np

from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects.operators import combine, merged, of_arrays, shown
from analyzer.interpret.runtime.exceptions import Mismatch, NoValue
from analyzer.interpret.runtime.host_errors import HOST_ERRORS, rethrow
from analyzer.library.natives.bounds import materialised, walked
from analyzer.library.natives.methods.kinds import unwrapped
from analyzer.values import (
    MISSING,
    TRACED,
    ClassValue,
    Instance,
    ModuleInstance,
    Opaque,
    Tensor,
    Unknown,
    Value,
    plain,
    traced,
)

COMPARE: dict[str, Callable[[Any, Any], Value]] = {  # Any: Python checks the operands, and raises what the program gets
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
COMPARE_DUNDER = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
_WALKED = (list, tuple, dict, set, frozenset, deque, KeysView, ItemsView, UserDict)
"""What Python compares by its content."""
SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def compare(machine: Interpreter, symbol: str, left: Value, right: Value) -> Value:
    """``left symbol right`` for ``== != < <= > >= is in`` and the negated forms."""
    try:
        return _compared(machine, symbol, left, right)
    except NoValue as reason:
        return machine.unknown(reason.code, f"operator {symbol}", str(reason))


def _compared(machine: Interpreter, symbol: str, left: Value, right: Value) -> Value:
    match symbol:
        case "is" | "is not":
            return _identity(left, right, negate=symbol == "is not")
        case "in" | "not in":
            return _membership(machine, left, right, negate=symbol == "not in")
    if isinstance(left, Tensor):
        return machine.emit(machine.operators.target(symbol), (left, right))
    if isinstance(right, Tensor):
        return machine.emit(machine.operators.target(SWAPPED[symbol]), (right, left))
    if isinstance(left, Unknown):
        return left
    if isinstance(right, Unknown):
        return right
    if isinstance(left, Instance) or isinstance(right, Instance):
        return _compare_instances(machine, symbol, left, right)
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return left is right if symbol == "==" else symbol != "=="
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return of_arrays(machine, symbol, COMPARE[symbol], left, right)
    if isinstance(left, _WALKED) and isinstance(right, _WALKED):
        walked(machine, left, right)
    if symbol in ("==", "!=") and _holds_objects(left) and type(left) is type(right):
        same = _same_items(machine, left, right)
        return same if isinstance(same, Unknown) else same == (symbol == "==")
    try:
        result = COMPARE[symbol](plain(left), plain(right))
    except HOST_ERRORS as error:
        rethrow(machine, error)
    if machine.trial.strict:
        machine.trial.comparison = Mismatch("compare", (symbol, left, right, result))
    if type(left) in TRACED or type(right) in TRACED:
        return combine(result, symbol, left, right)
    return result


def _holds_objects(value: Value) -> bool:
    """Whether a container holds what Python cannot compare by itself."""
    if not isinstance(value, list | tuple | dict):
        return False
    items = value.values() if isinstance(value, dict) else value
    return any(isinstance(item, Instance | list | tuple | dict) for item in items)


def _same_items(machine: Interpreter, left: Value, right: Value) -> bool | Unknown:
    """Whether two containers hold the same in the same places."""
    pairs = _pairs(left, right)
    if pairs is None:
        return False
    undecided: bool | Unknown = True
    for one, other in pairs:
        if one is other:
            continue
        decided = machine.truth(compare(machine, "==", one, other))
        if decided is False:
            return False
        if decided is None:
            undecided = machine.undecided(one, "==")
    return undecided


def _pairs(left: Value, right: Value) -> Iterable[tuple[Value, Value]] | None:
    """The elements of two containers that are in the same places, None where the places are not the same."""
    if isinstance(left, dict) and isinstance(right, dict):
        return [(item, right[key]) for key, item in left.items()] if left.keys() == right.keys() else None
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return zip(left, right, strict=False) if len(left) == len(right) else None
    return None


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


def _membership(machine: Interpreter, left: Value, right: Value, negate: bool) -> Value:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return left if isinstance(left, Unknown) else right
    if isinstance(right, Instance | ClassValue | ModuleInstance):
        method = machine.type_of(right).find("__contains__")
        if method is not MISSING:
            found = machine.truth(machine.call(method, (right, left)))
            return (found is True) != negate
        right = materialised(machine, machine.iterate(right))
    if isinstance(right, Opaque):
        return negate
    if isinstance(right, Tensor):
        # torch asks this in Python, which records no operation.
        if right.data is None or not isinstance(left, int | float):
            return machine.undecided(right, "in")
        return bool((right.data == plain(left)).any()) != negate
    if isinstance(left, Tensor) and isinstance(right, list | tuple):
        return any(item is left for item in right) != negate
    if isinstance(right, list | tuple) and any(isinstance(item, Instance) for item in (left, *right)):
        same = (item is left or machine.truth(compare(machine, "==", item, left)) is True for item in right)
        return any(same) != negate
    if isinstance(right, str):
        left = unwrapped(left)
    try:
        result = _holds(machine, right, plain(left)) != negate
    except HOST_ERRORS as error:
        rethrow(machine, error)
    parts = (left, *right) if isinstance(right, list | tuple) and len(right) <= 8 else (left,)
    if any(type(part) in TRACED for part in parts):
        listed = ", ".join(shown(part) for part in parts[1:]) if len(parts) > 1 else "..."
        return traced(result, merged(f"{shown(left)} {'not in' if negate else 'in'} ({listed})", parts))
    return result


def _holds(machine: Interpreter, container: Value, item: Value) -> bool:
    """``item in container`` of Python's, where it cannot take long."""
    match container:
        case range():
            return _in_range(container, item)
        case dict() | set() | frozenset() | KeysView():
            if isinstance(item, tuple | frozenset | Instance):
                walked(machine, item)
        case list() | tuple() | deque() | ValuesView() | ItemsView() if isinstance(item, _WALKED):
            walked(machine, item, container)
        case list() | tuple() | deque() | str() | bytes() | bytearray() | ValuesView() | ItemsView():
            machine.charge(len(container))
        case np.ndarray():
            machine.charge(container.size)
        case _:
            items = machine.iterate(container)
            return any(one is item or machine.truth(machine.compare("==", one, item)) is True for one in items)
    return item in container


def _in_range(numbers: range, item: Value) -> bool:
    """Python would look for anything but a whole number one by one."""
    if isinstance(item, float):
        return item.is_integer() and int(item) in numbers
    return isinstance(item, int) and item in numbers


def _compare_instances(machine: Interpreter, symbol: str, left: Value, right: Value) -> Value:
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
    left, right = unwrapped(left), unwrapped(right)
    if isinstance(left, _WALKED) and isinstance(right, _WALKED):
        walked(machine, left, right)
    if symbol in ("==", "!="):
        same = left is right if isinstance(left, Instance) or isinstance(right, Instance) else left == right
        return same == (symbol == "==")
    try:
        return COMPARE[symbol](plain(left), plain(right))
    except HOST_ERRORS as error:
        rethrow(machine, error)
