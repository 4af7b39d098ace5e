"""Built-in functions on numbers and characters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analyzer.library.context import NativeContext
from analyzer.library.natives.methods.costs import digits as many_digits
from analyzer.library.natives.methods.costs import power
from analyzer.library.natives.methods.kinds import native
from analyzer.library.natives.operators import operate
from analyzer.library.natives.templates import character
from analyzer.library.natives.tracing import with_origin
from analyzer.values import (
    MISSING,
    Instance,
    Native,
    Tensor,
    Unknown,
    Value,
)


def _abs(machine: NativeContext, value: Value) -> Value:
    if isinstance(value, Tensor):
        return operate(machine, "abs", value)
    if isinstance(value, Instance) and value.native is MISSING:
        return machine.call(machine.get_attribute(value, "__abs__"))
    if isinstance(value, Unknown):
        return value
    number = native(machine, value)
    if not isinstance(number, bool | int | float | complex | np.number | np.ndarray):
        machine.throw("TypeError", f"bad operand type for abs(): {machine.type_of(value).name!r}")
    return with_origin("abs", abs(number), (value,))


def _round(machine: NativeContext, value: Value, digits: Value = None) -> Value:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Tensor):
        return operate(machine, "round", value)
    if isinstance(value, Instance) and value.native is MISSING:
        return machine.call(machine.get_attribute(value, "__round__"), () if digits is None else (digits,))
    number, count = native(machine, value), native(machine, digits)
    if not isinstance(number, bool | int | float) or not isinstance(count, int | None):
        machine.throw("TypeError", f"type {machine.type_of(value).name} doesn't define __round__ method")
    many_digits(machine, number, count)
    return with_origin("round", round(number, count), (value,))


def _pow(machine: NativeContext, base: Value, exponent: Value, modulus: Value = None) -> Value:
    if modulus is None:
        return machine.binary("**", base, exponent)
    numbers: list[int] = []
    for one in (base, exponent, modulus):
        number = native(machine, one)
        if not isinstance(number, int):
            return number if isinstance(number, Unknown) else machine.throw("TypeError", "pow() 3rd argument")
        numbers.append(number)
    first, second, third = numbers
    power(machine, first, second, third)
    return pow(first, second, third)


def _divmod(machine: NativeContext, left: Value, right: Value) -> Value:
    return (machine.binary("//", left, right), machine.binary("%", left, right))


def _digits(name: str, function: Callable[[int], str]) -> Native:
    """``hex``, ``bin`` and ``oct``."""

    def call(machine: NativeContext, value: Value) -> Value:
        number = native(machine, value)
        if not isinstance(number, int):
            machine.throw("TypeError", f"{machine.type_of(value).name!r} object cannot be interpreted as an integer")
        return with_origin(name, function(number), (value,))

    return Native(name, call)


def _chr(machine: NativeContext, value: Value) -> Value:
    number = native(machine, value)
    if not isinstance(number, int):
        machine.throw("TypeError", "an integer is required")
    return with_origin("chr", character(machine, number), (value,))


def _ord(machine: NativeContext, value: Value) -> Value:
    text = native(machine, value)
    if not isinstance(text, str | bytes):
        machine.throw("TypeError", "ord() expected string of length 1")
    return with_origin("ord", ord(text), (value,))


NUMBERS: dict[str, Value] = {
    "abs": Native("abs", _abs),
    "round": Native("round", _round),
    "pow": Native("pow", _pow),
    "divmod": Native("divmod", _divmod),
    "chr": Native("chr", _chr),
    "ord": Native("ord", _ord),
    "hex": _digits("hex", hex),
    "bin": _digits("bin", bin),
    "oct": _digits("oct", oct),
}
