"""Which element of one tensor ends up where in another, through selections, permutations and rearrangements.

An *element map* from ``x`` to a tensor ``y`` made from it is an integer array of the shape of ``y``. It holds, for each
element of ``y``, the flat position in ``x`` that the element was copied from. Signs are ignored.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

import numpy as np

from analyzer.graph import Group, Op, Operand, OperandRef, OpKind

ElementMap: TypeAlias = "np.ndarray[Any, np.dtype[np.int32]]"

REARRANGING = Group.LAYOUT | {
    OpKind.SLICE,
    OpKind.SPLIT,
    OpKind.CAT,
    OpKind.STACK,
    OpKind.NEG,
    OpKind.FLIP,
    OpKind.ROLL,
    OpKind.COMPLEX,
}
"""Kinds that only move elements: each element of the result is one of an operand, or its negative."""


MOST_ELEMENTS = 1 << 26
"""Elements of a tensor that are followed one by one; a model's sizes at short inputs are far below."""


class NotTraceable(Exception):
    """A step whose effect on single elements is not known."""


def rearranged(op: Op, end: Op | None = None) -> tuple[frozenset[Op], frozenset[Op]]:
    """(everything that ``op`` rearranges with itself, the tensors that it rearranges in the end), up to ``end``."""
    inside: set[Op] = set()
    roots: set[Op] = set()
    stack = [op]
    while stack:
        current = stack.pop()
        if current in inside or current in roots:
            continue
        if current is not end and current.kind in REARRANGING and current.operands:
            inside.add(current)
            stack.extend(_moved(current))
        else:
            roots.add(current)
    return frozenset(inside), frozenset(roots)


def element_map(op: Op, root: Op, output: int = 0) -> ElementMap:
    """The element map from ``root`` to one output of ``op``.

    The rotation of half the features, of an ``x`` with two rows of four features::

        first, second = x[:, :2], x[:, 2:]
        y = torch.cat((-second, first), dim=-1)

    Flat positions in ``x`` are ``[[0, 1, 2, 3], [4, 5, 6, 7]]``. The slices map to ``[[0, 1], [4, 5]]`` and
    ``[[2, 3], [6, 7]]``, and the negation changes nothing. The map of ``y`` is ``[[2, 3, 0, 1], [6, 7, 4, 5]]``: its
    feature 0 comes from feature 2 of ``x``.

    Args:
        op: an operation that rearranges elements of ``root``, in any number of steps.
        root: where positions are counted; its first output is meant.
        output: which output of ``op``.

    Raises:
        NotTraceable: a step on the way does more than rearrange, or by numbers that are not known.
    """
    return _Tracer(root).elements(op, output)


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """One output of ``op`` as made from ``root`` by steps that are equal in equal layers.

    Two of them are equal where the same steps lead from one shape to the other: then their element maps are the same.
    """

    op: Op = field(compare=False)
    root: Op = field(compare=False)
    output: int
    steps: Hashable

    def element_map(self) -> ElementMap:
        """The element map from the root. Raises ``NotTraceable``."""
        return element_map(self.op, self.root, self.output)


def rearrangement(op: Op, root: Op, output: int = 0) -> Rearrangement:
    """``op`` as made from ``root``."""
    return Rearrangement(op, root, output, steps_between(op, root, rearranged(op)[0]))


def steps_between(op: Op, root: Op, inside: frozenset[Op]) -> Hashable:
    """What decides the element map from ``root`` to ``op``, with ``inside`` between them: equal layers share it."""
    ordered = sorted(inside, key=lambda found: found.index)
    steps = [(step.span, step.kind, step.outputs, str(step.arguments), _outputs_read(step)) for step in ordered]
    return op.span, op.kind, root.outputs[0].shape, tuple(steps)


def _outputs_read(op: Op) -> tuple[int, ...]:
    return tuple(operand.output for operand in op.operands)


def _moved(op: Op) -> list[Op]:
    return [operand.source for operand in nonempty(op)]


def nonempty(op: Op) -> list[Operand]:
    """The operands that elements of the result come from; empty tensors contribute none."""
    if op.kind in (OpKind.CAT, OpKind.STACK):
        return [operand for operand in op.operands if 0 not in operand.source.outputs[operand.output].shape]
    return [op.operands[0]]


class _Tracer:
    def __init__(self, root: Op) -> None:
        shape = tuple(int(size) for size in root.outputs[0].shape)
        if prod(shape) > MOST_ELEMENTS:
            raise NotTraceable("too many elements")
        self._known: dict[tuple[Op, int], ElementMap] = {
            (root, 0): np.arange(int(np.prod(shape)), dtype=np.int32).reshape(shape)
        }

    def elements(self, op: Op, output: int) -> ElementMap:
        if (op, output) not in self._known:
            self._known[op, output] = self._computed(op, output)
        return self._known[op, output]

    def _of(self, operand: Operand) -> ElementMap:
        return self.elements(operand.source, operand.output)

    def _computed(self, op: Op, output: int) -> ElementMap:
        if op.kind not in REARRANGING or not op.operands:
            raise NotTraceable(op.name)
        shape = tuple(int(size) for size in op.outputs[output].shape)
        if prod(shape) > MOST_ELEMENTS:
            raise NotTraceable("too many elements")
        try:
            if op.kind in (OpKind.CAT, OpKind.STACK):
                join = np.concatenate if op.kind is OpKind.CAT else np.stack
                result = join([self._of(operand) for operand in nonempty(op)], axis=_dim(op, 0))
            else:
                result = _moved_elements(op, output, self._of(op.operands[0]), shape)
        except (ValueError, IndexError, TypeError) as error:
            raise NotTraceable(f"{op.name}: {error}") from error
        if result.shape != shape and op.kind is not OpKind.COMPLEX:
            raise NotTraceable(op.name)
        return result


def _moved_elements(op: Op, output: int, elements: ElementMap, shape: tuple[int, ...]) -> ElementMap:
    match op.kind:
        case OpKind.RESHAPE | OpKind.SQUEEZE | OpKind.UNSQUEEZE:
            return elements.reshape(shape)
        case OpKind.TRANSPOSE:
            return elements.transpose(_order(op, elements.ndim))
        case OpKind.EXPAND:
            return np.broadcast_to(elements, shape)
        case OpKind.REPEAT:
            return _repeated(op, elements)
        case OpKind.SLICE:
            return _sliced(op, elements)
        case OpKind.SPLIT:
            return _part(op, output, elements)
        case OpKind.FLIP:
            return np.flip(elements, _dims(op.arguments.get("dims")))
        case OpKind.ROLL:
            return np.roll(elements, _dims(op.arguments.get("shifts")), _dims(op.arguments.get("dims")))
        case _:
            return elements


def _order(op: Op, rank: int) -> tuple[int, ...]:
    arguments = op.arguments
    if "dims" in arguments:
        return _dims(arguments["dims"])
    if op.name in ("reverse_dims", "matrix_transpose"):
        order = list(range(rank))
        order[-1], order[-2] = order[-2], order[-1]
        return tuple(order)
    order = list(range(rank))
    if "source" in arguments:
        moved = _dims(arguments["source"]), _dims(arguments["destination"])
        return np.moveaxis(np.empty(tuple(order)), *moved).shape
    first, second = (_integer(arguments.get(name)) % rank for name in ("dim0", "dim1"))
    order[first], order[second] = order[second], order[first]
    return tuple(order)


def _repeated(op: Op, elements: ElementMap) -> ElementMap:
    repeats = op.arguments.get("repeats")
    if op.name == "repeat_interleave":
        dim = op.arguments.get("dim")
        return np.repeat(elements, _integer(repeats), axis=None if dim is None else _integer(dim))
    return np.tile(elements, _dims(repeats))


def _sliced(op: Op, elements: ElementMap) -> ElementMap:
    if "index" in op.arguments:
        chosen: ElementMap = elements[_index(op.arguments["index"])]
        return chosen
    if "start" in op.arguments and "length" in op.arguments:
        start = _integer(op.arguments["start"])
        return np.take(elements, range(start, start + _integer(op.arguments["length"])), axis=_dim(op, 0))
    raise NotTraceable(op.name)


def _index(index: object) -> Any:
    if isinstance(index, tuple):
        return tuple(_index(item) for item in index)
    if isinstance(index, OperandRef):
        raise NotTraceable("index by a tensor")
    if index is Ellipsis or index is None or isinstance(index, slice):
        return index
    if isinstance(index, int):
        return int(index)
    if index == "...":
        return Ellipsis
    raise NotTraceable("index")


def _part(op: Op, output: int, elements: ElementMap) -> ElementMap:
    dim = _dim(op, 0)
    if op.name == "unbind":
        part: ElementMap = np.take(elements, output, axis=dim)
        return part
    lengths = [int(part.shape[dim]) for part in op.outputs]
    start = sum(lengths[:output])
    return np.take(elements, range(start, start + lengths[output]), axis=dim)


def _dim(op: Op, default: int) -> int:
    return _integer(op.arguments.get("dim", default))


def _integer(value: object) -> int:
    if isinstance(value, int):
        return int(value)
    raise NotTraceable("a number is missing")


def _dims(value: object) -> tuple[int, ...]:
    if isinstance(value, tuple):
        inner = value[0] if len(value) == 1 and isinstance(value[0], tuple) else value
        return tuple(map(_integer, inner))
    return (_integer(value),)
