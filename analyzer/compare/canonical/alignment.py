"""Tensors that are walked together: dimensions cut so finely that each has one stride in every tensor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analyzer.compare.canonical.cores import Joined, View
from analyzer.compare.canonical.layout import expanded, merged, refined
from analyzer.compare.canonical.parts import resolved
from analyzer.compare.canonical.terms import Terms
from analyzer.compare.canonical.walking import borders_of, cut, one_dim


@dataclass(frozen=True, slots=True)
class Aligned:
    """Tensors that are walked together: all have the dimensions ``sizes``, each of one atom; ``groups`` says which of
    them each dimension of the result is made of."""

    views: tuple[View, ...]
    sizes: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]

    def regrouped(self, view: View) -> View:
        dims = tuple(merged(atom for number in group for atom in view.dims[number]) for group in self.groups)
        return View(view.core, dims, view.offset, view.factor)


def cut_at(terms: Terms, aligned: Aligned, axis: int, borders: Sequence[int]) -> Iterator[Aligned]:
    """What lies between one border and the next along ``axis``."""
    for start, end in pairwise(borders):
        views = tuple(resolved(terms, cut(view, axis, start, end)) for view in aligned.views)
        sizes = tuple(end - start if place == axis else size for place, size in enumerate(aligned.sizes))
        yield align(terms, views, sizes)


def seams(terms: Terms, aligned: Aligned) -> tuple[int, list[int]] | None:
    """A dimension along which a concatenation is walked from piece to piece, and where it is to be cut."""
    for view in aligned.views:
        core = terms[view.core]
        if isinstance(core, Joined) and (found := borders_of(view, core)) is not None:
            return found
    return None


def align(terms: Terms, views: Sequence[View], shape: Sequence[int]) -> Aligned:
    columns = [expanded(view.dims, shape) for view in views]
    sizes: list[int] = []
    walked: list[tuple[int, ...]] = []
    groups: list[tuple[int, ...]] = []
    for place, size in enumerate(shape):
        found = refined([dims[place] for dims in columns], size)
        if found is None:
            return align(terms, [_unbroken(terms, view) for view in views], shape)
        groups.append(tuple(range(len(sizes), len(sizes) + len(found))))
        sizes.extend(count for count, _ in found)
        walked.extend(strides for _, strides in found)
    aligned = tuple(
        View(
            view.core,
            tuple(one_dim(size, strides[number]) for size, strides in zip(sizes, walked, strict=True)),
            view.offset,
            view.factor,
        )
        for number, view in enumerate(views)
    )
    return Aligned(aligned, tuple(sizes), tuple(groups))


def _unbroken(terms: Terms, view: View) -> View:
    """``view`` as a tensor whose dimensions have one atom each."""
    return terms.packed(view) if any(len(dim) > 1 for dim in view.dims) else view
