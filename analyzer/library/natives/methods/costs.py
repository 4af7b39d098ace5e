"""What calls of Python's own methods may cost, charged before they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from typing import TypeAlias

from analyzer.library.context import NativeContext
from analyzer.library.natives.bounds import ELEMENT, POINTER, integer, operation, room, walked
from analyzer.library.natives.methods.method import Cost
from analyzer.values import Value

Text: TypeAlias = str | bytes | bytearray
_PIECE = 56
"""Bytes of a short text."""


def by_size(machine: NativeContext, receiver: Value, *args: Value) -> None:
    """One walk through the receiver and each argument, the result of about the same size."""
    size = sum(len(value) for value in (receiver, *args) if isinstance(value, Sized))
    machine.charge(size)
    if size > 1024:
        room(machine, size * POINTER)


def constant(machine: NativeContext, receiver: Value, *args: Value) -> None:
    """As good as nothing."""


def by_content(machine: NativeContext, receiver: Value, *args: Value) -> None:
    """A comparison with everything inside."""
    walked(machine, receiver)


def operator(symbol: str, reflected: bool = False) -> Cost:
    """``receiver symbol argument``."""

    def cost(machine: NativeContext, receiver: Value, other: Value, *rest: Value) -> None:
        operation(machine, symbol, *((other, receiver) if reflected else (receiver, other)))

    return cost


def width(machine: NativeContext, text: Sized, wide: int, *rest: Value) -> None:
    """``center``, ``zfill`` and others that fill up to a width."""
    room(machine, 4 * max(len(text), wide))


def tabs(machine: NativeContext, text: Text, size: int = 8) -> None:
    """``expandtabs``."""
    count = text.count("\t") if isinstance(text, str) else text.count(b"\t")
    room(machine, 4 * (len(text) + count * max(0, size)))


def replacement(machine: NativeContext, text: Text, old: Text, new: Text, count: int = -1) -> None:
    """``replace``."""
    machine.charge(len(text))
    room(machine, 4 * (len(text) + _occurrences(text, old) * len(new)))


def _occurrences(text: Text, piece: Text) -> int:
    """How often ``piece`` is in ``text``; of another type, the most that is possible."""
    if isinstance(text, str):
        return text.count(piece) if isinstance(piece, str) else len(text) + 1
    return len(text) + 1 if isinstance(piece, str) else text.count(piece)


def pieces(machine: NativeContext, text: Sized, *rest: Value) -> None:
    """``split`` and others that give many texts."""
    machine.charge(len(text))
    if len(text) > 1024:
        room(machine, len(text) // 2 * _PIECE)


def joined(machine: NativeContext, text: Sized, parts: Sequence[Value]) -> None:
    """``join``."""
    size = sum(len(part) for part in parts if isinstance(part, str | bytes | bytearray)) + len(text) * len(parts)
    room(machine, 4 * size)
    machine.charge(size)


def translated(machine: NativeContext, text: Sized, table: Value, *rest: Value) -> None:
    """``translate``."""
    texts = table.values() if isinstance(table, dict) else ()
    longest = max((len(new) for new in texts if isinstance(new, str)), default=1)
    room(machine, 4 * len(text) * max(1, longest))
    machine.charge(len(text))


def hexadecimal(machine: NativeContext, data: Sized, separator: Value = "", *rest: Value) -> None:
    """``bytes.hex``."""
    room(machine, 3 * len(data))


def repeated_bytes(machine: NativeContext, number: int, length: int = 1, *rest: Value) -> None:
    """``int.to_bytes``."""
    room(machine, max(0, length))


def number_of(machine: NativeContext, receiver: Value, data: Value, *rest: Value) -> None:
    """``int.from_bytes``."""
    integer(machine, 8 * len(data) if isinstance(data, Sized) else 0)


def digits(machine: NativeContext, number: Value, count: int | None = None) -> None:
    """``__round__``: ten to the power of the digits is computed."""
    integer(machine, 4 * abs(count or 0))


def power(machine: NativeContext, base: Value, exponent: Value, modulus: Value = None) -> None:
    """``pow`` with two or three numbers."""
    if modulus is None:
        operation(machine, "**", base, exponent)
    else:
        bits = sum(value.bit_length() for value in (base, exponent, modulus) if isinstance(value, int))
        if bits > 1 << 13:
            machine.no_value("a power of numbers with so many digits")


def counted(machine: NativeContext, counter: Mapping[Value, Value], *rest: Value) -> None:
    """``Counter.elements``."""
    total = sum(count for count in counter.values() if isinstance(count, int) and count > 0)
    room(machine, total * ELEMENT)
    machine.charge(total)
