"""Concatenations: pieces that belong together are put together, whatever they were cut into."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from analyzer.compare.canonical.cores import Joined, Segment, View
from analyzer.compare.canonical.layout import Atom, Dims, Loop, composed, merged, refined
from analyzer.compare.canonical.parts import resolved
from analyzer.compare.canonical.terms import Terms


def concatenated(terms: Terms, parts: Sequence[View], axis: int) -> View:
    """The concatenation of views of equal shape but for ``axis``."""
    parts = [resolved(terms, part) for part in parts if part.shape[axis]]
    if len(parts) == 1:
        return parts[0]
    cut = _together(terms, parts, axis)
    if cut is None:
        parts = [terms.packed(part) for part in parts]
        cut = _together(terms, parts, axis)
        assert cut is not None
    loops, dims = cut
    order = sorted(range(len(loops)), key=lambda number: tuple(-stride for stride in loops[number][1]))
    order = [number for number in order if any(loops[number][1])]
    block = math.prod(loops[number][0] for number in order)
    segments = _spliced(
        terms, [s for place, part in enumerate(parts) for s in _segments(part, axis, place, loops, order)]
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
        return _whole(terms, segments[0], tuple(shaped))
    lead = segments[0].factor or 1.0
    scaled = tuple(segment._replace(factor=segment.factor / lead) for segment in segments)
    core = terms.number(Joined(scaled), sum(segment.elements for segment in segments))
    return View(core, tuple(shaped), 0, lead)


def _whole(terms: Terms, segment: Segment, dims: Dims) -> View:
    """A concatenation that turned out to be one piece."""
    inner = [(atom.size, (atom.stride,)) for atom in (segment.outer, *segment.rest) if atom.size > 1]
    found = composed([atom for dim in dims for atom in dim], 0, inner)
    assert found is not None
    walked = iter(found[0])
    placed = tuple(merged(Atom(size, strides[0]) for _ in dim for size, strides in next(walked)) for dim in dims)
    return resolved(terms, View(segment.core, placed, segment.offset, segment.factor))


def _together(terms: Terms, parts: Sequence[View], axis: int) -> tuple[list[Loop], list[list[int]]] | None:
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
