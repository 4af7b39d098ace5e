"""Kinds of arguments that Python's own methods take, and how a value of the program becomes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.base import GapCode
from analyzer.library.context import NativeContext
from analyzer.library.natives.bounds import materialised, walked
from analyzer.values import MISSING, Instance, Opaque, Tensor, Unknown, Value, plain

CODECS = frozenset({"utf-8", "utf8", "utf_8", "ascii", "latin-1", "latin1", "utf-16", "utf-32"})
ERRORS = frozenset({"strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace"})
"""Neither lets a lone surrogate in: such a text could not be printed."""


@dataclass(frozen=True, slots=True)
class ArgumentKind:
    """``convert`` gives the plain value or raises the program's TypeError; ``matters`` is false where a value is only
    put away or looked up, so that an unknown one is a value like others.

    Any: each kind is of a type of its own, which the tables pair with the methods of Python that take it.
    """

    convert: Callable[[NativeContext, Value], Any]
    matters: bool = True


def unwrapped(value: Value) -> Value:
    """The container or scalar that an object extends, else the value itself."""
    return value.native if isinstance(value, Instance) and value.native is not MISSING else value


def native(machine: NativeContext, value: Value) -> Value:
    """A value as Python's own code can take it: what an object extends, the number that ``__index__`` gives."""
    if isinstance(value, Instance):
        if value.native is not MISSING:
            return plain(value.native)
        index = value.cls.find("__index__")
        return value if index is MISSING else plain(machine.call(index, (value,)))
    return plain(value)


def kept(value: Value) -> Value:
    """A value that a container stores: as it is, but for the scalar that an enumeration member extends."""
    if isinstance(value, Instance) and isinstance(value.native, str | int | float):
        return value.native
    return value


def _key(machine: NativeContext, value: Value) -> Value:
    """What is hashed and compared."""
    found = kept(value)
    if isinstance(found, tuple | frozenset | Instance):
        walked(machine, found)
    return found


def _compared(machine: NativeContext, value: Value) -> Value:
    found = kept(value)
    walked(machine, found)
    return found


def _typed(*types: type, absent: bool = False) -> Callable[[NativeContext, Value], Any]:
    def convert(machine: NativeContext, value: Value) -> Any:
        found = native(machine, value)
        if isinstance(found, types) or (absent and found is None):
            return found
        wanted = " or ".join(one.__name__ for one in types)
        return machine.throw("TypeError", f"{machine.type_of(value).name!r} object where {wanted} is expected")

    return convert


def _axes(machine: NativeContext, value: Value) -> Any:
    """One axis or size of an array, several, or None."""
    found = unwrapped(value)
    if isinstance(found, tuple | list):
        return tuple(_typed(int)(machine, item) for item in found)
    return _typed(int, absent=True)(machine, value)


def _texts(machine: NativeContext, value: Value) -> Any:
    """One text, or a tuple of them."""
    if isinstance(value, tuple):
        return tuple(_typed(str, bytes, bytearray)(machine, item) for item in value)
    return _typed(str, bytes, bytearray)(machine, value)


def items(machine: NativeContext, value: Value) -> list[Value]:
    """The elements of an iterable of the program, in an order that is the same in every run."""
    return materialised(machine, machine.iterate(unwrapped(value) if isinstance(value, Instance) else value))


def _set_items(machine: NativeContext, value: Value) -> Value:
    """What a set is joined or compared with."""
    found = items(machine, value)
    walked(machine, *found)
    return list(map(plain, found))


def codec(machine: NativeContext, value: Value) -> str:
    """The name of a text encoding that is described; for any other the call has no value."""
    name: str = _typed(str)(machine, value)
    if name.lower() not in CODECS:
        machine.no_value(f"the encoding {name[:40]!r} is not described", GapCode.UNKNOWN_LIBRARY)
    return name


def _errors(machine: NativeContext, value: Value) -> str:
    name: str = _typed(str)(machine, value)
    if name not in ERRORS:
        machine.no_value(f"errors={name[:40]!r} is not described", GapCode.UNKNOWN_LIBRARY)
    return name


def _translation(machine: NativeContext, value: Value) -> Mapping[int, Any]:
    """The table of ``str.translate``: numbers of characters to numbers, texts or None."""
    found = unwrapped(value)
    if not isinstance(found, dict):
        machine.throw("TypeError", "the table of a translation is not a dictionary")
    number = _typed(int)
    other = _typed(int, str, absent=True)
    return {number(machine, key): other(machine, item) for key, item in found.items()}


def mapping(machine: NativeContext, value: Value) -> dict[Value, Value]:
    """What a dictionary is made or filled from: a mapping, or pairs."""
    found = unwrapped(value)
    if isinstance(found, dict):
        return found
    if isinstance(found, Unknown | Opaque):
        return {}
    if isinstance(found, Instance) and found.cls.find("keys") is not MISSING:
        keys = items(machine, machine.call(machine.get_attribute(found, "keys")))
        return {plain(_key(machine, key)): machine.get_item(found, key) for key in keys}
    pairs = [items(machine, pair) for pair in items(machine, value)]
    if any(len(pair) != 2 for pair in pairs):
        machine.throw("ValueError", "dictionary update sequence element does not have length 2")
    return {_key(machine, key): item for key, item in pairs}


def _tally(machine: NativeContext, value: Value) -> Value:
    """What ``Counter`` counts: numbers by element, or elements."""
    found = unwrapped(value)
    return found if isinstance(found, dict) else _set_items(machine, value)


def _operand(machine: NativeContext, value: Value) -> Value:
    """The other side of an operator."""
    found = native(machine, value)
    if isinstance(found, Tensor):
        machine.throw("TypeError", "a tensor where a plain value is expected")
    walked(machine, found)
    return found


KINDS: dict[str, ArgumentKind] = {
    "any": ArgumentKind(lambda machine, value: kept(value), matters=False),
    "key": ArgumentKind(_key, matters=False),
    "compared": ArgumentKind(_compared, matters=False),
    "int": ArgumentKind(_typed(int)),
    "int?": ArgumentKind(_typed(int, absent=True)),
    "axes": ArgumentKind(_axes),
    "flag": ArgumentKind(lambda machine, value: machine.truth(value) is True),
    "number": ArgumentKind(_typed(int, float, complex)),
    "number?": ArgumentKind(_typed(int, float, complex, absent=True)),
    "none": ArgumentKind(_typed(type(None))),
    "text": ArgumentKind(_typed(str, bytes, bytearray)),
    "text?": ArgumentKind(_typed(str, bytes, bytearray, absent=True)),
    "bytes": ArgumentKind(_typed(bytes, bytearray)),
    "texts": ArgumentKind(_texts),
    "codec": ArgumentKind(codec),
    "errors": ArgumentKind(_errors),
    "translation": ArgumentKind(_translation),
    "items": ArgumentKind(items),
    "set": ArgumentKind(_set_items),
    "mapping": ArgumentKind(mapping),
    "tally": ArgumentKind(_tally),
    "operand": ArgumentKind(_operand),
}
"""By the names that the tables of methods use."""
