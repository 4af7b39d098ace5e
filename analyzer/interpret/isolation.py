"""One model never changes another: what later models will meet too is known, and that it was changed is noticed.

Modules are loaded once for many models. When a module's body has run, everything that can be reached from it is taken
note of. A program that changes any of it afterwards (``nn.LayerNorm.forward = …``, an entry in a table of the library,
a global counter) does so for itself alone: the machine that it ran on is thrown away.
"""

from __future__ import annotations

from collections import UserDict, deque
from collections.abc import Iterable, Iterator

from analyzer.interpret.frames import Frame
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


class Shared:
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
    yield value.attributes
    if value.native is not MISSING:
        yield value.native
    if isinstance(value, ModuleInstance):
        yield from (value.parameters, value.buffers, value.modules, value.hooks, value.pre_hooks)
