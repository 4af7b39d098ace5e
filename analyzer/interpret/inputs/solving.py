"""Sizes that are computed from the size of an input, and the input that gives another result."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from analyzer.values import Value, origin_of, plain

ShapePlace: TypeAlias = tuple[str, int]
"""An input and one of its axes."""
ValueOf: TypeAlias = Callable[[str], Value]
Given: TypeAlias = Callable[[ShapePlace], int]
LARGEST = 8192
_PLACE = re.compile(r"([A-Za-z_]\w*(?:\.\d+)?)\[(\d+)\]")
_FIELD = re.compile(r"(config(?:\.\w+)+)((?:\[\d+\])*)")
Number: TypeAlias = int | float
_OPERATORS: Mapping[type, Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


_FUNCTIONS: Mapping[str, Callable[..., Number]] = {"int": int, "max": max, "min": min, "round": round}


def whole_numbers(values: Iterable[Value]) -> Iterator[int]:
    """The whole numbers among ``values``, truth values left out."""
    for value in values:
        bare = plain(value)
        if type(bare) is int:
            yield bare


def place_of(size: Value) -> ShapePlace | None:
    """The input and axis that a size is, None for any other number."""
    origin = origin_of(size)
    found = _PLACE.fullmatch(origin.expression) if origin is not None else None
    return (found.group(1), int(found.group(2))) if found is not None else None


def places_of(size: Value) -> Iterator[ShapePlace]:
    """The inputs and axes that a size depends on."""
    origin = origin_of(size)
    for symbol in sorted(origin.symbols) if origin is not None else ():
        found = _PLACE.fullmatch(symbol)
        if found is not None:
            yield found.group(1), int(found.group(2))


def solutions(
    size: Value, wanted: Number, given: Given, lookup: ValueOf, even: bool = True
) -> Iterator[tuple[ShapePlace, int]]:
    """The input axes that ``size`` is computed from, each with what it has to be for the result to be ``wanted``.

    The last axis first; the others have the sizes ``given`` says, fields those that ``lookup`` says. Of several sizes
    that fit, the smallest multiple of eight (if ``even``), else the smallest, and nothing only if nothing else fits.
    """
    origin = origin_of(size)
    if origin is None:
        return
    if (itself := place_of(size)) is not None:
        yield itself, int(wanted)
        return
    places = sorted(places_of(size), key=lambda place: -place[1])
    for place in places:
        expression = _closed(origin.expression, lookup)
        for other in places:
            expression = _put(expression, other, "size" if other == place else str(int(given(other))))
        found = _fitting(expression, wanted, even)
        if found is not None:
            yield place, found


def joint(size: Value, wanted: Number, given: Given, lookup: ValueOf) -> tuple[list[ShapePlace], int] | None:
    """Several input axes of one size, and what they have to be together for the result to be ``wanted``."""
    origin = origin_of(size)
    places = list(places_of(size))
    if origin is None or len(places) < 2 or len({given(place) for place in places}) > 1:
        return None
    expression = _closed(origin.expression, lookup)
    for place in places:
        expression = _put(expression, place, "size")
    found = _fitting(expression, wanted)
    return None if found is None else (places, found)


def _put(expression: str, place: ShapePlace, text: str) -> str:
    """``expression`` with ``text`` for an axis of an input."""
    return re.sub(rf"(?<!\w){re.escape(f'{place[0]}[{place[1]}]')}", text, expression)


def _fitting(expression: str, wanted: Number, even: bool = True) -> int | None:
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        return None
    fitting = [number for number in range(1, LARGEST) if _value(tree, number) == wanted]
    if not fitting and _value(tree, 0) == wanted:
        return 0
    return next((number for number in fitting if even and number % 8 == 0), fitting[0] if fitting else None)


def _closed(expression: str, lookup: ValueOf) -> str:
    """``expression`` with the values of configuration fields in their places."""

    def value(found: re.Match[str]) -> str:
        known = lookup(found.group(1))
        for index in map(int, re.findall(r"\d+", found.group(2))):
            known = known[index] if isinstance(known, list | tuple) and index < len(known) else None
        return repr(plain(known)) if isinstance(known, int | float) else found.group(0)

    return _FIELD.sub(value, expression)


def _value(node: ast.expr, size: int) -> Number | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id="size"):
            return size
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _value(operand, size)
            return None if value is None else -value
        case ast.BinOp(left=left, op=symbol, right=right) if type(symbol) in _OPERATORS:
            one, other = _value(left, size), _value(right, size)
            if one is None or other is None or (other == 0 and isinstance(symbol, ast.Div | ast.FloorDiv | ast.Mod)):
                return None
            return _OPERATORS[type(symbol)](one, other)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS and args:
            values = [_value(arg, size) for arg in args]
            return _FUNCTIONS[name](*values) if None not in values else None
    return None
