"""Masks that are added to scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer.compare.canonical.cores import Access
from analyzer.compare.canonical.terms import Terms

MASKED = -3e4
"""What is added to a score to hide it; any number at or below this does."""


def merged_masks(terms: Terms, accesses: Sequence[Access]) -> list[Access]:
    """Masks that are added to scores: the numbers that hide are all one, and hide no more when added twice."""
    found: dict[tuple[int, int, tuple[int, ...]], Access] = {}
    for access in accesses:
        one = _hiding(terms, access)
        found[one[:3]] = one if one is not access or one[:3] not in found else found[one[:3]]
    return list(found.values())


def _hiding(terms: Terms, access: Access) -> Access:
    """A mask of zeros and numbers that hide as one of zeros and minus infinity; anything else as it is."""
    numbers = terms.numbers(access.core)
    if numbers is None or numbers.dtype.kind != "f" or access.extra <= 0 or not (numbers <= MASKED).any():
        return access
    if not ((numbers == 0) | (numbers <= MASKED)).all():
        return access
    return access._replace(core=terms.flat(np.where(numbers <= MASKED, -np.inf, 0.0)), extra=1.0)
