"""Sizes that are computed from the size of an input, and the input that gives another result."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from analyzer.values import Value, origin_of

Place: TypeAlias = tuple[str, int]
"""An input and one of its axes."""
Lookup: TypeAlias = Callable[[str], Value]
Given: TypeAlias = Callable[[Place], int]
LARGEST = 8192
_PLACE = re.compile(r"([A-Za-z_]\w*(?:\.\d+)?)\[(\d+)\]")
_FIELD = re.compile(r"(config(?:\.\w+)+)(?:\[(\d+)\])?")
_OPERATORS: Mapping[type, Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def place_of(size: Value) -> Place | None:
    """The input and axis that a size is, None for any other number."""
    origin = origin_of(size)
    found = _PLACE.fullmatch(origin.expression) if origin is not None else None
    return (found.group(1), int(found.group(2))) if found is not None else None


def places_of(size: Value) -> Iterator[Place]:
    """The inputs and axes that a size depends on."""
    origin = origin_of(size)
    for symbol in sorted(origin.symbols) if origin is not None else ():
        found = _PLACE.fullmatch(symbol)
        if found is not None:
            yield found.group(1), int(found.group(2))


def solutions(size: Value, wanted: int, given: Given, lookup: Lookup) -> Iterator[tuple[Place, int]]:
    """The input axes that ``size`` is computed from, each with what it has to be for the result to be ``wanted``.

    The last axis first; the others have the sizes ``given`` says, fields those that ``lookup`` says. Of several sizes
    that fit, the smallest multiple of eight, else the smallest.
    """
    origin = origin_of(size)
    if origin is None:
        return
    places = sorted(places_of(size), key=lambda place: -place[1])
    for place in places:
        known = {_text(other): str(given(other)) for other in places if other != place}
        expression = _closed(origin.expression, lookup)
        for text, number in {**known, _text(place): "size"}.items():
            expression = expression.replace(text, number)
        found = _fitting(expression, wanted)
        if found is not None:
            yield place, found


def _text(place: Place) -> str:
    return f"{place[0]}[{place[1]}]"


def _fitting(expression: str, wanted: int) -> int | None:
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        return None
    fitting = [number for number in range(1, LARGEST) if _value(tree, number) == wanted]
    return next((number for number in fitting if number % 8 == 0), fitting[0] if fitting else None)


def _closed(expression: str, lookup: Lookup) -> str:
    """``expression`` with the values of configuration fields in their places."""

    def value(found: re.Match[str]) -> str:
        known = lookup(found.group(1))
        if found.group(2) and isinstance(known, list | tuple) and int(found.group(2)) < len(known):
            known = known[int(found.group(2))]
        return str(int(known)) if isinstance(known, int) else found.group(0)

    return _FIELD.sub(value, expression)


def _value(node: ast.expr, size: int) -> int | None:
    match node:
        case ast.Constant(value=int() as number):
            return number
        case ast.Name(id="size"):
            return size
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _value(operand, size)
            return None if value is None else -value
        case ast.BinOp(left=left, op=symbol, right=right) if type(symbol) in _OPERATORS:
            one, other = _value(left, size), _value(right, size)
            if one is None or other is None or (other == 0 and isinstance(symbol, ast.FloorDiv | ast.Mod)):
                return None
            return _OPERATORS[type(symbol)](one, other)
    return None
