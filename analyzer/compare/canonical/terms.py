"""Canonical values: every distinct computation once, whatever the layout of the tensors it is written with.

A *core* is a flat sequence of elements that is computed in one way; a :class:`View` says how a tensor reads a core.
What computes a core is a :class:`Node`: loops (sizes, and which of them are consumed) and accesses, each the stride in
which the loops walk another core. Loops are kept in one order, so that neither the order of a tensor's dimensions nor
the way to them (view, transpose, einsum) shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from analyzer.compare.canonical.cores import (
    COMMUTATIVE,
    MOST,
    ONE,
    Access,
    Attributes,
    Core,
    Joined,
    Leaf,
    Node,
    Opaque,
    Segment,
    View,
    access_key,
    close,
    loop_order,
    merged_loops,
    number_key,
    rounded,
)
from analyzer.compare.canonical.layout import (
    Atom,
    Dims,
    Loop,
    composed,
    contiguous,
    expanded,
    in_order,
    merged,
    refined,
)
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
        return self._number(Leaf(kind, identity), count)

    def _number(self, core: Core, count: int) -> int:
        key = rounded(core)
        if key not in self._numbers:
            self._numbers[key] = len(self._cores)
            self._cores.append(core)
            self._counts.append(count)
        return self._numbers[key]

    # -- constants ----------------------------------------------------------------------------------------------

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

    # -- nodes --------------------------------------------------------------------------------------------------

    def built(
        self,
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
        loops = [(sizes[number], tuple(access.strides[number] for access in accesses)) for number in order]
        kept = [number for number in order if not consumed[number]]
        strides = dict.fromkeys(range(len(sizes)), 0)
        step = math.prod(more)
        for number in reversed(kept):
            strides[number] = step
            step *= sizes[number]
        left = merged_loops(loops[: len(kept)])
        right = merged_loops(loops[len(kept) :])
        every = [*left, *right]
        node = Node(
            op,
            attributes,
            tuple(
                Access(access.core, access.offset, tuple(loop[1][place] for loop in every), access.extra)
                for place, access in enumerate(accesses)
            ),
            tuple(size for size, _ in every),
            len(right),
            more,
        )
        return self._number(node, step), tuple(strides[number] for number in range(len(sizes)))

    # -- concatenations -----------------------------------------------------------------------------------------

    def joined(self, parts: Sequence[View], axis: int) -> View:
        """The concatenation of views of equal shape but for ``axis``."""
        parts = [self.resolved(part) for part in parts if part.shape[axis]]
        if len(parts) == 1:
            return parts[0]
        cut = self._together(parts, axis)
        if cut is None:
            parts = [self.packed(part) for part in parts]
            cut = self._together(parts, axis)
            assert cut is not None
        loops, dims = cut
        order = sorted(range(len(loops)), key=lambda number: tuple(-stride for stride in loops[number][1]))
        order = [number for number in order if any(loops[number][1])]
        block = math.prod(loops[number][0] for number in order)
        segments = _spliced(
            self, [s for place, part in enumerate(parts) for s in _segments(part, axis, place, loops, order)]
        )
        strides = dict.fromkeys(range(len(loops)), 0)
        step = 1
        for number in reversed(order):
            strides[number] = step
            step *= loops[number][0]
        whole = sum(part.shape[axis] for part in parts)
        shaped = [merged(Atom(loops[number][0], strides[number]) for number in numbers) for numbers in dims]
        shaped[axis] = (Atom(whole, block),)
        if len(segments) == 1:
            return self._whole(segments[0], tuple(shaped))
        lead = segments[0].factor or 1.0
        scaled = tuple(segment._replace(factor=segment.factor / lead) for segment in segments)
        core = self._number(Joined(scaled), sum(segment.elements for segment in segments))
        return View(core, tuple(shaped), 0, lead)

    def _whole(self, segment: Segment, dims: Dims) -> View:
        """A concatenation that turned out to be one piece."""
        inner = [(atom.size, (atom.stride,)) for atom in (segment.outer, *segment.rest) if atom.size > 1]
        found = composed([atom for dim in dims for atom in dim], 0, inner)
        assert found is not None
        walked = iter(found[0])
        placed = tuple(merged(Atom(size, strides[0]) for _ in dim for size, strides in next(walked)) for dim in dims)
        return self.resolved(View(segment.core, placed, segment.offset, segment.factor))

    def _together(self, parts: Sequence[View], axis: int) -> tuple[list[Loop], list[list[int]]] | None:
        """Loops that all parts share (dimensions other than ``axis``), and which of them each dimension walks."""
        loops: list[Loop] = []
        dims: list[list[int]] = []
        for place, size in enumerate(parts[0].shape):
            numbers: list[int] = []
            if place != axis:
                found = refined([part.dims[place] for part in parts], size)
                if found is None:
                    return None
                numbers = list(range(len(loops), len(loops) + len(found)))
                loops.extend(found)
            dims.append(numbers)
        return loops, dims

    # -- reading parts ------------------------------------------------------------------------------------------

    def is_whole(self, view: View) -> bool:
        """Whether a view reads each element of its core, none but those of its own dimensions twice."""
        return (
            view.offset == 0
            and math.prod(a.size for a in view.atoms() if a.stride) == self._counts[view.core]
            and (in_order(view.atoms()) in ((), (Atom(self._counts[view.core], 1),)))
        )

    def resolved(self, view: View) -> View:
        """``view``, read from the core that its part was computed from: a piece of a concatenation, or a part of an
        element-wise computation as the computation of that part."""
        core = self._cores[view.core]
        if isinstance(core, Joined):
            return self._piece(view, core.segments)
        if isinstance(core, Leaf) and core.kind == "numbers" and not self.is_whole(view):
            return self._some(view)
        if not isinstance(core, Node) or core.consumed or core.more or self.is_whole(view):
            return view
        return self._part(view, core) or view

    def _some(self, view: View) -> View:
        """A part of known numbers as numbers of their own."""
        array = self.array(view) if math.prod(view.shape) <= MOST else None
        return view if array is None else self.constant(array)

    def array(self, view: View) -> Array | None:
        """The numbers of a tensor that the code alone decides, in its shape; None for any other."""
        flat = np.ones(1) if view.core == ONE else self.numbers(view.core)
        if flat is None:
            return None
        places = np.array(view.offset)
        for atom in view.atoms():
            places = places[..., None] + np.arange(atom.size) * atom.stride
        found: Array = flat[places].reshape(view.shape)
        return found if view.factor == 1.0 else found * view.factor

    def _piece(self, view: View, segments: tuple[Segment, ...]) -> View:
        last = view.offset + sum((atom.size - 1) * atom.stride for atom in view.atoms())
        start = 0
        for segment in segments:
            if start <= view.offset and last < start + segment.elements:
                inner = [(atom.size, (atom.stride,)) for atom in segment.atoms]
                found = composed(view.atoms(), view.offset - start, inner)
                if found is None:
                    return view
                walked = iter(found[0])
                dims = tuple(
                    merged(Atom(size, steps[0]) for _ in dim for size, steps in next(walked)) for dim in view.dims
                )
                begin = found[1][0]
                return self.resolved(View(segment.core, dims, segment.offset + begin, view.factor * segment.factor))
            start += segment.elements
        return view

    def _part(self, view: View, node: Node) -> View | None:
        inner = [(size, tuple(a.strides[place] for a in node.accesses)) for place, size in enumerate(node.sizes)]
        found = composed(view.atoms(), view.offset, inner, len(node.accesses))
        if found is None:
            return None
        walked, begins = found
        loops = [loop for steps in walked for loop in steps]
        accesses = [
            Access(a.core, a.offset + begin, tuple(strides[place] for _, strides in loops), a.extra)
            for place, (a, begin) in enumerate(zip(node.accesses, begins, strict=True))
        ]
        sizes = [size for size, _ in loops]
        factor, accesses = self._narrowed(node.op, accesses, sizes)
        core, strides = self.built(
            *(node.op, node.attributes, accesses, sizes, [False] * len(loops)), ordered=node.op not in COMMUTATIVE
        )
        steps = iter(zip((size for size, _ in loops), strides, strict=True))
        counts = iter([len(found) for found in walked])
        dims = tuple(merged(Atom(*next(steps)) for _ in dim for _ in range(next(counts))) for dim in view.dims)
        return View(core, dims, 0, view.factor * factor)

    def _narrowed(self, op: str, accesses: Sequence[Access], sizes: Sequence[int]) -> tuple[float, list[Access]]:
        """Accesses that read parts only of what they read, each from the core of its part; and the factor left over."""
        factor, found = 1.0, []
        for access in accesses:
            dims = tuple(
                (Atom(size, step),) if size > 1 else () for size, step in zip(sizes, access.strides, strict=True)
            )
            view = self.resolved(View(access.core, dims, access.offset))
            if any(len(dim) > 1 for dim in view.dims):
                found.append(access)
                continue
            extra = access.extra
            if op == "product":
                factor *= view.factor**extra
            else:
                extra *= view.factor
            if op != "product" or view.core != ONE:
                strides = tuple(dim[0].stride if dim else 0 for dim in view.dims)
                found.append(Access(view.core, view.offset, strides, extra))
        return factor, found

    def packed(self, view: View) -> View:
        """A tensor whose layout is given up: its elements in the order of its dimensions are a core of their own."""
        packed = self.opaque("packed", (), (replace(view, factor=1.0),), view.shape)
        return replace(packed, factor=view.factor)

    def opaque(
        self, name: str, attributes: Attributes, operands: Sequence[View], shape: Sequence[int], output: int = 0
    ) -> View:
        """The result of an operation of which nothing is known but that equal operands give equal results."""
        operands = tuple(replace(view, factor=number_key(view.factor)) for view in operands)
        core = self._number(Opaque(name, attributes, operands, output), math.prod(shape))
        return View(core, contiguous(shape))


def _segments(part: View, axis: int, place: int, loops: Sequence[Loop], order: Sequence[int]) -> Iterable[Segment]:
    rest = tuple(Atom(loops[number][0], loops[number][1][place]) for number in order)
    atoms = part.dims[axis]
    outer, inner = (atoms[0], atoms[1:]) if atoms else (Atom(1, 0), ())
    yield Segment(part.core, part.factor, part.offset, outer, (*inner, *rest))


def _spliced(terms: Terms, segments: Iterable[Segment]) -> list[Segment]:
    """Segments that are concatenations themselves are taken apart, neighbours that belong together put together."""
    found: list[Segment] = []
    for segment in segments:
        for piece in _apart(terms, segment):
            joined = _continued(found[-1], piece) if found else None
            if joined is not None:
                found[-1] = joined
            else:
                found.append(piece)
    return found


def _apart(terms: Terms, segment: Segment) -> Iterable[Segment]:
    core = terms[segment.core]
    whole = segment.offset == 0 and merged((segment.outer, *segment.rest)) == (Atom(terms.count(segment.core), 1),)
    if not isinstance(core, Joined) or not whole:
        return (segment,)
    return tuple(piece._replace(factor=piece.factor * segment.factor) for piece in core.segments)


def _continued(first: Segment, second: Segment) -> Segment | None:
    if (first.core, first.rest) != (second.core, second.rest) or not math.isclose(first.factor, second.factor):
        return None
    step = second.offset - first.offset
    if first.outer.size > 1:
        if step != first.outer.size * first.outer.stride:
            return None
        stride = first.outer.stride
    else:
        stride = step
    if stride <= 0 or (second.outer.size > 1 and second.outer.stride != stride):
        return None
    return first._replace(outer=Atom(first.outer.size + second.outer.size, stride))
