"""What Python may do for the program in one go: sizes are looked at before the call, as nothing can stop it after.

A native charges the elements that it will walk through and the bytes that it will take. One value may take
``LARGEST_VALUE`` bytes; a larger one is not made, and is a gap.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence, Set
from itertools import islice
from typing import Any

import numpy as np

from analyzer.library.context import Context
from analyzer.values import TooDeep, Value, extent

LARGEST_VALUE = 128 << 20
"""Bytes of one text, list, table or array."""
LARGEST_WALK = 4_000_000
"""Elements of one walk through a value and everything inside."""
LARGEST_INTEGER = 14_000
"""Bits of a whole number: what Python prints with at most 4,300 digits, so that every number has a text."""
ELEMENT = 40
"""Bytes of an element of a list with a number of its own in it."""
POINTER = 8
_STEP = 4
"""Work of counting one element of what is inside a value: counting costs more than a loop of Python's own."""
_CHUNK = 1 << 12
_SHORT = (list, tuple)
_WORD = 1 << 62
_STAYING = frozenset({"+", "-", "*", "//", "%", "&", "|", "^", ">>"})
"""Operators that give numbers of about the size of their operands."""


def room(machine: Context, size: int) -> None:
    """Take note that ``size`` bytes are about to be taken by one value; one that is too large is not made."""
    if size > LARGEST_VALUE:
        machine.no_value(f"the result would take more than {LARGEST_VALUE >> 20} MB")
    machine.charge(0, size)


def walked(machine: Context, *values: Value) -> None:
    """Take note that Python is about to walk through all of ``values`` (to compare, hash or print them).

    Values that nest too deeply raise the program's RecursionError, as Python would, only earlier.
    """
    for value in values:
        try:
            size = extent(value, LARGEST_WALK)
        except TooDeep:
            machine.throw("RecursionError", "the value nests too deeply, or holds itself")
        if size > LARGEST_WALK:
            machine.no_value(f"the value has more than {LARGEST_WALK:,} elements, counted as often as they are met")
        machine.charge(size * _STEP)


def materialised(machine: Context, values: Iterable[Value]) -> list[Value]:
    """All elements of an iterable of Python's, as far as there is room for them."""
    if type(values) in _SHORT and len(values) < _CHUNK:  # type: ignore[arg-type]
        return list(values)
    if isinstance(values, Sequence):
        room(machine, len(values) * (ELEMENT if isinstance(values, range) else POINTER))
        machine.charge(len(values))
        return list(values)
    found: list[Value] = []
    iterator = iter(values)
    while chunk := list(islice(iterator, _CHUNK)):
        found += chunk
        machine.charge(len(chunk), len(chunk) * ELEMENT)
        if len(found) * ELEMENT > LARGEST_VALUE:
            machine.no_value(f"more than {len(found):,} elements")
    return found


def integer(machine: Context, bits: int) -> None:
    """Take note of a whole number of at most so many bits that is about to be computed."""
    if bits > LARGEST_INTEGER:
        machine.no_value(f"the number would have more than {LARGEST_INTEGER:,} bits")
    machine.charge(bits >> 6)


def bits_of(value: Any) -> int:
    """The bits of a whole number, 1 for any other number."""
    return int(value).bit_length() + 1 if isinstance(value, int) else 1


def operation(machine: Context, symbol: str, left: Value, right: Value) -> None:
    """Charge for ``left symbol right`` of plain values: numbers, texts, containers, arrays."""
    if isinstance(left, int) and isinstance(right, int):
        if symbol in _STAYING and -_WORD < left < _WORD and -_WORD < right < _WORD:
            return
        integer(machine, _bits(symbol, left, right))
    elif isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        _arrays(machine, symbol, left, right)
    elif symbol == "*":
        for sequence, count in ((left, right), (right, left)):
            if isinstance(count, int) and (cell := _cell(sequence)):
                room(machine, len(sequence) * max(0, count) * cell)
                machine.charge(len(sequence) * max(0, count))
    elif symbol == "+" and (cell := _cell(left)) and _cell(right):
        room(machine, (len(left) + len(right)) * cell)
        machine.charge(len(left) + len(right))
    elif isinstance(left, Set | dict) and isinstance(right, Set | dict):
        room(machine, (len(left) + len(right)) * ELEMENT)
        machine.charge(len(left) + len(right))


def _bits(symbol: str, left: int, right: int) -> int:
    """The bits of a whole number computed from two."""
    first, second = bits_of(left), bits_of(right)
    match symbol:
        case "*":
            return first + second
        case "**":
            return first if right <= 1 or -1 <= left <= 1 else first * right
        case "<<":
            return first + max(0, right)
        case _:
            return max(first, second)


def _cell(value: Value) -> int:
    """Bytes of an element of a text or sequence; 0 for anything else."""
    if isinstance(value, str):
        return 1 if value.isascii() else 4
    if isinstance(value, bytes | bytearray):
        return 1
    return POINTER if isinstance(value, list | tuple | deque) else 0


def _arrays(machine: Context, symbol: str, left: Value, right: Value) -> None:
    """Arithmetic of arrays, element by element, or a matrix product."""
    first, second = np.shape(left), np.shape(right)
    if symbol == "@":
        work = int(np.prod(first, dtype=object)) * (second[-1] if len(second) > 1 else 1)
        room(machine, work // max(1, first[-1] if first else 1) * 16)
        machine.charge(work)
        return
    size = int(np.prod(np.broadcast_shapes(first, second), dtype=object))
    room(machine, size * 16)
    machine.charge(size)
