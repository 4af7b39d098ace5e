"""Objects of Python's own types made by the program: ``int("12")``, ``dict(pairs)``, ``deque(items, maxlen=3)``."""

from __future__ import annotations

from collections import Counter, OrderedDict, UserDict, defaultdict, deque
from collections.abc import Mapping, Sequence

import numpy as np

from analyzer.library.context import NativeContext
from analyzer.library.natives.bounds import ELEMENT, LARGEST_INTEGER, materialised, room, walked
from analyzer.library.natives.methods.kinds import codec, items, mapping, native, unwrapped
from analyzer.library.natives.operators import operate
from analyzer.values import MISSING, Instance, Native, Tensor, Unknown, Value, as_index, expect, plain

_MAPPINGS = (dict, UserDict)
_LONGEST_NUMBER = LARGEST_INTEGER // 6  # characters, to whatever base


def made(machine: NativeContext, python_type: type, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    """``python_type(*args, **kwargs)``. Arguments that do not fit raise the program's TypeError or ValueError."""
    if python_type is str:
        return _text(machine, args)
    if python_type is bool:
        return _truth(machine, args)
    if python_type in (int, float, complex):
        return _number(machine, python_type, args, kwargs)
    if python_type in (bytes, bytearray):
        return _bytes(machine, python_type, args)
    if issubclass(python_type, _MAPPINGS):
        return _mapping(machine, python_type, args, kwargs)
    if python_type in (list, tuple):
        return python_type(_sequence(machine, args[0])) if args else python_type()
    if python_type in (set, frozenset):
        return python_type(hashed(machine, items(machine, args[0]))) if args else python_type()
    if python_type is deque:
        return _deque(machine, *args, **kwargs)
    if python_type is range:
        return range(*(as_index(native(machine, arg)) for arg in args))
    if python_type is slice:
        return slice(*(native(machine, arg) for arg in args))
    return python_type()


def hashed(machine: NativeContext, values: Sequence[Value]) -> list[Value]:
    """Values that are about to become keys, without their origins."""
    for value in values:
        if isinstance(value, tuple | frozenset | Instance):
            walked(machine, value)
    return list(map(plain, values))


def _text(machine: NativeContext, args: Sequence[Value]) -> Value:
    if len(args) > 1 and isinstance(data := plain(unwrapped(args[0])), bytes | bytearray):
        return data.decode(codec(machine, args[1]))
    return machine.text(args[0]) if args else ""


def _truth(machine: NativeContext, args: Sequence[Value]) -> Value:
    decided = machine.truth(args[0]) if args else False
    return decided if decided is not None else machine.compare("is", args[0], True)


def _number(machine: NativeContext, python_type: type, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    if len(args) == 1 and not isinstance(args[0], bool | int | float | str) and python_type is not complex:
        return _converted(machine, python_type, args[0])
    given = [native(machine, arg) for arg in args]
    named = {name: native(machine, value) for name, value in kwargs.items()}
    if any(isinstance(value, str | bytes | bytearray) and len(value) > _LONGEST_NUMBER for value in given):
        machine.no_value("the number has too many digits")
    if not all(isinstance(value, int | float | complex | str) for value in (*given, *named.values())):
        machine.throw("TypeError", f"{python_type.__name__}() argument is not a number")
    return python_type(*given, **named)


def _converted(machine: NativeContext, python_type: type, value: Value) -> Value:
    name = "int" if python_type is int else "float"
    if isinstance(value, Tensor):
        return operate(machine, name, value)
    method = machine.type_of(value).find(f"__{name}__")
    if method is not MISSING and not isinstance(value, complex):
        found = machine.call(method, (value,))
        return python_type(found) if isinstance(found, bool) else found
    bare = native(machine, value)
    if isinstance(bare, int | float | str | np.number):
        return python_type(bare)
    return machine.throw("TypeError", f"{python_type.__name__}() argument is not a number")


def _bytes(machine: NativeContext, python_type: type[bytes | bytearray], args: Sequence[Value]) -> Value:
    if not args:
        return python_type()
    content = native(machine, args[0])
    if isinstance(content, str):
        return python_type(content.encode(codec(machine, args[1] if len(args) > 1 else "")))
    if isinstance(content, int):
        room(machine, max(0, content))
        return python_type(content)
    if isinstance(content, bytes | bytearray):
        room(machine, len(content))
        return python_type(content)
    return python_type([as_index(native(machine, item)) for item in items(machine, content)])


def _sequence(machine: NativeContext, value: Value) -> list[Value]:
    found = materialised(machine, machine.iterate(value))
    if isinstance(value, Tensor):
        operate(machine, "len", value)  # Python asks how much room it will take
    return found


def _mapping(
    machine: NativeContext,
    python_type: type[dict[Value, Value] | UserDict[Value, Value]],
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
) -> Value:
    if python_type is Counter and args and not isinstance(unwrapped(args[0]), dict):
        return Counter(hashed(machine, items(machine, args[0])))
    result = python_type()
    if isinstance(result, defaultdict) and args:
        factory, *args = args
        result.default_factory = None if factory is None else lambda: machine.call(factory)
    for arg in args[:1]:
        content = {} if arg is None and python_type is UserDict else mapping(machine, arg)
        room(machine, len(content) * ELEMENT)
        machine.charge(len(content))
        result.update(content)
    result.update(kwargs)
    return result


def _deque(machine: NativeContext, values: Value = (), maxlen: Value = None) -> Value:
    longest = native(machine, maxlen)
    bounded = longest is not None and not isinstance(longest, Unknown)
    return deque(map(plain, items(machine, values)), expect(int, longest) if bounded else None)


def filled(machine: NativeContext, receiver: Instance, python_type: type, content: Value) -> None:
    """Put what ``made`` gave into the container that an object extends: ``super().__init__(items)``."""
    target = receiver.native
    if isinstance(target, list):
        target[:] = expect(list, content)
    elif isinstance(target, dict | UserDict) and not isinstance(target, defaultdict):
        target.clear()
        own = receiver.cls.find("__setitem__")
        entries = content if isinstance(content, UserDict) else expect(dict, content)
        if python_type in (OrderedDict, UserDict) and not isinstance(own, Native):  # these fill through it
            for key, value in entries.items():
                machine.call(own, (receiver, key, value))
        else:
            target.update(entries)
    elif isinstance(target, set):
        target.clear()
        target.update(expect(set, content))
    elif target is not MISSING:
        receiver.native = content
