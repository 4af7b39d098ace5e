"""Sets of layer numbers are written short and exact."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.base import index_set


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([], ""),
        ([5], "5"),
        ([0, 1, 2, 3], "0-3"),
        ([0, 2, 4, 6], "0, 2, …, 6"),
        ([1, 3], "1, 3"),
        ([0, 1, 2, 5], "0-2, 5"),
        ([3, 0, 1, 3], "0-1, 3"),
        ([0, 1, 3, 4, 6, 7, 9, 10], "i % 3 != 2, i < 11"),
        ([0, 2, 5, 9], "0, 2, 5, 9"),
    ],
)
def test_without_a_total(numbers: list[int], text: str) -> None:
    assert index_set(numbers) == text


@pytest.mark.parametrize(
    ("numbers", "total", "text"),
    [
        ([number for number in range(48) if number % 4 != 3], 48, "i % 4 != 3"),
        (range(3, 48, 4), 48, "i % 4 == 3"),
        ([0, 1, 6, 7, 12, 13, 18, 19], 24, "i % 6 in {0, 1}"),
        ([2, 3, 4, 8, 9, 10, 14, 15, 16, 5, 11, 17], 18, "i % 6 not in {0, 1}"),
        (range(0, 12, 4), 48, "0, 4, 8"),
        (range(48), 48, "0-47"),
        ([0, 2], 4, "0, 2"),
    ],
)
def test_with_a_total(numbers: list[int], total: int, text: str) -> None:
    assert index_set(numbers, total) == text


@given(st.sets(st.integers(0, 60)))
def test_every_number_is_named(numbers: set[int]) -> None:
    assert expanded(index_set(numbers), 61) == numbers


@given(st.sets(st.integers(0, 6), min_size=1), st.integers(7, 40), st.integers(2, 7))
def test_a_rule_holds_for_the_named_numbers_alone(residues: set[int], total: int, period: int) -> None:
    numbers = {number for number in range(total) if number % period in residues}
    assert expanded(index_set(numbers, total), total) == numbers


def expanded(text: str, total: int) -> set[int]:
    """The numbers below ``total`` that a text stands for, read as a person would."""
    rule = re.fullmatch(r"i % (\d+) (==|!=|in|not in) (\d+|\{[\d, ]+\})(?:, i < (\d+))?", text)
    if rule is None:
        return _listed(text)
    period, last = int(rule[1]), int(rule[4] or total)
    residues = set(map(int, re.findall(r"\d+", rule[3])))
    return {number for number in range(last) if (number % period in residues) == (rule[2] in ("==", "in"))}


def _listed(text: str) -> set[int]:
    found: list[int] = []
    parts = text.split(", ") if text else []
    for position, part in enumerate(parts):
        if part == "…":
            found.extend(range(found[-1], int(parts[position + 1]), found[-1] - found[-2]))
        elif "-" in part:
            first, last = map(int, part.split("-"))
            found.extend(range(first, last + 1))
        else:
            found.append(int(part))
    return set(found)
