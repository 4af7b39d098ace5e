"""How large values are for who walks through them."""

from __future__ import annotations

import pytest

from analyzer.values import TooDeep, extent

MOST = 10_000


@pytest.mark.parametrize(
    ("value", "size"),
    [(5, 1), ("abc", 4), ([], 1), ([1, [2, 3], "abc"], 9), ({"a": (1, 2)}, 6), ([[0] * 100], 102)],
)
def test_counts_everything_inside(value: object, size: int) -> None:
    assert extent(value, MOST) == size


def test_shared_parts_count_as_often_as_they_are_met() -> None:
    shared: list[object] = []
    for _ in range(60):
        shared = [shared, shared]
    assert extent(shared, MOST) == MOST + 1


def test_what_holds_itself_is_too_deep() -> None:
    looped: list[object] = []
    looped.append(looped)
    with pytest.raises(TooDeep):
        extent(looped, MOST)


def test_depth_is_limited() -> None:
    nested: tuple[object, ...] = ()
    for _ in range(100_000):
        nested = (nested,)
    with pytest.raises(TooDeep):
        extent(nested, MOST)
