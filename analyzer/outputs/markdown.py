"""Text inside of Markdown: what comes from code, files and messages is text there, and no markup by chance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from analyzer.base import one_line

_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|`|(?<=\])\(")
_TICKS = re.compile("`+")


def prose(text: str) -> str:
    """``text`` in which no tag, code or link begins."""
    return _MARKUP.sub(r"\\\g<0>", one_line(text))


def code(text: str) -> str:
    """``text`` as code, between more backticks than it has; nothing for no text."""
    shown = one_line(text)
    longest = max(map(len, _TICKS.findall(shown)), default=0)
    if not longest:
        return f"`{shown}`" if shown else ""
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}"


def fenced(text: str, language: str = "") -> str:
    """``text`` as a block of code."""
    longest = max(map(len, _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def row(cells: Iterable[str]) -> str:
    """One row of a table; a bar in a cell does not end it."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells)} |"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of finished cells."""
    yield row(headings)
    yield row(["---"] * len(headings))
    yield from map(row, rows)
