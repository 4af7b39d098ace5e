"""How a tensor reads a flat sequence of elements: dimensions made of atoms, each a number of steps of one length.

An atom ``(size, stride)`` walks ``size`` elements that lie ``stride`` apart; a dimension is a row of atoms, the
outermost first. Views, transposes, slices and broadcasts only change atoms, so that two ways to lay out the same
elements can be recognised as such. Sizes of one are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np


class Atom(NamedTuple):
    """A run of ``size`` elements, ``stride`` apart in memory."""

    size: int
    stride: int


Dim: TypeAlias = tuple[Atom, ...]
Dims: TypeAlias = tuple[Dim, ...]


def contiguous(shape: Sequence[int]) -> Dims:
    """The dimensions of a tensor whose elements lie in order."""
    dims: list[Dim] = []
    stride = 1
    for size in reversed(shape):
        dims.append((Atom(size, stride),) if size != 1 else ())
        stride *= size
    return tuple(reversed(dims))


def length(dim: Dim) -> int:
    """The size of a dimension."""
    return math.prod(atom.size for atom in dim)


def merged(atoms: Iterable[Atom]) -> Dim:
    """Neighbours that walk on in the same steps become one atom."""
    found: list[Atom] = []
    for atom in atoms:
        if atom.size == 1:
            continue
        if found and found[-1].stride == atom.size * atom.stride:
            found[-1] = Atom(found[-1].size * atom.size, atom.stride)
        else:
            found.append(atom)
    return tuple(found)


def reshaped(dims: Dims, shape: Sequence[int]) -> Dims | None:
    """``dims`` as ``shape``; None where a new dimension would cross the border of two atoms that do not divide."""
    rest = list(merged(atom for dim in dims for atom in dim))
    result: list[Dim] = []
    for size in reversed(shape):
        dim: list[Atom] = []
        missing = size
        while missing > 1:
            if not rest:
                return None
            atom = rest.pop()
            if missing % atom.size == 0:
                dim.append(atom)
                missing //= atom.size
            elif atom.size % missing == 0:
                dim.append(Atom(missing, atom.stride))
                rest.append(Atom(atom.size // missing, atom.stride * missing))
                missing = 1
            else:
                return None
        result.append(merged(reversed(dim)))
    return None if rest else tuple(reversed(result))


def expanded(dims: Dims, shape: Sequence[int]) -> Dims:
    """``dims`` broadcast to ``shape``, whose last dimensions are those of ``dims``."""
    missing = len(shape) - len(dims)
    old = ((),) * missing + dims
    return tuple(dim if length(dim) == size else (Atom(size, 0),) for dim, size in zip(old, shape, strict=True))


def narrowed(dim: Dim, start: int, size: int, step: int = 1) -> tuple[Dim, int] | None:
    """(the part of ``dim``, its distance from the beginning); None where the part is not made of whole atoms."""
    atoms = merged(dim)
    if size == length(atoms) and step == 1:
        return atoms, 0
    if len(atoms) <= 1:
        stride = atoms[0].stride if atoms else 0
        return merged((Atom(size, stride * step),)), start * stride
    outer, inner = atoms[0], atoms[1:]
    block = length(inner)
    if step == 1 and start % block == 0 and size % block == 0:
        return merged((Atom(size // block, outer.stride), *inner)), start // block * outer.stride
    last = start + (size - 1) * step
    if start // block == last // block:
        found = narrowed(inner, start % block, size, step)
        return None if found is None else (found[0], found[1] + start // block * outer.stride)
    return None


class Selected(NamedTuple):
    """Which dimension a new dimension walks (None: a new one of size 1), in which steps, and how many."""

    axis: int | None
    size: int
    step: int


def selected(shape: Sequence[int], index: Any) -> tuple[tuple[Selected, ...], tuple[int, ...]]:
    """What indexing by integers, slices, None and an ellipsis does: new dimensions, and where each old one begins.

    NumPy is asked, on an array that has the shape and no elements of its own.
    """
    virtual = _virtual(shape)
    view = virtual[index]
    origin = view.__array_interface__["data"][0] - virtual.__array_interface__["data"][0]
    starts = tuple(
        origin // stride % size if size > 1 else 0 for size, stride in zip(shape, virtual.strides, strict=True)
    )
    return tuple(
        _selected(size, stride, shape, virtual.strides) for size, stride in zip(view.shape, view.strides, strict=True)
    ), starts


def _virtual(shape: Sequence[int]) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]]:
    strides = [math.prod(shape[place + 1 :]) for place in range(len(shape))]
    return np.lib.stride_tricks.as_strided(np.zeros(1, dtype=np.int8), tuple(shape), strides, writeable=False)


def _selected(size: int, stride: int, shape: Sequence[int], strides: Sequence[int]) -> Selected:
    if size == 1:
        return Selected(None, 1, 1)
    for axis, (whole, step) in enumerate(zip(shape, strides, strict=True)):
        if whole > 1 and stride % step == 0 and stride < step * whole:
            return Selected(axis, size, stride // step)
    raise IndexError("a dimension that is no part of another")


def refined(columns: Sequence[Dim], size: int) -> list[tuple[int, tuple[int, ...]]] | None:
    """One dimension of ``size`` that several tensors walk together, cut where any of them has a border.

    (size, stride for each tensor), the outermost first; None where borders do not divide each other.
    """
    stacks = [list(dim) or [Atom(size, 0)] for dim in columns]
    found: list[tuple[int, tuple[int, ...]]] = []
    while size > 1:
        if not all(stacks):
            return None
        step = min(stack[-1].size for stack in stacks)
        if any(stack[-1].size % step for stack in stacks) or step == 0:
            return None
        found.append((step, tuple(stack[-1].stride for stack in stacks)))
        for stack in stacks:
            atom = stack.pop()
            if atom.size > step:
                stack.append(Atom(atom.size // step, atom.stride * step))
        size //= step
    return found[::-1]


Loop: TypeAlias = tuple[int, tuple[int, ...]]
"""A size, and the stride of each tensor that is read along it."""


def composed(
    loops: Sequence[tuple[int, int]], offset: int, inner: Sequence[Loop], width: int = 1
) -> tuple[list[list[Loop]], tuple[int, ...]] | None:
    """What walking a sequence means for the tensors that it was made from.

    ``loops`` and ``offset`` say how the sequence is read, ``inner`` how its elements, in order, read the tensors.
    Returns, for each loop, the loops over the tensors, and where each tensor begins. Returns None if a step would cross
    from one inner loop to the next.
    """
    places = [math.prod(size for size, _ in inner[number + 1 :]) for number in range(len(inner))]
    starts = [offset // place % size for place, (size, _) in zip(places, inner, strict=True)]
    reached = list(starts)
    result = []
    for size, stride in loops:
        if stride == 0:
            result.append([(size, (0,) * width)])
            continue
        steps = _steps(size, stride, places, inner, reached)
        if steps is None:
            return None
        result.append(steps)
    if any(end >= size for end, (size, _) in zip(reached, inner, strict=True)):
        return None
    begins = tuple(
        sum(start * strides[number] for start, (_, strides) in zip(starts, inner, strict=True))
        for number in range(width)
    )
    return result, begins


def _steps(
    size: int, stride: int, places: Sequence[int], inner: Sequence[Loop], reached: list[int]
) -> list[Loop] | None:
    found: list[Loop] = []
    while size > 1:
        number = next(
            (n for n, place in enumerate(places) if stride % place == 0 and stride < place * inner[n][0]), None
        )
        if number is None:
            return None
        count, strides = inner[number]
        step = stride // places[number]
        room = count // step if count % step == 0 else size
        taken = size if size <= room else room
        if size % taken:
            return None
        found.append((taken, tuple(step * one for one in strides)))
        reached[number] += step * (taken - 1)
        size //= taken
        stride = places[number] * count
    return found[::-1]


def in_order(loops: Iterable[tuple[int, int]]) -> Dim:
    """The atoms of ``loops`` without broadcast ones, by falling stride, merged."""
    return merged(sorted((Atom(*loop) for loop in loops if loop[1]), key=lambda atom: -atom.stride))
