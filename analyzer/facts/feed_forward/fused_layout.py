"""Which rows of one matrix make the gate and which the other half: two blocks, or one after the other by turns."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise

import numpy as np

from analyzer.facts.dataflow.element_map import NotTraceable, Rearrangement, rearrangement
from analyzer.facts.dataflow.elementwise import ElementPlace
from analyzer.facts.feed_forward.feed_forward import FeedForward
from analyzer.graph import Op, OpKind
from analyzer.query import Query


class FusedLayout(StrEnum):
    """The order of gate and up rows."""

    GATE_FIRST = "[gate, up]"
    UP_FIRST = "[up, gate]"
    GATE_BY_TURNS = "interleaved [gate, up]"
    UP_BY_TURNS = "interleaved [up, gate]"


def fused_halves(query: Query, found: FeedForward) -> FusedLayout | None:
    """The layout of the matrix that makes gate and up of ``found``; None where it is not one, or was not followed."""
    if not found.fused:
        return None
    root = found.up[0].output
    if root.kind is OpKind.CONV:
        return None
    if len(found.parts) == 1:  # one call takes both halves: the second is the gate
        return FusedLayout.UP_FIRST if _halves_features(found.activated) else None
    gate = _gate(query, found)
    rows = [query.get(_rows, rearrangement(op, root, output)) for op, output in found.parts]
    if gate is None or len(rows) != 2 or rows[0] is None or rows[1] is None:
        return None
    own, other = rows if found.parts[0] == gate else rows[::-1]
    return _layout(own, other) if own and other else None


def _halves_features(op: Op) -> bool:
    dim = op.arguments.get("dim", -1)
    rank = len(op.outputs[0].shape)
    return op.kind is OpKind.GLU and isinstance(dim, int) and int(dim) % rank == rank - 1


def _gate(query: Query, found: FeedForward) -> ElementPlace | None:
    """The half that the activation reads, None where it reads both."""
    places, seen = [(one.source, one.output) for one in found.activated.operands], set[ElementPlace]()
    reached: set[ElementPlace] = set()
    while places:
        place = places.pop()
        if place in found.parts:
            reached.add(place)
        elif place not in seen and place[0].index > found.up[0].op.index:
            seen.add(place)
            places += [(one.source, one.output) for one in place[0].operands]
    return reached.pop() if len(reached) == 1 else None


def _rows(query: Query, part: Rearrangement) -> tuple[int, ...] | None:
    """The features of the first position that a part holds, as numbers of rows of the matrix."""
    width = int(part.root.outputs[0].shape[-1])
    try:
        elements = part.element_map()
    except NotTraceable:
        return None
    inside = np.unique(elements[elements < width])
    return tuple(int(row) for row in inside) if inside.size * 2 == width else None


def _layout(gate: tuple[int, ...], up: tuple[int, ...]) -> FusedLayout | None:
    if max(gate) < min(up):
        return FusedLayout.GATE_FIRST
    if max(up) < min(gate):
        return FusedLayout.UP_FIRST
    turns = all(b - a == 2 for a, b in pairwise(gate)) and abs(gate[0] - up[0]) == 1
    if not turns:
        return None
    return FusedLayout.GATE_BY_TURNS if gate[0] < up[0] else FusedLayout.UP_BY_TURNS
