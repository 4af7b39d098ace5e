"""Lines that are longer than a terminal is wide, broken between words and continued under the column they were in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.text import Text

_GAP: Final = re.compile(r"(?: {2,}|^ *)(?=\S)")
"""What columns are separated by, and the indentation of a line."""
_DEEPER: Final = 2
"""Spaces by which a line is continued deeper than it begins, where it has no columns."""
_NARROWEST: Final = 20
"""Columns of a terminal below which breaking lines helps nobody."""


def wrapped(line: Text, width: int) -> Iterator[Text]:
    """``line`` in pieces of at most ``width`` characters; longer words stay whole, so that they can be copied."""
    plain = line.plain
    if len(plain) <= width or width < _NARROWEST:
        yield line
        return
    indent = _indent(plain, width)
    first, *others = line.divide(_breaks(plain, width, indent))
    yield _trimmed(first)
    for piece in others:
        yield Text(" " * indent).append_text(_trimmed(piece, left=True))


def _breaks(plain: str, width: int, indent: int) -> Iterator[int]:
    """Where ``plain`` is cut: at the last space that fits, else at the next one."""
    start, room = len(plain) - len(plain.lstrip()), width
    begin = 0
    while len(plain) - begin > room:
        cut = plain.rfind(" ", max(begin, start) + 1, begin + room + 1)
        if cut < 0:
            cut = plain.find(" ", begin + room)
        if cut < 0:
            return
        yield cut
        begin = start = cut + len(plain[cut:]) - len(plain[cut:].lstrip())
        room = width - indent


def _indent(plain: str, width: int) -> int:
    """The beginning of the last column that begins in the first half of the terminal, else a bit more than the line's
    own indentation."""
    starts = [found.end() for found in _GAP.finditer(plain, 0, width // 2)]
    own = len(plain) - len(plain.lstrip())
    return starts[-1] if starts and starts[-1] > own else min(own + _DEEPER, width // 2)


def _trimmed(piece: Text, *, left: bool = False) -> Text:
    piece.rstrip()
    if left:
        return piece[len(piece.plain) - len(piece.plain.lstrip()) :] if piece.plain.strip() else Text()
    return piece
