"""Hashes and identities that are the same in every run: Python's own depend on addresses and a random secret."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from analyzer.library.context import NativeContext
from analyzer.library.natives.bounds import STEP, walked
from analyzer.values import Instance, RecordInstance, ScalarInstance, Value, plain


def stable_hash(machine: NativeContext, value: Value) -> int:
    """``hash(value)`` for a value of Python's, or an object that is compared by its content.

    Numbers have Python's hash. What cannot be hashed raises the program's TypeError.
    """
    walked(machine, value)
    return _hash(machine, value)


def _hash(machine: NativeContext, value: Value) -> int:
    machine.charge(STEP)
    bare = plain(value.native if isinstance(value, ScalarInstance) else value)
    match bare:
        case bool() | int() | float() | complex():
            return hash(bare)
        case str():
            return _mixed((zlib.crc32(bare.encode("utf-8", "backslashreplace")), len(bare)))
        case bytes():
            return _mixed((zlib.crc32(bare), len(bare)))
        case tuple():
            return _mixed((len(bare), *(_hash(machine, item) for item in bare)))
        case frozenset():
            return _mixed(sorted(_hash(machine, item) for item in bare))
        case RecordInstance():
            return _mixed(_hash(machine, item) for item in bare.compared())
        case list() | dict() | set() | bytearray():
            machine.throw("TypeError", f"unhashable type: {type(bare).__name__!r}")
        case None | range() | slice():
            return _mixed((zlib.crc32(repr(bare).encode()),))
    return machine.identity(bare if isinstance(bare, Instance) else value)


def _mixed(parts: Iterable[int]) -> int:
    """One number of 61 bits from several."""
    mixed = 1_000_003
    for part in parts:
        mixed = (mixed * 1_000_003 ^ part) % ((1 << 61) - 1)
    return mixed
