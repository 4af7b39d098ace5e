"""Patterns are matched only where the number of ways to match them is small."""

from __future__ import annotations

import pytest

from analyzer.library.natives.regex import MOST_WAYS, _ways


@pytest.mark.parametrize(
    ("pattern", "length", "ways"),
    [
        ("abc", 8, 10),
        ("a*", 8, 10 * 10),
        ("a*?b+", 8, 10 * 10 * 10),
        ("a?", 8, 2 * 10),
        ("(a|b|c)", 8, 3 * 10),
        ("(a|b)(a|b)", 8, 4 * 10),
        ("((a|b)c|d)", 8, 3 * 10),
        ("a*|b*|c", 8, (10 + 10 + 1) * 10),
        (r"[()*+?{|]\(\*\?", 8, 10),
        ("[]*]", 8, 10),
        ("(?P<name>a)(?:b)(?=c)(?!d)(?<!e)", 8, 10),
        ("a{2,3}", 8, 10 * 10),
        ("(a)?", 8, 2 * 10),
    ],
)
def test_ways(pattern: str, length: int, ways: int) -> None:
    assert _ways(pattern, length) == ways


@pytest.mark.parametrize("pattern", ["(a)*", "(?:a|b)+", "(a){2,}"])
def test_repeated_groups_are_not_counted(pattern: str) -> None:
    assert _ways(pattern, 8) is None


def test_alternatives_in_a_row_multiply() -> None:
    ways = _ways("(a|a)" * 40 + "b", 40)
    assert ways is not None
    assert ways > MOST_WAYS
