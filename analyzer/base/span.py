"""A place in a source file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Lines count from 1, columns from 0 in characters; ``path`` is relative to the root of the source tree.

    ``external`` is true for code that is not part of the analysed tree (the built-in description of a library),
    which cannot be shown to a user as evidence.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    external: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


NOWHERE = Span("", 0, 0, 0, 0, external=True)
