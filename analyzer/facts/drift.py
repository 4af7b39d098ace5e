"""Code of the model that no longer follows from what it is said to be made from."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.base import Span
from analyzer.query import Query


@dataclass(frozen=True, slots=True)
class Drifted:
    """A function or a member of a class, and the piece of code that it should follow from."""

    kind: str
    name: str
    own: Span
    original_name: str
    original: Span


def drifts(query: Query) -> tuple[Drifted, ...]:
    """What is known to have drifted, in the order of files and lines."""
    found = [one for one in query.model.drifts() if one.state == "drifted"]
    ordered = sorted(found, key=lambda one: (one.path, one.line, one.name))
    return tuple(
        Drifted(
            one.kind, one.name, _line(one.path, one.line), one.original, _line(one.original_path, one.original_line)
        )
        for one in ordered
    )


def _line(path: str, line: int) -> Span:
    """A definition's first line; its text is read from the file to its end."""
    return Span(path, line, 0, line, 200)
