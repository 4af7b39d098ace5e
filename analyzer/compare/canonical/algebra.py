"""Arithmetic on canonical values: sums, products, contractions and other functions of tensors in one spelling.

A sum is a linear combination, a product a monomial with constant exponents; both are flat. Constant factors are drawn
out as far as the operation allows. What is applied element by element to a concatenation is the concatenation of what
is applied to its pieces.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from analyzer.compare.canonical.cores import COMMUTATIVE, ONE, Access, Attributes, Joined, Node, View
from analyzer.compare.canonical.layout import Atom, composed, expanded, merged, refined
from analyzer.compare.canonical.terms import Terms
from analyzer.compare.canonical.walking import (
    access_of,
    borders_of,
    cut,
    distributes,
    grouped,
    one_dim,
    powers,
    read,
    stretched,
)

MASKED = -3e4
"""What is added to a score to hide it; any number at or below this does."""
Operand: TypeAlias = tuple[View, float]
"""A tensor with its coefficient in a sum, or its exponent in a product."""


@dataclass(frozen=True, slots=True)
class _Aligned:
    """Tensors that are walked together: all have the dimensions ``sizes``, each of one atom; ``groups`` says which of
    them each dimension of the result is made of."""

    views: tuple[View, ...]
    sizes: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]

    def regrouped(self, view: View) -> View:
        dims = tuple(merged(atom for number in group for atom in view.dims[number]) for group in self.groups)
        return View(view.core, dims, view.offset, view.factor)


class Algebra:
    """Makes canonical values of canonical values.

    ``note`` is part of every computation that rounds: the element type, where precision counts.
    """

    def __init__(self, terms: Terms, *, precise: bool) -> None:
        self.terms = terms
        self.precise = precise

    # -- element by element -------------------------------------------------------------------------------------

    def total(self, operands: Sequence[Operand], shape: Sequence[int], note: Attributes = ()) -> View:
        """The sum of tensors times coefficients."""
        return self._pointwise(operands, shape, lambda aligned, extras: self._sum(aligned, extras, note))

    def product(self, operands: Sequence[Operand], shape: Sequence[int], note: Attributes = ()) -> View:
        """The product of tensors to constant powers."""
        return self._pointwise(operands, shape, lambda aligned, extras: self._monomial(aligned, extras, note))

    def function(self, name: str, attributes: Attributes, views: Sequence[View], shape: Sequence[int]) -> View:
        """A function of tensors, element by element."""

        def apply(aligned: _Aligned, extras: Sequence[float]) -> View:
            accesses = [access_of(view, view.factor) for view in aligned.views]
            return self._node(name, attributes, accesses, aligned.sizes)

        return self._pointwise([(view, 1.0) for view in views], shape, apply)

    def _pointwise(
        self, operands: Sequence[Operand], shape: Sequence[int], apply: Callable[[_Aligned, Sequence[float]], View]
    ) -> View:
        aligned = self._aligned([self.terms.resolved(view) for view, _ in operands], shape)
        extras = [extra for _, extra in operands]
        return aligned.regrouped(self._cut(aligned, extras, apply))

    def _cut(
        self, aligned: _Aligned, extras: Sequence[float], apply: Callable[[_Aligned, Sequence[float]], View]
    ) -> View:
        """``apply`` to each piece of a concatenation alone."""
        found = self._borders(aligned)
        if found is None:
            return apply(aligned, extras)
        axis, borders = found
        pieces = self._pieces(aligned, axis, borders)
        return self.terms.joined([piece.regrouped(self._cut(piece, extras, apply)) for piece in pieces], axis)

    def _pieces(self, aligned: _Aligned, axis: int, borders: Sequence[int]) -> Iterator[_Aligned]:
        """What lies between one border and the next along ``axis``."""
        for start, end in pairwise(borders):
            views = tuple(self.terms.resolved(cut(view, axis, start, end)) for view in aligned.views)
            sizes = tuple(end - start if place == axis else size for place, size in enumerate(aligned.sizes))
            yield self._aligned(views, sizes)

    def _borders(self, aligned: _Aligned) -> tuple[int, list[int]] | None:
        """A dimension along which a concatenation is walked from piece to piece, and where it is to be cut."""
        for view in aligned.views:
            core = self.terms[view.core]
            if isinstance(core, Joined) and (found := borders_of(view, core)) is not None:
                return found
        return None

    def _aligned(self, views: Sequence[View], shape: Sequence[int]) -> _Aligned:
        columns = [expanded(view.dims, shape) for view in views]
        sizes: list[int] = []
        walked: list[tuple[int, ...]] = []
        groups: list[tuple[int, ...]] = []
        for place, size in enumerate(shape):
            found = refined([dims[place] for dims in columns], size)
            if found is None:
                return self._aligned([self._unbroken(view) for view in views], shape)
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
        return _Aligned(aligned, tuple(sizes), tuple(groups))

    def _unbroken(self, view: View) -> View:
        """A tensor of which no dimension has several atoms."""
        return self.terms.packed(view) if any(len(dim) > 1 for dim in view.dims) else view

    def _sum(self, aligned: _Aligned, extras: Sequence[float], note: Attributes) -> View:
        loops, accesses = self._inlined(
            "sum", aligned, [v.factor * e for v, e in zip(aligned.views, extras, strict=True)], note
        )
        found: dict[tuple[int, int, tuple[int, ...]], float] = {}
        for access in accesses:
            found[access[:3]] = found.get(access[:3], 0.0) + access.extra
        kept = [Access(*key, extra) for key, extra in found.items() if extra != 0.0]
        if not self.precise and any(access.core != ONE and self.terms.numbers(access.core) is None for access in kept):
            kept = self._hidden(kept)
        lead = min(
            (access for access in kept if access.core != ONE), default=None, key=lambda a: (a.core, a.offset, a.strides)
        )
        if lead is None:
            number = sum(access.extra for access in kept)
            return self.terms.scalar(number, aligned.sizes)
        factor = lead.extra if math.isfinite(lead.extra) else 1.0
        scaled = [access._replace(extra=access.extra / factor) for access in kept]
        if len(scaled) == 1:
            return grouped(read(lead, loops, factor), loops)
        return grouped(self._finish("sum", note, scaled, loops).scaled(factor), loops)

    def _hidden(self, accesses: Sequence[Access]) -> list[Access]:
        """Masks that are added to scores: the numbers that hide are all one, and hide no more when added twice."""
        found: dict[tuple[int, int, tuple[int, ...]], Access] = {}
        for access in accesses:
            one = self._hiding(access)
            found[one[:3]] = one if one is not access or one[:3] not in found else found[one[:3]]
        return list(found.values())

    def _hiding(self, access: Access) -> Access:
        """A mask of zeros and numbers that hide as one of zeros and minus infinity; anything else as it is."""
        numbers = self.terms.numbers(access.core)
        if numbers is None or numbers.dtype.kind != "f" or access.extra <= 0 or not (numbers <= MASKED).any():
            return access
        if not ((numbers == 0) | (numbers <= MASKED)).all():
            return access
        return access._replace(core=self.terms.flat(np.where(numbers <= MASKED, -np.inf, 0.0)), extra=1.0)

    def _monomial(self, aligned: _Aligned, extras: Sequence[float], note: Attributes) -> View:
        factor, drawn = self._drawn(aligned.views, extras)
        views = [view for view, _ in drawn]
        again = _Aligned(tuple(views), aligned.sizes, aligned.groups)
        loops, accesses = self._inlined("product", again, [extra for _, extra in drawn], note)
        kept = powers(accesses)
        if not kept:
            return self.terms.scalar(factor, aligned.sizes)
        if len(kept) == 1 and kept[0].extra == 1.0:
            return grouped(read(kept[0], loops, factor), loops)
        return grouped(self._finish("product", note, kept, loops).scaled(factor), loops)

    def _drawn(self, views: Sequence[View], extras: Sequence[float]) -> tuple[float, list[Operand]]:
        """The constant factor of a product, and what is left of its operands."""
        factor = 1.0
        left: list[Operand] = []
        for view, extra in zip(views, extras, strict=True):
            if view.factor > 0 or float(extra).is_integer():
                if view.factor or extra > 0:
                    factor *= view.factor**extra
                else:
                    factor = math.inf
                left.append((View(view.core, view.dims, view.offset), extra))
            else:
                name = self.function("pow", (extra,), [view], view.shape)
                left.append((name, 1.0))
        return factor, [(view, extra) for view, extra in left if view.core != ONE] if factor else []

    def _inlined(
        self, op: str, aligned: _Aligned, extras: Sequence[float], note: Attributes
    ) -> tuple[list[tuple[int, list[int]]], list[Access]]:
        """Loops as (size, the dimensions' numbers they belong to) and accesses, nested sums or products unfolded."""
        sizes = list(aligned.sizes)
        groups = list(range(len(sizes)))
        accesses = [access_of(view, extra) for view, extra in zip(aligned.views, extras, strict=True)]
        done: list[Access] = []
        while accesses:
            access = accesses.pop(0)
            node = self.terms[access.core]
            inner = self._unfolded(op, access, node, sizes, note)
            if inner is None:
                done.append(access)
                continue
            steps, opened = inner
            done = [stretched(one, steps) for one in done]
            accesses = [*opened, *(stretched(one, steps) for one in accesses)]
            groups = [group for group, loops in zip(groups, steps, strict=True) for _ in loops]
            sizes = [size for loops in steps for size in loops]
        return [(size, [group]) for size, group in zip(sizes, groups, strict=True)], done

    def _unfolded(
        self, op: str, access: Access, node: object, sizes: Sequence[int], note: Attributes
    ) -> tuple[list[list[int]], list[Access]] | None:
        if not isinstance(node, Node) or node.op != op or node.attributes != note:
            return None
        if op == "product" and not distributes(node, access.extra):
            return None
        inner = [(size, tuple(a.strides[place] for a in node.accesses)) for place, size in enumerate(node.sizes)]
        found = composed(list(zip(sizes, access.strides, strict=True)), access.offset, inner, len(node.accesses))
        if found is None:
            return None
        walked, begins = found
        steps = [[size for size, _ in loops] for loops in walked]
        return steps, [
            Access(
                a.core, a.offset + begin, tuple(s[place] for loops in walked for _, s in loops), a.extra * access.extra
            )
            for place, (a, begin) in enumerate(zip(node.accesses, begins, strict=True))
        ]

    def _finish(
        self, op: str, note: Attributes, accesses: Sequence[Access], loops: Sequence[tuple[int, list[int]]]
    ) -> View:
        return self._node(op, note, accesses, [size for size, _ in loops])

    def _node(self, op: str, attributes: Attributes, accesses: Sequence[Access], sizes: Sequence[int]) -> View:
        """A computation element by element; its view has one dimension for each loop."""
        core, strides = self.terms.built(
            op, attributes, accesses, sizes, [False] * len(sizes), ordered=op not in COMMUTATIVE
        )
        return View(core, tuple(one_dim(size, stride) for size, stride in zip(sizes, strides, strict=True)))

    # -- over dimensions ----------------------------------------------------------------------------------------

    def contraction(
        self, operands: Sequence[Operand], shape: Sequence[int], summed: Sequence[int], note: Attributes = ()
    ) -> View:
        """The product of tensors to constant powers, summed over the dimensions ``summed`` of ``shape``.

        The result has the other dimensions.
        """
        aligned = self._aligned([self.terms.resolved(view) for view, _ in operands], shape)
        consumed = [place in summed for place, group in enumerate(aligned.groups) for _ in group]
        result = self._contracted(aligned, [extra for _, extra in operands], consumed, note)
        kept = [group for place, group in enumerate(aligned.groups) if place not in summed]
        dims = tuple(merged(atom for number in group for atom in result.dims[number]) for group in kept)
        return View(result.core, dims, result.offset, result.factor)

    def _contracted(
        self, aligned: _Aligned, extras: Sequence[float], consumed: Sequence[bool], note: Attributes
    ) -> View:
        """One dimension for each loop, of size 1 for those that are summed."""
        found = self._borders(aligned)
        if found is None:
            return self._contract_whole(aligned, extras, consumed, note)
        axis, borders = found
        parts = []
        for piece in self._pieces(aligned, axis, borders):
            inner = [consumed[place] for place, group in enumerate(piece.groups) for _ in group]
            parts.append(piece.regrouped(self._contracted(piece, extras, inner, note)))
        if consumed[axis]:
            return self.total([(part, 1.0) for part in parts], parts[0].shape, note)
        return self.terms.joined(parts, axis)

    def _contract_whole(
        self, aligned: _Aligned, extras: Sequence[float], consumed: Sequence[bool], note: Attributes
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
        core, strides = self.terms.built("contract", note, accesses, sizes, flags, ordered=False)
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
        aligned = self._aligned([self.terms.resolved(view) for view in views], shape)
        consumed = [place in axes for place, group in enumerate(aligned.groups) for _ in group]
        accesses = [access_of(view, view.factor) for view in aligned.views]
        fresh = tuple(more or ())
        core, strides = self.terms.built(
            name, attributes, accesses, aligned.sizes, consumed, ordered=True, sequence=sequence, more=fresh
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
