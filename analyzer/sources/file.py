"""One source file: its text and where its lines start."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from analyzer.base import Span

_NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, eq=False)
class SourceFile:
    """``path`` is relative to the root of its tree, in posix form; ``external`` marks code outside the tree."""

    path: str
    text: str
    external: bool = False

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset of each line's first character."""
        return (0, *[match.end() for match in _NEWLINE.finditer(self.text)])

    def span(self, at: int, end: int) -> Span:
        """The place of the characters from ``at`` up to ``end``: lines from 1, columns in characters from 0."""
        starts = self.starts
        line = bisect_right(starts, at)
        end_line = bisect_right(starts, end, lo=line - 1)
        return Span(self.path, line, at - starts[line - 1], end_line, end - starts[end_line - 1], self.external)

    def line(self, at: int) -> int:
        """The line, from 1, of the character at ``at``."""
        return bisect_right(self.starts, at)

    def code(self, at: int, end: int) -> str:
        """The source text of a place."""
        return self.text[at:end]
