"""Comparing long sequences in time proportional to their length (times a logarithm)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far two multisets agree."""

    common: int
    expected: int
    got: int

    @property
    def recall(self) -> float:
        return self.common / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        return self.common / self.got if self.got else float(not self.expected)

    @property
    def f1(self) -> float:
        total = self.expected + self.got
        return 2 * self.common / total if total else 1.0


def overlap(expected: Sequence[Hashable], got: Sequence[Hashable]) -> Overlap:
    """Elements in common, regardless of order."""
    return Overlap((Counter(expected) & Counter(got)).total(), len(expected), len(got))


Sizes: TypeAlias = "tuple[tuple[int | None, ...], ...]"


def overlap_of_shapes(expected: Sequence[tuple[Hashable, Sizes]], got: Sequence[tuple[Hashable, Sizes]]) -> Overlap:
    """Elements in common by label and shapes, where a size ``None`` in ``got`` fits any."""
    left = Counter(expected)
    open_ended: list[tuple[Hashable, Sizes]] = []
    common = 0
    for item in got:
        if left[item] > 0:
            left[item] -= 1
            common += 1
        elif any(size is None for shape in item[1] for size in shape):
            open_ended.append(item)
    rest: dict[Hashable, list[Sizes]] = defaultdict(list)
    for (label, shapes), count in left.items():
        rest[label] += [shapes] * count
    for label, pattern in open_ended:
        fitting = next((shapes for shapes in rest[label] if shapes_fit(pattern, shapes)), None)
        if fitting is not None:
            rest[label].remove(fitting)
            common += 1
    return Overlap(common, len(expected), len(got))


def shapes_fit(pattern: Sizes, shapes: Sizes) -> bool:
    """Whether ``shapes`` are those of ``pattern``, in which None is any size."""
    return len(pattern) == len(shapes) and all(
        len(wanted) == len(shape) and all(size in (None, given) for size, given in zip(wanted, shape, strict=True))
        for wanted, shape in zip(pattern, shapes, strict=True)
    )


def common_prefix(expected: Sequence[Hashable], got: Sequence[Hashable]) -> int:
    """Number of leading elements that agree."""
    for position, (left, right) in enumerate(zip(expected, got, strict=False)):
        if left != right:
            return position
    return min(len(expected), len(got))


def in_order(expected: Sequence[Hashable], got: Sequence[Hashable]) -> int:
    """Length of a common subsequence, close to the longest one.

    The n-th occurrence of an element on one side is matched with its n-th occurrence on the other; what remains is a
    longest increasing subsequence (patience sorting), O(n log n). Never more than the longest common subsequence.
    """
    places: dict[tuple[Hashable, int], int] = {}
    for position, label in enumerate(_numbered(got)):
        places[label] = position
    piles: list[int] = []
    for label in _numbered(expected):
        if label in places:
            index = bisect_left(piles, places[label])
            piles[index : index + 1] = [places[label]]
    return len(piles)


def _numbered(items: Sequence[Hashable]) -> list[tuple[Hashable, int]]:
    seen: Counter[Hashable] = Counter()
    labels = []
    for item in items:
        labels.append((item, seen[item]))
        seen[item] += 1
    return labels
