"""``str``, ``repr`` and ``format`` of the program's values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.base import GapCode
from analyzer.graph import Dtype
from analyzer.interpret.operators import HOST_ERRORS, unwrap
from analyzer.library.natives.templates import asks_for_too_much
from analyzer.values import (
    MISSING,
    ClassValue,
    Function,
    Instance,
    Native,
    Opaque,
    PyModule,
    Tensor,
    Unknown,
    Value,
    plain,
)

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine

LONGEST = 10_000
_DEEPEST = 20
_WITHOUT_TEXT = (Opaque, Unknown, Tensor, Function, PyModule)


def text(machine: Machine, value: Value) -> str:
    """``str(value)`` of the program."""
    if isinstance(value, Instance):
        method = value.cls.find("__str__")
        return represent(machine, value) if method is MISSING else _answer(machine, method, value)
    return str(plain(value)) if isinstance(value, str) else represent(machine, value)


def represent(machine: Machine, value: Value, depth: int = 0) -> str:
    """``repr(value)`` of the program."""
    match value:
        case Instance():
            method = value.cls.find("__repr__")
            if isinstance(method, Native) and isinstance(value.native, list | dict | set):
                return represent(machine, value.native, depth)
            return f"<{value.cls.name} object>" if method is MISSING else _answer(machine, method, value)
        case ClassValue():
            return f"<class '{value.qualified_name}'>"
        case Dtype():
            return f"torch.{value.value}"
        case list() | tuple() | dict() | set() | frozenset() if depth < _DEEPEST and _holds_objects(value):
            return _of_container(machine, value, depth + 1)
    return "<...>" if isinstance(value, _WITHOUT_TEXT) else repr(plain(value))[:LONGEST]


def _answer(machine: Machine, method: Value, value: Instance) -> str:
    found = machine.call(method, (value,))
    return found if isinstance(found, str) else ""


def _holds_objects(value: Value) -> bool:
    """Whether Python's own text of a container would show something of ours."""
    items = (*value.keys(), *value.values()) if isinstance(value, dict) else value
    return any(not isinstance(item, bool | int | float | str | None) for item in items)


def _of_container(machine: Machine, value: Value, depth: int) -> str:
    def shown(item: Value) -> str:
        return represent(machine, item, depth)

    if isinstance(value, dict):
        inner = ", ".join(f"{shown(key)}: {shown(item)}" for key, item in value.items())
        bare = "{" + inner + "}"
    else:
        inner = ", ".join(map(shown, value))
        bare = f"({inner}{',' * (len(value) == 1)})" if isinstance(value, tuple) else "[" + inner + "]"
    name = type(value).__name__
    if isinstance(value, set | frozenset):
        bare = "{" + inner + "}"
    return (bare if type(value) in (list, tuple, dict, set) else f"{name}({bare})")[:LONGEST]


def formatted(machine: Machine, value: Value, spec: str) -> Value:
    """``format(value, spec)`` of the program."""
    if asks_for_too_much(spec):
        return machine.unknown(GapCode.BUDGET, "format", "the formatted text would be too long")
    if isinstance(value, Instance):
        method = value.cls.find("__format__")
        if method is not MISSING:
            return machine.call(method, (value, spec))
        value = unwrap(value) if value.native is not MISSING else value
    if not spec or isinstance(value, Opaque):
        return text(machine, value)
    bare = plain(value)
    if isinstance(bare, Instance | list | tuple | dict | set | None):
        machine.throw("TypeError", f"unsupported format string passed to {machine.type_of(value).name}.__format__")
    try:
        return format(bare, spec)
    except HOST_ERRORS as error:
        machine.throw(type(error).__name__, str(error))
