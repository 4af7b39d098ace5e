"""Arithmetic on canonical values: sums, products, contractions and other functions of tensors in one spelling.

A sum is a linear combination, a product a monomial with constant exponents; both are flat. Constant factors are drawn
out as far as the operation allows. What is applied element by element to a concatenation is the concatenation of what
is applied to its pieces.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from analyzer.compare.canonical.alignment import Aligned, align, cut_at, seams
from analyzer.compare.canonical.concatenation import concatenated
from analyzer.compare.canonical.cores import COMMUTATIVE, ONE, Access, Attributes, LoopNode, View
from analyzer.compare.canonical.layout import composed
from analyzer.compare.canonical.masks import merged_masks
from analyzer.compare.canonical.nodes import build_node
from analyzer.compare.canonical.parts import resolved
from analyzer.compare.canonical.terms import Terms
from analyzer.compare.canonical.walking import (
    access_of,
    distributes,
    grouped,
    one_dim,
    powers,
    read,
    stretched,
)

Operand: TypeAlias = tuple[View, float]
"""A tensor with its coefficient in a sum, or its exponent in a product."""


class PointwiseAlgebra:
    """Sums, products and other functions of tensors, element by element.

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

        def apply(aligned: Aligned, extras: Sequence[float]) -> View:
            accesses = [access_of(view, view.factor) for view in aligned.views]
            return self._node(name, attributes, accesses, aligned.sizes)

        return self._pointwise([(view, 1.0) for view in views], shape, apply)

    def _pointwise(
        self, operands: Sequence[Operand], shape: Sequence[int], apply: Callable[[Aligned, Sequence[float]], View]
    ) -> View:
        aligned = align(self.terms, [resolved(self.terms, view) for view, _ in operands], shape)
        extras = [extra for _, extra in operands]
        return aligned.regrouped(self._cut(aligned, extras, apply))

    def _cut(
        self, aligned: Aligned, extras: Sequence[float], apply: Callable[[Aligned, Sequence[float]], View]
    ) -> View:
        """``apply`` to each piece of a concatenation alone."""
        found = seams(self.terms, aligned)
        if found is None:
            return apply(aligned, extras)
        axis, borders = found
        pieces = cut_at(self.terms, aligned, axis, borders)
        return concatenated(self.terms, [piece.regrouped(self._cut(piece, extras, apply)) for piece in pieces], axis)

    def _sum(self, aligned: Aligned, extras: Sequence[float], note: Attributes) -> View:
        loops, accesses = self._inlined(
            "sum", aligned, [v.factor * e for v, e in zip(aligned.views, extras, strict=True)], note
        )
        found: dict[tuple[int, int, tuple[int, ...]], float] = {}
        for access in accesses:
            found[access[:3]] = found.get(access[:3], 0.0) + access.extra
        kept = [Access(*key, extra) for key, extra in found.items() if extra != 0.0]
        if not self.precise and any(access.core != ONE and self.terms.numbers(access.core) is None for access in kept):
            kept = merged_masks(self.terms, kept)
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

    def _monomial(self, aligned: Aligned, extras: Sequence[float], note: Attributes) -> View:
        factor, drawn = self._drawn(aligned.views, extras)
        views = [view for view, _ in drawn]
        again = Aligned(tuple(views), aligned.sizes, aligned.groups)
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
        self, op: str, aligned: Aligned, extras: Sequence[float], note: Attributes
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
        if not isinstance(node, LoopNode) or node.op != op or node.attributes != note:
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
        core, strides = build_node(
            self.terms, op, attributes, accesses, sizes, [False] * len(sizes), ordered=op not in COMMUTATIVE
        )
        return View(core, tuple(one_dim(size, stride) for size, stride in zip(sizes, strides, strict=True)))
