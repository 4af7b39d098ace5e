"""What Python may do for the program in one go: sizes are looked at before the call, as nothing can stop it after.

A native charges the elements that it will walk through and the bytes that it will take. One value may take
``LARGEST_VALUE`` bytes; a larger one is not made, and is a gap.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence, Set, Sized
from itertools import islice

from analyzer.library.context import NativeContext
from analyzer.values import TooDeep, Value, extent

LARGEST_VALUE = 128 << 20
"""Bytes of one text, list, table or array."""
LARGEST_WALK = 4_000_000
"""Elements of one walk through a value and everything inside."""
LARGEST_INTEGER = 14_000
"""Bits of a whole number: what Python prints with at most 4,300 digits, so that every number has a text."""
LONGEST_NAME = 1_000
"""Characters of the name of an attribute or member, which appears in paths and may be the number of a layer."""
ELEMENT = 40
"""Bytes of an element of a list with a number of its own in it."""
POINTER = 8
STEP = 16
"""Work of what this program does for one element in Python, beside a loop of Python's own."""
_CHUNK = 1 << 12
_WORD = 1 << 62
_STAYING = frozenset({"+", "-", "*", "//", "%", "&", "|", "^", ">>"})
"""Operators that give numbers of about the size of their operands."""


def room(machine: NativeContext, size: int) -> None:
    """Take note that ``size`` bytes are about to be taken by one value; one that is too large is not made."""
    if size > LARGEST_VALUE:
        machine.no_value(f"the result would take more than {LARGEST_VALUE >> 20} MB")
    machine.charge(0, size)


def walked(machine: NativeContext, *values: Value) -> None:
    """Take note that Python is about to walk through all of ``values`` (to compare, hash or print them).

    Values that nest too deeply raise the program's RecursionError, as Python would, only earlier.
    """
    for value in values:
        try:
            size = extent(value, LARGEST_WALK)
        except TooDeep:
            machine.throw("RecursionError", "the value nests too deeply, or holds itself")
        machine.charge(size * STEP)
        if size > LARGEST_WALK:
            machine.no_value(f"the value has more than {LARGEST_WALK:,} elements, counted as often as they are met")


def materialised(machine: NativeContext, values: Iterable[Value]) -> list[Value]:
    """All elements of an iterable of Python's, as far as there is room for them."""
    if (type(values) is list or type(values) is tuple) and len(values) < _CHUNK:
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


def integer(machine: NativeContext, bits: int) -> None:
    """Take note of a whole number of at most so many bits that is about to be computed."""
    if bits > LARGEST_INTEGER:
        machine.no_value(f"the number would have more than {LARGEST_INTEGER:,} bits")
    machine.charge(bits >> 6)


def bits_of(value: Value) -> int:
    """The bits of a whole number, 1 for any other number."""
    return int(value).bit_length() + 1 if isinstance(value, int) else 1


def operation(machine: NativeContext, symbol: str, left: Value, right: Value) -> None:
    """Charge for ``left symbol right`` of plain values: numbers, texts, containers."""
    if isinstance(left, int) and isinstance(right, int):
        if symbol in _STAYING and -_WORD < left < _WORD and -_WORD < right < _WORD:
            return
        integer(machine, _bits(symbol, left, right))
    elif symbol == "*":
        for sequence, count in ((left, right), (right, left)):
            if isinstance(count, int) and isinstance(sequence, _TEXTS_AND_SEQUENCES):
                room(machine, len(sequence) * max(0, count) * _cell(sequence))
                machine.charge(len(sequence) * max(0, count))
    elif symbol == "+" and isinstance(left, _TEXTS_AND_SEQUENCES) and isinstance(right, _TEXTS_AND_SEQUENCES):
        room(machine, (len(left) + len(right)) * _cell(left))
        machine.charge(len(left) + len(right))
    elif isinstance(left, Set | dict) or isinstance(right, Set | dict):
        # Equal elements are compared whole, and those of a view or of what it is combined with are hashed before.
        walked(machine, *(side.keys() if isinstance(side, dict) else side for side in (left, right)))
        room(machine, sum(len(side) for side in (left, right) if isinstance(side, Sized)) * ELEMENT)


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


_TEXTS_AND_SEQUENCES = (str, bytes, bytearray, list, tuple, deque)


def _cell(value: Value) -> int:
    """Bytes of an element of a text or sequence."""
    if isinstance(value, str):
        return 1 if value.isascii() else 4
    return 1 if isinstance(value, bytes | bytearray) else POINTER
