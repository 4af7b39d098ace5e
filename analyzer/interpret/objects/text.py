"""``str``, ``repr`` and ``format`` of the program's values: Python itself prints numbers and texts only."""

from __future__ import annotations

from collections import UserDict, deque

import numpy as np

from analyzer.graph import Dtype
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.exceptions import NoValue
from analyzer.interpret.runtime.host_errors import HOST_ERRORS, rethrow
from analyzer.library.natives.bounds import STEP
from analyzer.library.natives.methods.kinds import unwrapped
from analyzer.library.natives.templates import character, check_specification
from analyzer.values import MISSING, ClassValue, Device, Instance, Native, Opaque, Unknown, Value, plain

LONGEST = 10_000
_DEEPEST = 20
_PRINTED = (bool, int, float, complex, str, bytes, bytearray, type(None), type(Ellipsis), type(NotImplemented))
_CONTAINERS = (list, tuple, dict, set, frozenset, deque)


def text(machine: Interpreter, value: Value) -> str:
    """``str(value)`` of the program."""
    if isinstance(value, Instance):
        method = value.cls.find("__str__")
        return represent(machine, value) if method is MISSING else _answer(machine, method, value)
    if isinstance(value, Device | Dtype):
        return str(value)
    return str(plain(value)) if isinstance(value, str) else represent(machine, value)


def represent(machine: Interpreter, value: Value, depth: int = 0) -> str:
    """``repr(value)`` of the program; what has no text that is the same in every run is ``<...>``."""
    machine.charge(STEP)
    match value:
        case Instance():
            method = value.cls.find("__repr__")
            if isinstance(method, Native) and isinstance(value.native, list | dict | set):
                return represent(machine, value.native, depth)
            return f"<{value.cls.name} object>" if method is MISSING else _answer(machine, method, value)
        case ClassValue():
            return f"<class '{value.qualified_name}'>"
        case Dtype():
            return machine.platform.tensor.text(value)
        case Device() | range():
            return repr(value)
        case UserDict():
            return represent(machine, value.data, depth)
        case np.ndarray() if value.dtype.kind in "biufc":
            return repr(value)[:LONGEST]
        case slice():
            parts = (represent(machine, part, depth) for part in (value.start, value.stop, value.step))
            return f"slice({', '.join(parts)})"
    if isinstance(value, _CONTAINERS):
        return _of_container(machine, value, depth + 1) if depth < _DEEPEST else "..."
    return repr(plain(value))[:LONGEST] if isinstance(value, _PRINTED) else "<...>"


def _answer(machine: Interpreter, method: Value, value: Instance) -> str:
    found = machine.call(method, (value,))
    return found if isinstance(found, str) else ""


def _of_container(machine: Interpreter, value: Value, depth: int) -> str:
    """The text of a container, as far as it is printed."""
    if not value and type(value) not in (list, tuple, dict, deque):
        return f"{type(value).__name__}()"
    if isinstance(value, dict):
        inner = _joined(machine, [part for pair in value.items() for part in pair], depth, (": ", ", "))
        bare = "{" + inner + "}"
    else:
        inner = _joined(machine, list(machine.iterate(value)), depth, (", ",))
        bare = f"({inner}{',' * (len(value) == 1)})" if isinstance(value, tuple) else "[" + inner + "]"
    name = type(value).__name__
    if isinstance(value, set | frozenset):
        bare = "{" + inner + "}"
    return (bare if type(value) in (list, tuple, dict, set) else f"{name}({bare})")[:LONGEST]


def _joined(machine: Interpreter, items: list[Value], depth: int, between: tuple[str, ...]) -> str:
    parts: list[str] = []
    length = 0
    for number, item in enumerate(items):
        machine.charge(1)
        parts.append(("" if number == 0 else between[(number - 1) % len(between)]) + represent(machine, item, depth))
        length += len(parts[-1])
        if length > LONGEST:
            break
    return "".join(parts)


def formatted(machine: Interpreter, value: Value, spec: str) -> Value:
    """``format(value, spec)`` of the program."""
    if isinstance(value, Instance):
        method = value.cls.find("__format__")
        if method is not MISSING:
            shown = machine.call(method, (value, spec))
            if not isinstance(shown, str | Unknown):
                machine.throw("TypeError", f"__format__ must return a str, not {machine.type_of(shown).name}")
            return shown
        value = unwrapped(value)
    if not spec or isinstance(value, Opaque):
        return text(machine, value)
    bare = plain(value)
    if not isinstance(bare, bool | int | float | complex | str):
        machine.throw("TypeError", f"unsupported format string passed to {machine.type_of(value).name}.__format__")
    try:
        check_specification(machine, spec)
        if spec.endswith("c") and isinstance(bare, int):
            character(machine, bare)
        return format(bare, spec)
    except NoValue as reason:
        return machine.unknown(reason.code, "format", str(reason))
    except HOST_ERRORS as error:
        rethrow(machine, error)
