"""``sorted``, ``max`` and the like, with the order that the program's own classes define."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from analyzer.library.context import NativeContext
from analyzer.library.natives.bounds import walked
from analyzer.values import Instance, Value, plain


def keys_of(machine: NativeContext, items: Sequence[Value], key: Value) -> list[Any]:
    """What Python has to compare in order to bring ``items`` in order.

    Any: it is Python that compares them, and raises where they have no order.
    """
    keys = [item if key is None else machine.call(key, (item,)) for item in items]
    walked(machine, keys)
    if any(isinstance(one, Instance) for one in keys):
        return list(map(_by_program(machine), keys))
    return list(map(plain, keys))


def ordered(machine: NativeContext, items: Sequence[Value], key: Value, reverse: bool) -> list[Value]:
    """``sorted(items, key=key, reverse=reverse)``."""
    keys = keys_of(machine, items, key)
    return [items[i] for i in sorted(range(len(items)), key=keys.__getitem__, reverse=reverse)]


def _by_program(machine: NativeContext) -> Callable[[Value], Value]:
    def less(left: Value, right: Value) -> bool:
        return machine.truth(machine.compare("<", left, right)) is True

    return functools.cmp_to_key(lambda left, right: -1 if less(left, right) else int(less(right, left)))
