"""Rotary embeddings: pairs of features turned by an angle, in every spelling.

A rotation is a sum (or difference) of two rearrangements of one tensor, each multiplied by a cosine or sine, or a
product of complex numbers. The layout is read off the pairs themselves, relative to the features as they were
projected, so permutations that are done first count.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import prod

import numpy as np

from analyzer.facts.dataflow.content import angular, computed_parameters, content
from analyzer.facts.dataflow.element_map import ElementMap, NotTraceable, element_map, rearranged, steps_between
from analyzer.graph import Op, OpKind
from analyzer.query import Query, constant_side, number, sides


class RotaryLayout(StrEnum):
    """Which features form a pair: ``half`` (i, i + d/2), ``interleaved`` (2i, 2i + 1)."""

    HALF = "half"
    INTERLEAVED = "interleaved"


_AT_ONCE = 1 << 20
"""Indexing by a large array takes eight bytes an element for a while."""


@dataclass(frozen=True, slots=True, eq=False)
class Rotary:
    """One rotation of one tensor.

    ``input`` is what is rotated, ``mixes`` the operations that combine the two features of a pair, ``rotated`` the
    number of features (of one head) that take part, ``first`` the position of the first of them in the row that they
    were taken from. ``layout`` is None where the pairs follow neither form. ``angles`` are the cosines and sines (or
    complex numbers) as they are multiplied in.
    """

    input: Op
    mixes: tuple[Op, ...]
    layout: RotaryLayout | None
    rotated: int
    first: int
    angles: tuple[Op, ...]
    pairing: tuple[Op, ...] = ()
    """The operations that bring the two features of a pair together."""

    @property
    def output(self) -> Op:
        return self.mixes[-1]

    @property
    def module(self) -> str:
        return self.output.module


def rotaries(query: Query) -> tuple[Rotary, ...]:
    """Every rotation in the forward call, in order of execution."""
    found: dict[tuple[Op, int, int], Rotary] = {}
    for op in query.ops(OpKind.ADD, OpKind.SUB, OpKind.MUL, OpKind.SUM):
        rotary = _rotary(query, op)
        if rotary is None:
            continue
        key = (rotary.input, rotary.first, rotary.rotated)
        earlier = found.get(key)
        found[key] = _merged(earlier, rotary) if earlier else rotary
    return tuple(found.values())


def _merged(one: Rotary, other: Rotary) -> Rotary:
    return replace(
        one,
        mixes=one.mixes + other.mixes,
        angles=tuple(dict.fromkeys(one.angles + other.angles)),
        pairing=tuple(dict.fromkeys(one.pairing + other.pairing)),
    )


@dataclass(frozen=True, slots=True)
class _Turn:
    """One side of a mix: a rearranged tensor times an angle."""

    moved: Op
    output: int
    angle: Op


@dataclass(frozen=True, slots=True)
class _Mix:
    """``op`` adds two turned rearrangements of ``root``; equal where the same steps lead to it, as in equal layers."""

    steps: Hashable
    op: Op = field(compare=False)
    one: _Turn = field(compare=False)
    other: _Turn = field(compare=False)
    root: Op = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Which features a mix pairs: ``rotated`` of each row, from ``first`` on."""

    layout: RotaryLayout | None
    rotated: int
    first: int


def _rotary(query: Query, op: Op) -> Rotary | None:
    turns = _turns(query, op)
    if turns is None:
        return None
    one, other = turns
    inside, shared, roots = _moved_alike(one, other)
    if len(roots) > 1 and shared:  # what several tensors were put together to
        inside, shared, roots = _moved_alike(one, other, max(shared, key=lambda found: found.index))
    if len(roots) != 1:
        return None
    (root,) = roots
    source = max(shared | roots, key=lambda found: found.index)
    pairs = query.get(_pairs, _Mix(steps_between(op, root, inside), op, one, other, root))
    if pairs is None:
        return None
    return Rotary(
        input=source,
        mixes=(op,),
        layout=pairs.layout,
        rotated=pairs.rotated,
        first=pairs.first,
        angles=tuple(dict.fromkeys((one.angle, other.angle))),
        pairing=tuple(sorted(filter(_pairs_up, inside), key=lambda found: found.index)),
    )


def _moved_alike(one: _Turn, other: _Turn, end: Op | None = None) -> tuple[frozenset[Op], frozenset[Op], frozenset[Op]]:
    """What rearranges the two sides of a mix, the part of it that they share, and what they are rearranged from."""
    inside_one, roots_one = rearranged(one.moved, end)
    inside_other, roots_other = rearranged(other.moved, end)
    return inside_one | inside_other, inside_one & inside_other, roots_one | roots_other


def _pairs_up(op: Op) -> bool:
    """Whether an operation moves features within the last axis (or splits it)."""
    if op.kind is OpKind.TRANSPOSE:
        last = len(op.outputs[0].shape) - 1
        dims = [op.arguments.get(name) for name in ("dim0", "dim1", "axis0", "axis1")]
        return any(isinstance(dim, int) and dim in (-1, last) for dim in dims)
    return op.kind in (OpKind.CAT, OpKind.STACK, OpKind.COMPLEX) or (op.kind is OpKind.SLICE and _strided(op))


def _strided(op: Op) -> bool:
    """Whether every second feature is taken."""
    index = op.arguments.get("index")
    last = index[-1] if isinstance(index, tuple) and index else index
    return isinstance(last, slice) and last.step not in (None, 1)


def _turns(query: Query, op: Op) -> tuple[_Turn, _Turn] | None:
    match op.kind:
        case OpKind.MUL:
            return _complex_turns(query, op)
        case OpKind.SUM:
            return _summed_turns(query, op)
        case _:
            return _real_turns(query, op)


def _summed_turns(query: Query, op: Op) -> tuple[_Turn, _Turn] | None:
    """A product with a matrix of cosines and sines that is written as multiplication and sum."""
    product = op.operands[0].source
    axis = op.arguments.get("dim")
    if not isinstance(axis, int) or product.kind is not OpKind.MUL or int(product.outputs[0].shape[axis]) != 2:
        return None
    turn = _turn(query, product)
    return (turn, turn) if turn is not None else None


def _real_turns(query: Query, op: Op) -> tuple[_Turn, _Turn] | None:
    if (pair := sides(op)) is None or not all(isinstance(side, Op) for side in pair):
        return None
    turns = [_turn(query, side) for side in pair if isinstance(side, Op)]
    if turns[0] is None or turns[1] is None:
        return None
    return turns[0], turns[1]


def _turn(query: Query, op: Op) -> _Turn | None:
    while op.kind in (OpKind.CAST, OpKind.COPY, OpKind.NEG) and op.operands:
        op = op.operands[0].source
    if op.kind is not OpKind.MUL or constant_side(op) is not None or len(op.operands) != 2:
        return None
    first, second = op.operands
    for moved, angle in ((first, second), (second, first)):
        if _is_angle(query, angle.source) and not _is_angle(query, moved.source):
            return _Turn(moved.source, moved.output, angle.source)
    return None


def _is_angle(query: Query, op: Op) -> bool:
    if op in query.get(angular):
        return True
    free = op not in query.get(content) and op.outputs[0].dtype.is_floating
    return free and _from_table(query, op)


def _from_table(query: Query, op: Op) -> bool:
    """Whether ``op`` is taken from a stored table: a buffer, or a parameter that the program computes."""
    _, roots = rearranged(op)
    while len(roots) == 1:
        (root,) = roots
        if _is_table(query, root):
            return True
        if root.kind not in (OpKind.INDEX, OpKind.GATHER, OpKind.EMBEDDING) and constant_side(root) is None:
            return False
        table = root.operand("weight") or root.operands[0].source
        _, roots = rearranged(table)
    return bool(roots) and all(_is_table(query, root) for root in roots)


def _is_table(query: Query, op: Op) -> bool:
    return op.kind is OpKind.BUFFER or op in query.get(computed_parameters)


def _complex_turns(query: Query, op: Op) -> tuple[_Turn, _Turn] | None:
    if not op.outputs or not op.outputs[0].dtype.is_complex or len(op.operands) != 2:
        return None
    first, second = op.operands
    for moved, angle in ((first, second), (second, first)):
        if moved.source in query.get(content) and (
            angle.source in query.get(angular) or angle.source not in query.get(content)
        ):
            turn = _Turn(moved.source, moved.output, angle.source)
            return turn, turn
    return None


def _pairs(query: Query, mix: _Mix) -> _Pairs | None:
    op, root = mix.op, mix.root
    try:
        first, second = _elements_of_pair(op, mix.one, mix.other, root)
    except (NotTraceable, ValueError, IndexError):  # Sizes that do not fit: an operation with a gap.
        return None
    if first.shape != second.shape or not first.size:
        return None
    distances = np.abs(first - second)
    nearest, farthest = int(distances.min()), int(distances.max())
    rows = prod(first.shape[: -2 if op.kind is OpKind.SUM else -1])
    used = np.zeros(prod(int(size) for size in root.outputs[0].shape), dtype=np.bool_)
    for elements in (first, second):
        for start in range(0, elements.size, _AT_ONCE):
            used[elements.flat[start : start + _AT_ONCE]] = True
    count = int(np.count_nonzero(used))
    if not nearest or not rows or count % rows:
        return None
    rotated = count // rows
    width = int(root.outputs[0].shape[-1])
    layout = _layout(nearest, rotated) if nearest == farthest else None
    return _Pairs(layout, rotated, int(used.argmax()) % width)


def _elements_of_pair(op: Op, one: _Turn, other: _Turn, root: Op) -> tuple[ElementMap, ElementMap]:
    if op.kind is OpKind.MUL:
        both = element_map(one.moved, root, one.output)
        return both[..., 0], both[..., 1]
    if op.kind is OpKind.SUM:
        shape = tuple(int(size) for size in op.operands[0].source.outputs[0].shape)
        both = np.broadcast_to(element_map(one.moved, root, one.output), shape)
        axis = number(op.arguments.get("dim"))
        if not isinstance(axis, int):
            raise NotTraceable(op.name)
        return np.take(both, 0, axis), np.take(both, 1, axis)
    first, second = element_map(one.moved, root, one.output), element_map(other.moved, root, other.output)
    first, second = np.broadcast_arrays(first, second)
    return first, second


def _layout(distance: int, rotated: int) -> RotaryLayout | None:
    if rotated <= 2:
        return None
    if distance * 2 == rotated:
        return RotaryLayout.HALF
    return RotaryLayout.INTERLEAVED if distance == 1 else None


def rotary_at(query: Query) -> dict[Op, Rotary]:
    """Rotations by the operations that combine their pairs."""
    return {mix: rotary for rotary in query.facts(rotaries) for mix in rotary.mixes}
