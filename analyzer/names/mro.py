"""The order in which classes are searched for attributes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from analyzer.base import InputError

C = TypeVar("C", bound=Hashable)


class InconsistentHierarchy(InputError):
    """The bases of a class cannot be put in one order, or a class is its own ancestor."""


def linearize(cls: C, bases: Callable[[C], Sequence[C]], known: dict[C, list[C]] | None = None) -> tuple[C, ...]:
    """``cls`` and its ancestors in Python's method resolution order (C3, Barrett et al. 1996).

    ``known`` keeps the orders of the ancestors between calls.

    Raises:
        InconsistentHierarchy: As Python would raise TypeError.
    """
    return tuple(_linearize(cls, bases, (), {} if known is None else known))


def _linearize(cls: C, bases: Callable[[C], Sequence[C]], below: tuple[C, ...], known: dict[C, list[C]]) -> list[C]:
    if cls in known:
        return known[cls]
    if cls in below:
        raise InconsistentHierarchy(f"{cls} is its own ancestor", code="inheritance-cycle")
    direct = list(bases(cls))
    if len(set(direct)) < len(direct):
        raise InconsistentHierarchy(f"{cls} names a base twice", code="inconsistent-hierarchy")
    orders = [_linearize(base, bases, (*below, cls), known) for base in direct]
    known[cls] = [cls, *_merge(cls, [list(order) for order in [*orders, direct]])]
    return known[cls]


def _merge(cls: C, orders: list[list[C]]) -> list[C]:
    merged: list[C] = []
    while orders := [order for order in orders if order]:
        later = {one for order in orders for one in order[1:]}
        head = next((order[0] for order in orders if order[0] not in later), None)
        if head is None:
            raise InconsistentHierarchy(f"the bases of {cls} contradict each other", code="inconsistent-hierarchy")
        merged.append(head)
        for order in orders:
            if order[0] == head:
                del order[0]
    return merged
