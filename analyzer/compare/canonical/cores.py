"""What canonical values are made of: cores, nodes, accesses, views."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

import numpy as np

from analyzer.compare.canonical.layout import Atom, Dim, Dims, Loop, merged
from analyzer.values import Array

Attributes: TypeAlias = tuple[object, ...]

ONE = 0
"""The core of the number 1."""
MOST = 65536
"""Elements of a tensor up to which numbers are computed."""


class Access(NamedTuple):
    """How a node reads a core; ``extra`` is a factor, in products and contractions an exponent."""

    core: int
    offset: int
    strides: tuple[int, ...]
    extra: float


class LoopNode(NamedTuple):
    """``sizes`` of the loops; the last ``consumed`` of them are not part of the result, ``more`` sizes are instead."""

    op: str
    attributes: Attributes
    accesses: tuple[Access, ...]
    sizes: tuple[int, ...]
    consumed: int
    more: tuple[int, ...] = ()

    @property
    def kept(self) -> tuple[int, ...]:
        return self.sizes[: len(self.sizes) - self.consumed]


class Segment(NamedTuple):
    """A part of a concatenation: a core times a factor, walked by ``atoms`` from ``offset``."""

    core: int
    factor: float
    offset: int
    outer: Atom
    rest: Dim

    @property
    def atoms(self) -> Dim:
        return merged((self.outer, *self.rest))

    @property
    def elements(self) -> int:
        return self.outer.size * math.prod(atom.size for atom in self.rest)


class Leaf(NamedTuple):
    """What is not computed: a parameter, an input, numbers."""

    kind: str
    identity: object


class Joined(NamedTuple):
    """A concatenation."""

    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class OpaqueCore:
    """Output number ``output`` of an operation that is taken as it is, with the layout of what it reads."""

    name: str
    attributes: Attributes
    operands: tuple[View, ...]
    output: int = 0


Core: TypeAlias = "LoopNode | Leaf | Joined | OpaqueCore"


@dataclass(frozen=True, slots=True)
class View:
    """A tensor: ``factor`` times the elements of ``core`` from ``offset`` on."""

    core: int
    dims: Dims
    offset: int = 0
    factor: float = 1.0

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(math.prod(atom.size for atom in dim) for dim in self.dims)

    def atoms(self) -> tuple[Atom, ...]:
        return tuple(atom for dim in self.dims for atom in dim)

    def scaled(self, factor: float) -> View:
        return replace(self, factor=self.factor * factor)


COMMUTATIVE = frozenset({"sum", "product", "contract", "maximum", "minimum", "eq", "ne", "logical_and", "logical_or"})


def access_key(access: Access) -> tuple[object, ...]:
    return (access.core, access.offset, round(access.extra, 9), tuple(sorted(access.strides)))


def loop_order(accesses: Sequence[Access], consumed: Sequence[bool], sequence: bool) -> list[int]:
    """Kept loops first, each kind by falling strides; loops that no access walks are left out unless consumed."""
    numbers = [
        number for number in range(len(consumed)) if consumed[number] or any(a.strides[number] for a in accesses)
    ]

    def key(number: int) -> tuple[object, ...]:
        if consumed[number] and sequence:
            return (1, number)
        return (int(consumed[number]), *(-access.strides[number] for access in accesses))

    return sorted(numbers, key=key)


def merged_loops(loops: Iterable[Loop]) -> list[Loop]:
    found: list[Loop] = []
    for size, strides in loops:
        if size == 1:
            continue
        if found and all(outer == size * inner for outer, inner in zip(found[-1][1], strides, strict=True)):
            found[-1] = (found[-1][0] * size, strides)
        else:
            found.append((size, strides))
    return found


def close(one: Array, other: Array) -> bool:
    if one.dtype.kind not in "fc" or not one.size:
        return bool((one == other).all())
    finite = np.isfinite(other)
    if not (np.isfinite(one) == finite).all() or not np.array_equal(one[~finite], other[~finite], equal_nan=True):
        return False
    sizes = np.abs(other[finite])
    largest = float(sizes[sizes < _LARGE].max(initial=0.0))
    return bool((np.abs(one[finite] - other[finite]) <= 1e-5 * sizes + 3e-7 * largest).all())


_LARGE = 1e6
"""Numbers beyond this hide scores; they do not set the scale on which others are compared."""


def rounded(core: Core) -> object:
    """The core with numbers to eight digits, as the key under which it is known."""
    match core:
        case LoopNode():
            accesses = tuple(a._replace(extra=number_key(a.extra)) for a in core.accesses)
            return core._replace(accesses=accesses)
        case Leaf() | OpaqueCore():
            return core
        case Joined():
            return Joined(tuple(piece._replace(factor=number_key(piece.factor)) for piece in core.segments))


def number_key(number: float) -> float:
    """``number`` to eight significant digits."""
    if not isinstance(number, float) or not math.isfinite(number) or number == int(number):
        return number
    return float(f"{number:.8g}")
