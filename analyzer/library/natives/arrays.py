"""Arrays of NumPy that the program computes with: numbers only, of sizes that are known before they are made."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from analyzer.base import GapCode
from analyzer.library.context import NativeContext
from analyzer.library.natives.bounds import ELEMENT, room, walked
from analyzer.library.natives.methods.kinds import KINDS, ArgumentKind, native, unwrapped
from analyzer.library.natives.methods.method import Method, bound, table
from analyzer.values import MISSING, Array, ClassValue, Native, Unknown, Value, plain

NUMERIC = "biufc"
TYPES = ("int64", "int32", "int16", "int8", "uint8", "float64", "float32", "float16", "bool_")
_WORDS: Mapping[str, type[np.generic]] = {
    name.rstrip("_"): getattr(np, name) for name in (*TYPES, "complex64", "complex128")
}
_PYTHON = (bool, int, float, complex)


def element_type(machine: NativeContext, value: Value) -> DTypeLike | None:
    """An element type as NumPy takes it: one of numbers. Others (objects, texts, records) make no value."""
    if value is None:
        return None
    if isinstance(value, ClassValue) and value.python_type in _PYTHON:
        return value.python_type
    if isinstance(value, str) and plain(value) in _WORDS:
        return _WORDS[plain(value)]
    if isinstance(value, type) and value in _WORDS.values():
        return value
    if isinstance(value, np.dtype) and value.kind in NUMERIC:
        return value
    return machine.no_value("this element type is not described", GapCode.UNKNOWN_LIBRARY)


def numbers(machine: NativeContext, value: Value) -> Any:
    """A number, an array of numbers or nested lists of numbers, as Python's own.

    Anything else makes no value; nested lists are charged. Any: lists nest to whatever depth, which NumPy's own type
    of such does not take.
    """
    found = unwrapped(value)
    if isinstance(found, list | tuple | range):
        if not isinstance(found, range):
            walked(machine, found)
        room(machine, len(found) * ELEMENT)
        return _nested(machine, found)
    bare = native(machine, found)
    if isinstance(bare, bool | int | float | complex | np.number | np.bool_):
        return bare
    if isinstance(bare, np.ndarray) and bare.dtype.kind in NUMERIC:
        return bare
    return machine.no_value("numpy takes numbers only", GapCode.UNKNOWN_LIBRARY)


def _nested(machine: NativeContext, values: Sequence[Value]) -> list[Any]:
    if all(type(item) is float for item in values):
        return list(values)
    return [numbers(machine, item) for item in values]


def size_of(value: Value) -> int:
    """How many numbers there are in an array, nested lists or a number."""
    if isinstance(value, np.ndarray):
        return value.size
    return sum(map(size_of, value)) if isinstance(value, list | tuple | range) else 1


def checked(machine: NativeContext, result: Value) -> Value:
    """What NumPy gave, as a value: single numbers are Python's."""
    if isinstance(result, np.ndarray) and result.dtype.kind not in NUMERIC:
        machine.no_value("numpy gave an array of objects", GapCode.UNKNOWN_LIBRARY)
    if isinstance(result, np.generic) or (isinstance(result, np.ndarray) and result.ndim == 0):
        return result.item()
    return result


def index(machine: NativeContext, array: Array, value: Value) -> Any:
    """An index: numbers, slices, new axes, lists of positions. What it picks is charged. Any: as for ``numbers``."""
    found = unwrapped(value)
    parts = found if isinstance(found, tuple) else (found,)
    taken = tuple(_part(machine, part) for part in parts)
    picked = math.prod(size_of(part) for part in taken if isinstance(part, list | np.ndarray))
    lists = sum(isinstance(part, list | np.ndarray) for part in taken)
    if lists:
        rest = math.prod(array.shape[lists:]) if array.ndim > lists else 1
        room(machine, picked * max(rest, 1) * array.itemsize)
        machine.charge(picked * max(rest, 1))
    return taken if isinstance(found, tuple) else taken[0]


def _part(machine: NativeContext, value: Value) -> Any:
    found = unwrapped(value)
    if found is None or found is Ellipsis:
        return found
    if isinstance(found, slice):
        return slice(*(native(machine, part) for part in (found.start, found.stop, found.step)))
    return numbers(machine, found)


def operands(machine: NativeContext, symbol: str, left: Value, right: Value) -> tuple[ArrayLike, ArrayLike]:
    """Both sides of an operator, one of them an array, as NumPy takes them. What it computes is charged.

    Raises:
        ValueError: lists are nested unevenly, or the shapes do not fit together.
    """
    one, other = _array(numbers(machine, left)), _array(numbers(machine, right))
    first, second = np.shape(one), np.shape(other)
    if symbol == "@":
        work = math.prod(first) * (second[-1] if len(second) > 1 else 1)
        room(machine, work // max(1, first[-1] if first else 1) * 16)
    else:
        work = math.prod(np.broadcast_shapes(first, second))
        room(machine, work * 16)
    machine.charge(work)
    return one, other


def _array(value: ArrayLike) -> ArrayLike:
    return np.asarray(value) if isinstance(value, list) else value


def assign(machine: NativeContext, array: Array, place: Value, new: Value) -> None:
    """``array[place] = new``."""
    machine.charge(array.size)
    array[index(machine, array, place)] = numbers(machine, new)


def _by_array(machine: NativeContext, array: Array, *args: Value) -> None:
    room(machine, array.size * 16)
    machine.charge(array.size)


def _to_list(machine: NativeContext, array: Array, *args: Value) -> None:
    room(machine, array.size * ELEMENT)
    machine.charge(array.size)


ARRAY_KINDS: Mapping[str, ArgumentKind] = {
    **KINDS,
    "numbers": ArgumentKind(numbers),
    "numbers?": ArgumentKind(lambda machine, value: None if value is None else numbers(machine, value)),
    "dtype": ArgumentKind(element_type),
}
"""Kinds of arguments, those that NumPy takes among them."""
METHODS: Mapping[str, Method] = table(
    """
copy
cumsum axis:int?=None
flatten
item *index:int
max axis:axes=None
mean axis:axes=None
min axis:axes=None
reshape *shape:axes
sum axis:axes=None
tolist
""",
    _by_array,
    {"tolist": _to_list},
)


def attribute(array: Array, name: str) -> Value:
    """``array.name``: sizes, the element type's name, described methods; ``MISSING`` for anything else."""
    if name in ("shape", "ndim", "size"):
        return getattr(array, name)
    if name == "astype":
        return Native("numpy.ndarray.astype", lambda machine, kind, *rest, **named: _cast(machine, array, kind))
    if name not in METHODS:
        return MISSING
    method, function = METHODS[name], getattr(array, name)
    qualified = f"numpy.ndarray.{name}"

    def call(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
        values = bound(machine, qualified, method.parameters, args, kwargs)
        if isinstance(values, Unknown):
            return values
        method.cost(machine, array, *values)
        return function(*values) if name == "tolist" else checked(machine, function(*values))

    return Native(qualified, call)


def _cast(machine: NativeContext, array: Array, kind: Value) -> Value:
    _by_array(machine, array)
    return array.astype(element_type(machine, kind))
