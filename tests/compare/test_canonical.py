"""The worked example of the canonical form."""

from __future__ import annotations

from analyzer.compare.canonical.algebra import Algebra
from analyzer.compare.canonical.cores import View
from analyzer.compare.canonical.layout import contiguous
from analyzer.compare.canonical.terms import Terms

SHAPE = (2, 3)


def test_two_spellings_of_a_sum_are_one_core() -> None:
    terms = Terms()
    algebra = Algebra(terms, precise=False)
    x, y = (View(terms.leaf("input", name, 6), contiguous(SHAPE)) for name in "xy")
    first = algebra.total([(x, 0.5), (y, 1.0)], SHAPE)
    second = algebra.total([(y, 2.0), (x, 1.0)], SHAPE).scaled(0.5)
    assert first == second
    assert first.factor == 0.5
    turned = algebra.total([(View(one.core, one.dims[::-1]), factor) for one, factor in ((x, 0.5), (y, 1.0))], (3, 2))
    assert (turned.core, turned.dims) == (first.core, first.dims[::-1])
