"""Code of the model that no longer follows from what it is said to be made from."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.base import Span
from analyzer.query import Query


@dataclass(frozen=True, slots=True)
class Drifted:
    """A function or a member of a class, and the piece of code that it should follow from.

    ``text`` and ``original_text`` are the first lines that differ, empty where the other has one more.
    """

    name: str
    own: Span
    original_name: str
    original: Span
    text: str
    original_text: str

    @property
    def difference(self) -> str:
        """What stands in the one and not in the other, in words."""
        return f"it has {_quoted(self.text)} where the original has {_quoted(self.original_text)}"


def drifted_from_modular(query: Query) -> tuple[Drifted, ...]:
    """Members of generated classes that are not what the modular file makes, in the order of files and lines."""
    return _drifted(query, "modular")


def drifted_copies(query: Query) -> tuple[Drifted, ...]:
    """Marked copies that differ from their originals, in the order of files and lines."""
    return _drifted(query, "copy")


def _drifted(query: Query, kind: str) -> tuple[Drifted, ...]:
    found = [one for one in query.program.drifts() if one.state == "drifted" and one.kind == kind]
    ordered = sorted(found, key=lambda one: (one.path, one.line, one.name))
    return tuple(
        Drifted(
            one.name,
            _line(one.path, one.line),
            one.original,
            _line(one.original_path, one.original_line),
            one.text,
            one.original_text,
        )
        for one in ordered
    )


def _quoted(line: str) -> str:
    return f"`{line.strip()}`" if line.strip() else "nothing"


def _line(path: str, line: int) -> Span:
    """A definition's first line; its text is read from the file to its end."""
    return Span(path, line, 0, line, 200)
