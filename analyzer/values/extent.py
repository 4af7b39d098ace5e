"""How large a value is for whoever walks through all of it: what is in it twice is met twice."""

from __future__ import annotations

from collections import UserDict, deque
from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from itertools import chain

from analyzer.values.objects import MISSING, Instance, RecordInstance, Value
from analyzer.values.origin import TracedBool, TracedFloat, TracedInt

DEEPEST = 200
"""Levels of containers within containers; no model's data nests anywhere near as deep."""
_ATOMS = frozenset({int, float, bool, complex, type(None), TracedInt, TracedFloat, TracedBool})


class TooDeep(Exception):
    """A value nests deeper than ``DEEPEST`` levels, as one that holds itself does."""


def extent(value: Value, most: int) -> int:
    """The number of elements in ``value`` with everything inside, characters included; ``most + 1`` if there are more.

    ``extent([1, [2, 3], "abc"], 100)`` is 9. The cost is that of the answer, however often a part is shared.

    Raises:
        TooDeep: it nests deeper than ``DEEPEST`` levels.
    """
    count = 0
    open_ones: list[Iterator[Value]] = [iter((value,))]
    while open_ones:
        for item in open_ones[-1]:
            count += 1
            if type(item) in _ATOMS:
                continue
            if isinstance(item, str | bytes | bytearray):
                count += len(item)
                continue
            if isinstance(item, list | tuple | set | frozenset | deque) and _ATOMS.issuperset(map(type, item)):
                count += len(item)
                continue
            if count > most:
                break
            inner = _parts(item)
            if inner is not None:
                if len(open_ones) > DEEPEST:
                    raise TooDeep
                open_ones.append(inner)
                break
        else:
            open_ones.pop()
        if count > most:
            return most + 1
    return count


def _parts(item: Value) -> Iterator[Value] | None:
    """What is inside a container, or in an object that is compared by its content; None for anything else."""
    if isinstance(item, list | tuple | set | frozenset | deque):
        return iter(item)
    if isinstance(item, dict):
        return chain(item.keys(), item.values())
    if isinstance(item, KeysView | ValuesView):
        return iter(item)
    if isinstance(item, ItemsView):
        return chain.from_iterable(item)
    if isinstance(item, UserDict):
        return iter((item.data,))
    if isinstance(item, RecordInstance):
        return iter(item.attributes.values())
    if isinstance(item, Instance) and item.native is not MISSING:
        return iter((item.native,))
    return None
