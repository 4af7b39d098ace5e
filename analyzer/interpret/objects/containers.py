"""Truth, iteration and subscripts of values."""

from __future__ import annotations

from collections import UserDict, defaultdict, deque
from collections.abc import (
    Collection,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    MutableMapping,
    MutableSequence,
    Sequence,
    ValuesView,
)
from typing import Any, TypeAlias

import numpy as np

from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects.generators import Generator
from analyzer.interpret.recording.emission import emit_unknown
from analyzer.interpret.runtime.exceptions import NoValue, ProgramError
from analyzer.interpret.runtime.host_errors import HOST_ERRORS, rethrow
from analyzer.library.natives import arrays
from analyzer.library.natives.bounds import materialised, walked
from analyzer.library.natives.constructors import hashed
from analyzer.library.natives.methods.kinds import native, unwrapped
from analyzer.values import (
    MISSING,
    Array,
    ClassMethod,
    ClassValue,
    Function,
    Instance,
    Native,
    Opaque,
    Tensor,
    Unknown,
    Value,
    plain,
)

Written: TypeAlias = MutableMapping[Any, Any] | MutableSequence[Any] | Array
"""What a subscript can be assigned to. Any: Python's containers check what is put into them, and raise."""
_KEYED = (dict, UserDict)
_WRITTEN: tuple[type[Written], ...] = (*_KEYED, list, deque, bytearray, np.ndarray)
_INDEXED: tuple[type[Written | Sequence[Value]], ...] = (*_WRITTEN, tuple, str, bytes, range)
_LONG = 1_024
_FEW = 64
"""Elements that a walk of its own statement may take without being counted."""


def truth(machine: Interpreter, value: Value) -> bool | None:
    """Truth of a value; None where it depends on data or on something unknown."""
    if isinstance(value, Tensor):
        result = machine.emit(machine.operators.target("bool"), (value,))
        return result if isinstance(result, bool) else None
    if isinstance(value, Unknown):
        return None
    if isinstance(value, Opaque):
        return False
    if isinstance(value, Instance):
        for name in ("__bool__", "__len__"):
            method = value.cls.find(name)
            if method is not MISSING:
                return machine.truth(machine.call(method, (value,)))
        return bool(value.native) if value.native is not MISSING else True
    return bool(value)


def iterate(machine: Interpreter, value: Value) -> Iterable[Value]:
    """The elements of an iterable; an unknown one has one unknown element."""
    if isinstance(value, set | frozenset):
        machine.charge(len(value))
        return _in_fixed_order(value)
    if isinstance(value, dict | deque):
        return _guarded(machine, value)
    if isinstance(value, list | tuple | str | bytes | bytearray):
        if len(value) > _FEW:
            machine.charge(len(value))
        return value
    if isinstance(value, range):
        return _range(machine, value)
    if isinstance(value, Tensor):
        if not value.shape:
            machine.throw("TypeError", "iteration over a 0-d tensor")
        rows = machine.emit(machine.operators.target("iter"), (value, 0))
        return list(rows) if isinstance(rows, list | tuple) else (rows,)
    if isinstance(value, Unknown):
        return (value,)
    if isinstance(value, Opaque):
        return ()
    if isinstance(value, Instance | ClassValue):
        return _iterate_object(machine, value)
    if isinstance(value, Generator):
        return value
    machine.written_into(value)  # Walking through an iterator uses it up.
    if isinstance(value, Iterator | KeysView | ValuesView | ItemsView | UserDict | np.ndarray):
        return _guarded(machine, value)
    machine.throw("TypeError", f"{machine.type_of(value).name!r} object is not iterable")


def _range(machine: Interpreter, value: range) -> Iterable[Value]:
    """The numbers of a range, counted one by one where there are many: few of them may be asked for."""
    if value[_LONG:]:
        return _guarded(machine, value)
    return value


def _in_fixed_order(value: Collection[Value]) -> Iterable[Value]:
    """The elements of a set: numbers as Python has them, others in an order that is the same in every run."""
    if all(isinstance(item, int | float) for item in value):
        return list(value)
    return sorted(value, key=lambda item: (type(item).__name__, str(item)))


def _guarded(machine: Interpreter, iterable: Iterable[Value]) -> Iterator[Value]:
    """The elements, with what Python raises on the way turned into the program's exception."""
    try:
        for item in iterable:
            machine.charge(1)
            yield item
    except HOST_ERRORS as error:
        rethrow(machine, error)
    except RuntimeError as error:
        machine.throw("RuntimeError", str(error))


def _iterate_object(machine: Interpreter, value: Instance | ClassValue) -> Iterable[Value]:
    cls = machine.type_of(value)
    method = cls.find("__iter__")
    if method is not MISSING:
        iterator = machine.call(method, (value,))
        if isinstance(iterator, Instance) and iterator.cls.find("__next__") is not MISSING:
            return _iterate_by_next(machine, iterator)
        return machine.iterate(iterator)
    if isinstance(value, Instance) and value.native is not MISSING:
        return machine.iterate(value.native)
    if cls.find("__getitem__") is not MISSING:
        return _iterate_by_index(machine, value)
    machine.throw("TypeError", f"{cls.name!r} object is not iterable")


def _iterate_by_next(machine: Interpreter, iterator: Instance) -> Iterator[Value]:
    method = iterator.cls.find("__next__")
    while True:
        try:
            item = machine.call(method, (iterator,))
        except ProgramError as error:
            if error.name != "StopIteration":
                raise
            return
        yield item


def _iterate_by_index(machine: Interpreter, value: Value) -> Iterator[Value]:
    index = 0
    while True:
        try:
            item = machine.get_item(value, index)
        except ProgramError as error:
            if error.name != "IndexError":
                raise
            return
        yield item
        index += 1


def get_item(machine: Interpreter, value: Value, index: Value) -> Value:
    """``value[index]`` of the program."""
    if isinstance(value, Tensor):
        return machine.emit(machine.operators.target("getitem"), (value, index))
    if isinstance(value, Unknown):
        return emit_unknown(machine, machine.operators.target("getitem"), (value, index)) if value.sources else value
    if isinstance(value, Opaque):
        return value
    if isinstance(index, Unknown) and isinstance(value, list | tuple | dict | str | range):
        return index
    if isinstance(value, Instance):
        method = value.cls.find("__getitem__")
        if (
            isinstance(method, Native)
            and isinstance(value.native, dict)
            and _key(machine, {}, index) not in value.native
        ):
            method = _when_missing(value.cls, method)
        if method is not MISSING:
            return machine.call(method, (value, index))
        value = unwrapped(value)
    if isinstance(value, ClassValue):
        return _class_item(machine, value, index)
    return _native_item(machine, value, index)


def _when_missing(cls: ClassValue, otherwise: Value) -> Value:
    found = cls.find("__missing__")
    return otherwise if found is MISSING else found


def _class_item(machine: Interpreter, cls: ClassValue, index: Value) -> Value:
    metaclass = cls.metaclass
    method = metaclass.find("__getitem__") if metaclass is not None else MISSING
    if method is not MISSING:
        return machine.call(method, (cls, index))
    own = cls.find("__class_getitem__")
    if isinstance(own, Function | ClassMethod):
        return machine.call(own.function if isinstance(own, ClassMethod) else own, (cls, index))
    return cls


def _native_item(machine: Interpreter, value: Value, index: Value) -> Value:
    if isinstance(index, Tensor):
        number = machine.emit(machine.operators.target("item"), (index,)) if not isinstance(value, dict) else index
        if isinstance(number, Unknown):
            return number
        index = number
    if not isinstance(value, _INDEXED):
        machine.throw("TypeError", f"{machine.type_of(value).name!r} object is not subscriptable")
    try:
        return value[_index(machine, value, index)]
    except NoValue as reason:
        return machine.unknown(reason.code, "subscript", str(reason))
    except HOST_ERRORS as error:
        rethrow(machine, error)


def _index(machine: Interpreter, value: Written | Sequence[Value], index: Value) -> Any:
    """An index as Python's own containers take it; what is taken out is charged.

    Any: it is the container that checks its index, and raises what the program gets.
    """
    if isinstance(value, _KEYED):
        return _key(machine, value, index)
    if isinstance(value, np.ndarray):
        return arrays.index(machine, value, index)
    if isinstance(index, slice):
        part = slice(native(machine, index.start), native(machine, index.stop), native(machine, index.step))
        machine.charge(len(range(*part.indices(len(value)))) if len(value) > _LONG else 1)
        return part
    return native(machine, index)


def _key(machine: Interpreter, value: Value, index: Value) -> Value:
    """A key of a dictionary."""
    key = plain(index)
    if isinstance(key, tuple | frozenset | Instance):
        walked(machine, key)
    if isinstance(value, defaultdict):
        machine.written_into(value)
    return key


def set_item(machine: Interpreter, value: Value, index: Value, new: Value) -> None:
    """``value[index] = new`` of the program."""
    if isinstance(value, Tensor):
        machine.emit(machine.operators.target("setitem"), (value, index, new))
        return
    if isinstance(value, Unknown | Opaque) or isinstance(index, Unknown):
        return
    if isinstance(value, Instance):
        method = value.cls.find("__setitem__")
        if method is not MISSING:
            machine.call(method, (value, index, new))
            return
        value = unwrapped(value)
    if not isinstance(value, _WRITTEN):
        machine.throw("TypeError", f"{machine.type_of(value).name!r} object does not support item assignment")
    try:
        _before_writing(machine, value, index)
        if isinstance(value, np.ndarray):
            arrays.assign(machine, value, index, new)
        elif isinstance(index, slice) and isinstance(value, MutableSequence):
            value[_index(machine, value, index)] = materialised(machine, machine.iterate(new))
        else:
            value[_index(machine, value, index)] = new
    except NoValue as reason:
        machine.unknown(reason.code, "assignment to a subscript", str(reason))
    except HOST_ERRORS as error:
        rethrow(machine, error)


def _before_writing(machine: Interpreter, value: Value, index: Value) -> None:
    if isinstance(value, _KEYED):
        machine.entered(value, hashed(machine, (index,)))
    else:
        machine.written_into(value)


def delete_item(machine: Interpreter, value: Value, index: Value) -> None:
    """``del value[index]`` of the program."""
    if isinstance(value, Unknown | Opaque):
        return
    if isinstance(value, Instance):
        method = value.cls.find("__delitem__")
        if method is not MISSING:
            machine.call(method, (value, index))
            return
        value = unwrapped(value)
    if not isinstance(value, _WRITTEN):
        machine.throw("TypeError", f"{machine.type_of(value).name!r} object does not support item deletion")
    machine.written_into(value)
    if isinstance(value, np.ndarray):
        machine.throw("ValueError", "cannot delete array elements")
    try:
        del value[_index(machine, value, index)]
    except HOST_ERRORS as error:
        rethrow(machine, error)
