"""Long lines in narrow terminals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from rich.text import Text

from analyzer.cli.wrapping import wrapped


def pieces(text: str, width: int) -> list[str]:
    return [one.plain for one in wrapped(Text(text), width)]


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("short", 23, ["short"]),
        ("norm.eps    one two three four five", 28, ["norm.eps    one two three", "            four five"]),
        ("one two three four five six", 23, ["one two three four five", "  six"]),
        ("    a b c d e f g h i j k l m", 23, ["    a b c d e f g h i j", "      k l m"]),
        ("models/a/very/long/path/no/space.py and more", 23, ["models/a/very/long/path/no/space.py", "  and more"]),
    ],
)
def test_lines_are_continued_under_their_last_column(text: str, width: int, shown: list[str]) -> None:
    assert pieces(text, width) == shown


def test_styles_stay_on_their_words() -> None:
    line = Text.assemble("a word and ", ("a red one here", "red"))
    first, second = wrapped(line, 20)
    assert [(first.plain[one.start : one.end], one.style) for one in first.spans] == [("a red one", "red")]
    assert [(second.plain[one.start : one.end], one.style) for one in second.spans] == [("here", "red")]


def test_a_terminal_of_no_width_gets_the_line() -> None:
    assert pieces("one two three", 3) == ["one two three"]


@given(some.text("ab  ", max_size=120), some.integers(20, 60))
def test_no_word_is_lost_or_cut(text: str, width: int) -> None:
    lines = pieces(text, width)
    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= width or len(line.split()) == 1 for line in lines)
