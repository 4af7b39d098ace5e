"""Canonical values: every distinct computation once, whatever the layout of the tensors it is written with.

A *core* is a flat sequence of elements that is computed in one way; a :class:`View` says how a tensor reads a core.
What computes a core is a :class:`LoopNode`: loops (sizes, and which of them are consumed) and accesses, each the stride
in which the loops walk another core. Loops are kept in one order, so that neither the order of a tensor's dimensions
nor the way to them (view, transpose, einsum) shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analyzer.compare.canonical.cores import (
    ONE,
    Attributes,
    Core,
    Leaf,
    OpaqueCore,
    View,
    close,
    number_key,
    rounded,
)
from analyzer.compare.canonical.layout import Atom, contiguous, expanded
from analyzer.values import Array


class Terms:
    """All cores of the models that are compared, numbered."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._cores: list[Core] = []
        self._counts: list[int] = []
        self._constants: dict[object, list[tuple[Array, int]]] = {}
        self._arrays: dict[int, Array] = {}
        self.leaf("number", 1, 1)

    def __getitem__(self, core: int) -> Core:
        return self._cores[core]

    def count(self, core: int) -> int:
        """The number of elements of a core."""
        return self._counts[core]

    def leaf(self, kind: str, identity: object, count: int) -> int:
        return self.number(Leaf(kind, identity), count)

    def number(self, core: Core, count: int) -> int:
        """The number of a core of ``count`` elements, the same for equal ones."""
        key = rounded(core)
        if key not in self._numbers:
            self._numbers[key] = len(self._cores)
            self._cores.append(core)
            self._counts.append(count)
        return self._numbers[key]

    def scalar(self, number: float, shape: Sequence[int] = ()) -> View:
        """A tensor that holds one number everywhere."""
        return View(ONE, tuple((Atom(size, 0),) if size != 1 else () for size in shape), 0, number)

    def constant(self, array: Array) -> View:
        """A tensor of known numbers; dimensions along which it does not change are broadcast."""
        if not array.size:
            return self.opaque("empty", (), (), array.shape)
        if array.dtype.kind != "c" and (array == array.flat[0]).all():
            return self.scalar(float(array.flat[0]), array.shape)
        fixed = [bool((array == np.take(array, [0], axis=axis)).all()) for axis in range(array.ndim)]
        kept = array[tuple(slice(0, 1) if same else slice(None) for same in fixed)]
        dims = contiguous(kept.shape)
        return View(self.flat(np.ascontiguousarray(kept).reshape(-1)), expanded(dims, array.shape))

    def flat(self, flat: Array) -> int:
        """The core of a row of numbers."""
        kind = "n" if flat.dtype.kind in "iuf" else flat.dtype.kind
        known = self._constants.setdefault((kind, flat.size), [])
        values = flat.astype(np.float64) if kind == "n" else flat
        for other, core in known:
            if close(values, other):
                return core
        core = self.leaf("numbers", (kind, flat.size, len(known)), flat.size)
        known.append((values, core))
        self._arrays[core] = values
        return core

    def numbers(self, core: int) -> Array | None:
        """The numbers of a constant core."""
        leaf = self._cores[core]
        if isinstance(leaf, Leaf) and leaf.kind == "numbers":
            return self._arrays[core]
        return None

    def packed(self, view: View) -> View:
        """A tensor whose layout is given up: its elements in the order of its dimensions are a core of their own."""
        packed = self.opaque("packed", (), (replace(view, factor=1.0),), view.shape)
        return replace(packed, factor=view.factor)

    def opaque(
        self, name: str, attributes: Attributes, operands: Sequence[View], shape: Sequence[int], output: int = 0
    ) -> View:
        """The result of an opaque operation: all that is known is that equal operands give equal results."""
        operands = tuple(replace(view, factor=number_key(view.factor)) for view in operands)
        core = self.number(OpaqueCore(name, attributes, operands, output), math.prod(shape))
        return View(core, contiguous(shape))
