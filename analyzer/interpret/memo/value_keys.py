"""What makes two values equal for the program: a hashable stand-in, where there is one."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from itertools import chain
from typing import Any, TypeGuard

from analyzer.graph import Dtype
from analyzer.values import (
    MISSING,
    TRACED,
    Array,
    BoundMethod,
    ClassValue,
    Device,
    Function,
    Instance,
    ModuleInstance,
    Native,
    Opaque,
    Partial,
    PyModule,
    TooDeep,
    Value,
    extent,
    plain,
)

_SCALARS = frozenset({int, float, str, bool, complex, bytes, type(None), type(Ellipsis)})
_MOST_NUMBERS = 4096
_MOST_ELEMENTS = 10_000
"""In a container with everything inside: comparing more costs more than what it saves."""
_CONTAINERS = frozenset({tuple, list, set, frozenset, dict})
_BY_IDENTITY = (ClassValue, Native, PyModule)


class NotComparable(Exception):
    """The value may behave differently from an equal-looking one."""


def numbers(data: Array | None) -> Hashable:
    """A stand-in for the numbers of a tensor, as far as they are known.

    Raises:
        NotComparable: where there are too many to look at.
    """
    if data is None:
        return None
    if data.size > _MOST_NUMBERS:
        raise NotComparable
    return str(data.dtype), data.shape, data.tobytes()


def value_key(value: Value) -> Hashable:
    """A stand-in for ``value``: values with equal ones behave alike as long as no object is changed.

    Objects of the program stand for themselves.

    Raises:
        NotComparable: for iterators, closures, tensors, modules and whatever else has a state of its own.
    """
    kind = type(value)
    if kind in _SCALARS:
        return kind, value
    if kind in _CONTAINERS:
        check_size(value)
    return _key(value)


def check_size(value: Value) -> None:
    """Take a container only if it can be looked at whole.

    Raises:
        NotComparable: it has too many elements, with everything inside, or nests too deeply.
    """
    if not _is_container(value) or (len(value) <= _MOST_ELEMENTS and _is_flat(value)):
        return
    try:
        large = extent(value, _MOST_ELEMENTS) > _MOST_ELEMENTS
    except TooDeep:
        large = True
    if large:
        raise NotComparable


def _is_container(value: Value) -> TypeGuard[Collection[Value]]:
    return type(value) in _CONTAINERS


def _is_flat(container: Collection[Value]) -> bool:
    """Whether there is nothing inside the elements of ``container``."""
    inside = chain(container, container.values()) if isinstance(container, dict) else container
    return _SCALARS.issuperset(map(type, inside))


def _key(value: Any) -> Hashable:  # Any: the exact type decides, looked up once; every argument of a call comes here.
    kind = type(value)
    if kind in _SCALARS:
        return kind, value
    if kind in TRACED:
        return kind, plain(value), value.origin
    if kind is tuple or kind is list:
        return kind, tuple(map(_key, value))
    if kind is set or kind is frozenset:
        return kind, frozenset(map(_key, value))
    if kind is Partial:
        return kind, value_key(value.function), value_key(value.args), value_key(value.kwargs)
    if kind is dict:
        return kind, tuple((_key(name), _key(item)) for name, item in value.items())
    if kind is Dtype or kind is Device or value is MISSING or isinstance(value, _BY_IDENTITY):
        return kind, value
    if (kind is Function and value.scope is None) or (kind is Instance and value.native is MISSING):
        return kind, value
    if kind is Opaque:
        return kind, value.name
    if kind is BoundMethod and not isinstance(value.receiver, ModuleInstance):
        return kind, value_key(value.function), value_key(value.receiver)
    raise NotComparable
