"""Computations over loops as cores: the loops in one order, so that the way they are written does not show."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analyzer.compare.canonical.cores import Access, Attributes, LoopNode, access_key, loop_order, merged_loops
from analyzer.compare.canonical.layout import Loop
from analyzer.compare.canonical.terms import Terms


def build_node(
    terms: Terms,
    op: str,
    attributes: Attributes,
    accesses: Sequence[Access],
    sizes: Sequence[int],
    consumed: Sequence[bool],
    *,
    ordered: bool = True,
    sequence: bool = False,
    more: tuple[int, ...] = (),
) -> tuple[int, tuple[int, ...]]:
    """A core, and for each of the given loops its stride in it (0 for those consumed).

    ``ordered``: the order of accesses matters; ``sequence``: that of the consumed loops does.
    """
    if not ordered:
        accesses = sorted(accesses, key=access_key)
    order = loop_order(accesses, consumed, sequence)
    if not ordered:
        accesses = sorted(accesses, key=lambda a: (*access_key(a), *(a.strides[number] for number in order)))
        order = loop_order(accesses, consumed, sequence)
    kept = [number for number in order if not consumed[number]]
    strides, count = _strides(kept, sizes, math.prod(more))
    loops = [(sizes[number], tuple(access.strides[number] for access in accesses)) for number in order]
    left, right = merged_loops(loops[: len(kept)]), merged_loops(loops[len(kept) :])
    node = LoopNode(op, attributes, _walking(accesses, [*left, *right]), _sizes([*left, *right]), len(right), more)
    return terms.number(node, count), strides


def _strides(kept: Sequence[int], sizes: Sequence[int], step: int) -> tuple[tuple[int, ...], int]:
    """For each loop its stride in the core that the ``kept`` ones make in their order, and the core's count."""
    strides = dict.fromkeys(range(len(sizes)), 0)
    for number in reversed(kept):
        strides[number] = step
        step *= sizes[number]
    return tuple(strides[number] for number in range(len(sizes))), step


def _walking(accesses: Sequence[Access], loops: Sequence[Loop]) -> tuple[Access, ...]:
    """The accesses with their strides in ``loops``."""
    return tuple(
        Access(access.core, access.offset, tuple(loop[1][place] for loop in loops), access.extra)
        for place, access in enumerate(accesses)
    )


def _sizes(loops: Sequence[Loop]) -> tuple[int, ...]:
    return tuple(size for size, _ in loops)
