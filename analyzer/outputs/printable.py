"""Lines as they may be printed: nothing in them moves a cursor, hides, or begins another line."""

from __future__ import annotations

from itertools import accumulate

from rich.text import Span, Text

from analyzer.base import one_line


def printable(line: str | Text) -> str | Text:
    """``line`` with all that does not print escaped; styles stay on what they were on."""
    return one_line(line) if isinstance(line, str) else _styled(line)


def _styled(line: Text) -> Text:
    if line.plain.isprintable():
        return line
    shown = [one_line(character) for character in line.plain]
    starts, last = list(accumulate(map(len, shown), initial=0)), len(shown)
    copy = line.blank_copy("".join(shown))
    copy.spans = [Span(starts[min(one.start, last)], starts[min(one.end, last)], one.style) for one in line.spans]
    return copy
