"""Arithmetic on canonical values: what works along dimensions, beside what works element by element."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analyzer.compare.canonical.alignment import Aligned, align, cut_at, seams
from analyzer.compare.canonical.concatenation import concatenated
from analyzer.compare.canonical.cores import Access, Attributes, View
from analyzer.compare.canonical.layout import Atom, merged
from analyzer.compare.canonical.nodes import build_node
from analyzer.compare.canonical.parts import resolved
from analyzer.compare.canonical.pointwise import Operand, PointwiseAlgebra
from analyzer.compare.canonical.walking import (
    access_of,
    grouped,
    one_dim,
    powers,
    read,
)


class Algebra(PointwiseAlgebra):
    """Makes canonical values of canonical values."""

    def contraction(
        self, operands: Sequence[Operand], shape: Sequence[int], summed: Sequence[int], note: Attributes = ()
    ) -> View:
        """The product of tensors to constant powers, summed over the dimensions ``summed`` of ``shape``.

        The result has the other dimensions.
        """
        aligned = align(self.terms, [resolved(self.terms, view) for view, _ in operands], shape)
        consumed = [place in summed for place, group in enumerate(aligned.groups) for _ in group]
        result = self._contracted(aligned, [extra for _, extra in operands], consumed, note)
        kept = [group for place, group in enumerate(aligned.groups) if place not in summed]
        dims = tuple(merged(atom for number in group for atom in result.dims[number]) for group in kept)
        return View(result.core, dims, result.offset, result.factor)

    def _contracted(
        self, aligned: Aligned, extras: Sequence[float], consumed: Sequence[bool], note: Attributes
    ) -> View:
        """One dimension for each loop, of size 1 for those that are summed."""
        found = seams(self.terms, aligned)
        if found is None:
            return self._contract_whole(aligned, extras, consumed, note)
        axis, borders = found
        parts = []
        for piece in cut_at(self.terms, aligned, axis, borders):
            inner = [consumed[place] for place, group in enumerate(piece.groups) for _ in group]
            parts.append(piece.regrouped(self._contracted(piece, extras, inner, note)))
        if consumed[axis]:
            return self.total([(part, 1.0) for part in parts], parts[0].shape, note)
        return concatenated(self.terms, parts, axis)

    def _contract_whole(
        self, aligned: Aligned, extras: Sequence[float], consumed: Sequence[bool], note: Attributes
    ) -> View:
        factor, drawn = self._drawn(aligned.views, extras)
        accesses = [access_of(view, extra) for view, extra in drawn]
        sizes, flags = list(aligned.sizes), list(consumed)
        groups = list(range(len(sizes)))
        if len(accesses) == 1 and (found := self._opened(accesses[0], sizes, note)) is not None:
            steps, accesses = found
            flags = [flag for flag, loops in zip(flags, steps, strict=True) for _ in loops]
            groups = [group for group, loops in zip(groups, steps, strict=True) for _ in loops]
            sizes = [size for loops in steps for size in loops]
        accesses = powers(accesses)
        for place in reversed(range(len(sizes))):
            if flags[place] and not any(access.strides[place] for access in accesses):
                factor *= sizes[place]
                sizes[place] = 1
        if not accesses:
            return self.terms.scalar(
                factor, [1 if flag else size for size, flag in zip(aligned.sizes, consumed, strict=True)]
            )
        shaped = [1 if flag else size for size, flag in zip(sizes, flags, strict=True)]
        if (
            len(accesses) == 1
            and accesses[0].extra == 1.0
            and all(s == 1 for s, f in zip(sizes, flags, strict=True) if f)
        ):
            return grouped(
                read(accesses[0], [(s, [g]) for s, g in zip(shaped, groups, strict=True)], factor),
                [(s, [g]) for s, g in zip(shaped, groups, strict=True)],
            )
        core, strides = build_node(self.terms, "contract", note, accesses, sizes, flags, ordered=False)
        dims = tuple(one_dim(size, stride) for size, stride in zip(shaped, strides, strict=True))
        return grouped(View(core, dims, 0, factor), [(s, [g]) for s, g in zip(shaped, groups, strict=True)])

    def _opened(
        self, access: Access, sizes: Sequence[int], note: Attributes
    ) -> tuple[list[list[int]], list[Access]] | None:
        """The sum of a product is a contraction of its factors."""
        return self._unfolded("product", access, self.terms[access.core], sizes, note) if access.extra == 1.0 else None

    def along(
        self,
        name: str,
        attributes: Attributes,
        views: Sequence[View],
        shape: Sequence[int],
        axes: Sequence[int],
        more: Sequence[int] | None = None,
        *,
        sequence: bool = False,
    ) -> View:
        """A function of all elements along the dimensions ``axes`` of ``shape``.

        They are replaced by dimensions of the sizes ``more`` (taken away when None), in their places.
        """
        aligned = align(self.terms, [resolved(self.terms, view) for view in views], shape)
        consumed = [place in axes for place, group in enumerate(aligned.groups) for _ in group]
        accesses = [access_of(view, view.factor) for view in aligned.views]
        fresh = tuple(more or ())
        core, strides = build_node(
            self.terms, name, attributes, accesses, aligned.sizes, consumed, ordered=True, sequence=sequence, more=fresh
        )
        inner = {
            axis: one_dim(size, math.prod(fresh[place + 1 :]))
            for place, (axis, size) in enumerate(zip(axes, fresh, strict=False))
        }
        dims: list[tuple[Atom, ...]] = []
        for place, group in enumerate(aligned.groups):
            if place in axes:
                dims.extend([inner[place]] if more is not None else [])
            else:
                dims.append(merged(Atom(aligned.sizes[number], strides[number]) for number in group))
        return View(core, tuple(dims))
