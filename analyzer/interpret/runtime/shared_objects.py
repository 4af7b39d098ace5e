"""What more than one model meets, and how it is put back to what it was before a model changed it."""

from __future__ import annotations

from collections import UserDict, deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from analyzer.interpret.runtime.frames import Frame
from analyzer.sources import syntax
from analyzer.values import (
    MISSING,
    TRACED,
    BoundMethod,
    ClassMethod,
    ClassValue,
    Function,
    Instance,
    LazyImport,
    ModuleInstance,
    Opaque,
    Partial,
    Property,
    PyModule,
    StaticMethod,
    Tensor,
    Unknown,
    Value,
)

_FIXED = frozenset({int, float, complex, bool, str, bytes, type(None), LazyImport, Opaque, Unknown, *TRACED})


Key = TypeVar("Key")
Element = TypeVar("Element")


class SharedObjects:
    """Objects that more than one model meets, by their address; they are kept, so that no other one has it."""

    def __init__(self, values: Iterable[Value]) -> None:
        self._known: dict[int, Value] = {}
        self.add(values)

    def __contains__(self, value: Value) -> bool:
        return id(value) in self._known

    def add(self, values: Iterable[Value]) -> None:
        """Take note of ``values`` and all that can be reached from them."""
        known = self._known
        pending = list(values)
        while pending:
            value = pending.pop()
            if type(value) in _FIXED or id(value) in known or isinstance(value, syntax.Node):
                continue
            known[id(value)] = value
            pending.extend(_parts(value))

    def add_module(self, module: PyModule) -> None:
        """Take note of a module whose body has run. Other modules in it do so themselves."""
        self.add((module, module.namespace))


class Undo:
    """What shared objects were before this model changed them."""

    def __init__(self) -> None:
        self._before: dict[int, tuple[Value, Callable[[], None]]] = {}

    def __contains__(self, value: Value) -> bool:
        return id(value) in self._before

    def keep(self, value: Value) -> bool:
        """Take note of what ``value`` is now, before it is changed for the first time; false where it cannot be put
        back."""
        if value not in self:
            restore = _restoring(value)
            if restore is None:
                return False
            self._before[id(value)] = value, restore
        return True

    def restore(self) -> None:
        """Put everything back."""
        for _, restore in self._before.values():
            restore()
        self._before.clear()


def _restoring(value: Value) -> Callable[[], None] | None:
    """What puts an object back to what it is now, None where there is no way."""
    match value:
        case dict():
            return partial(_refill_table, value, dict(value))
        case UserDict():
            return partial(_refill_table, value.data, dict(value.data))
        case set():
            return partial(_refill_set, value, set(value))
        case list() | deque():
            return partial(_refill_list, value, list(value))
        case ClassValue():
            return partial(_refill_class, value, dict(value.namespace))
        case PyModule():
            return partial(_refill_table, value.namespace, dict(value.namespace))
        case Function():
            return partial(_refill_table, value.attributes, dict(value.attributes))
        case Frame():
            return partial(_refill_table, value.locals, dict(value.locals))
        case Instance():
            refills: list[Callable[[], None]] = [partial(_refill_table, one, dict(one)) for one in _tables(value)]
            if isinstance(value, ModuleInstance):
                refills.append(partial(_refill_set, value.non_persistent, set(value.non_persistent)))
            return partial(_refill_object, value, value.cls, refills)
    return None


def _refill_table(table: dict[Key, Element], content: dict[Key, Element]) -> None:
    table.clear()
    table.update(content)


def _refill_set(target: set[Element], content: set[Element]) -> None:
    target.clear()
    target.update(content)


def _refill_list(target: list[Value] | deque[Value], content: list[Value]) -> None:
    target.clear()
    target.extend(content)


def _refill_class(cls: ClassValue, content: dict[str, Value]) -> None:
    _refill_table(cls.namespace, content)
    cls.changed()


def _refill_object(target: Instance, cls: ClassValue, refills: Iterable[Callable[[], None]]) -> None:
    target.cls = cls
    for refill in refills:
        refill()


def _tables(value: Instance) -> tuple[dict[Any, Any], ...]:
    """What an object holds by name or number. Any: each table has keys and members of its own type."""
    if isinstance(value, ModuleInstance):
        return value.attributes, value.parameters, value.buffers, value.modules, value.hooks, value.pre_hooks
    return (value.attributes,)


def _parts(value: Value) -> Iterator[Value]:
    """What can be reached from a value in one step."""
    match value:
        case dict():
            yield from value.keys()
            yield from value.values()
        case list() | tuple() | set() | frozenset() | deque():
            if not _FIXED.issuperset(map(type, value)):
                yield from value
        case ClassValue():
            yield value.namespace
        case Function():
            yield from (value.attributes, value.defaults, value.scope)
        case Frame():
            yield from (value.locals, value.parent)
        case Instance():
            yield from _inside(value)
        case BoundMethod():
            yield from (value.function, value.receiver)
        case Partial():
            yield from (value.function, value.args, value.kwargs)
        case Property():
            yield from (value.getter, value.setter, value.deleter)
        case StaticMethod() | ClassMethod():
            yield value.function
        case Tensor():
            yield value.attributes
        case UserDict():
            yield value.data


def _inside(value: Instance) -> Iterator[Value]:
    yield from _tables(value)
    if value.native is not MISSING:
        yield value.native
