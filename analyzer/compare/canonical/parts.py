"""Parts of tensors: read from the core that the part was computed from, so that slicing early or late is the same."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from analyzer.compare.canonical.cores import (
    COMMUTATIVE,
    MOST,
    ONE,
    Access,
    Joined,
    Leaf,
    LoopNode,
    Segment,
    View,
)
from analyzer.compare.canonical.layout import Atom, composed, in_order, merged
from analyzer.compare.canonical.nodes import build_node
from analyzer.compare.canonical.terms import Terms
from analyzer.values import Array


def is_whole(terms: Terms, view: View) -> bool:
    """Whether a view reads each element of its core, none but those of its own dimensions twice."""
    return (
        view.offset == 0
        and math.prod(a.size for a in view.atoms() if a.stride) == terms.count(view.core)
        and (in_order(view.atoms()) in ((), (Atom(terms.count(view.core), 1),)))
    )


def resolved(terms: Terms, view: View) -> View:
    """``view``, read from the core that its part was computed from: a piece of a concatenation, or a part of an
    element-wise computation as the computation of that part."""
    core = terms[view.core]
    if isinstance(core, Joined):
        return _piece(terms, view, core.segments)
    if isinstance(core, Leaf) and core.kind == "numbers" and not is_whole(terms, view):
        return _some(terms, view)
    if not isinstance(core, LoopNode) or core.consumed or core.more or is_whole(terms, view):
        return view
    return _part(terms, view, core) or view


def _some(terms: Terms, view: View) -> View:
    """A part of known numbers as numbers of their own."""
    array = numbers_of(terms, view) if math.prod(view.shape) <= MOST else None
    return view if array is None else terms.constant(array)


def numbers_of(terms: Terms, view: View) -> Array | None:
    """The numbers of a tensor that the code alone decides, in its shape; None for any other."""
    flat = np.ones(1) if view.core == ONE else terms.numbers(view.core)
    if flat is None:
        return None
    places = np.array(view.offset)
    for atom in view.atoms():
        places = places[..., None] + np.arange(atom.size) * atom.stride
    found: Array = flat[places].reshape(view.shape)
    return found if view.factor == 1.0 else found * view.factor


def _piece(terms: Terms, view: View, segments: tuple[Segment, ...]) -> View:
    last = view.offset + sum((atom.size - 1) * atom.stride for atom in view.atoms())
    start = 0
    for segment in segments:
        if start <= view.offset and last < start + segment.elements:
            inner = [(atom.size, (atom.stride,)) for atom in segment.atoms]
            found = composed(view.atoms(), view.offset - start, inner)
            if found is None:
                return view
            walked = iter(found[0])
            dims = tuple(merged(Atom(size, steps[0]) for _ in dim for size, steps in next(walked)) for dim in view.dims)
            begin = found[1][0]
            return resolved(terms, View(segment.core, dims, segment.offset + begin, view.factor * segment.factor))
        start += segment.elements
    return view


def _part(terms: Terms, view: View, node: LoopNode) -> View | None:
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
    factor, accesses = _narrowed(terms, node.op, accesses, sizes)
    core, strides = build_node(
        terms, *(node.op, node.attributes, accesses, sizes, [False] * len(loops)), ordered=node.op not in COMMUTATIVE
    )
    steps = iter(zip((size for size, _ in loops), strides, strict=True))
    counts = iter([len(found) for found in walked])
    dims = tuple(merged(Atom(*next(steps)) for _ in dim for _ in range(next(counts))) for dim in view.dims)
    return View(core, dims, 0, view.factor * factor)


def _narrowed(terms: Terms, op: str, accesses: Sequence[Access], sizes: Sequence[int]) -> tuple[float, list[Access]]:
    """Accesses that read parts only of what they read, each from the core of its part; and the factor left over."""
    factor, found = 1.0, []
    for access in accesses:
        dims = tuple((Atom(size, step),) if size > 1 else () for size, step in zip(sizes, access.strides, strict=True))
        view = resolved(terms, View(access.core, dims, access.offset))
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
