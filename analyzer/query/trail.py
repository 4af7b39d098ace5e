"""The questions that a rule asked about a model, and the answers, kept small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyzer.graph import Op


@dataclass(slots=True)
class Reason:
    """One condition of a rule, over all candidates: how often it held, how often not, and where it first did not."""

    text: str
    held: int = 0
    failed: int = 0
    first_failed: Op | None = None


class Trail:
    """Questions by name with the number of answers, and reasons by text, each in the order of its first mention."""

    def __init__(self) -> None:
        self._asked: dict[str, int] = {}
        self._reasons: dict[str, Reason] = {}

    @property
    def questions(self) -> Mapping[str, int]:
        """What was asked for (the name of a finder, kinds of operations) and how many were found."""
        return dict(self._asked)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(self._reasons.values())

    def asked(self, name: str, found: int) -> None:
        """Note a question; private ones (``_places``) are details of another."""
        if name and not name.startswith("_"):
            self._asked.setdefault(name, found)

    def reason(self, text: str, holds: bool, places: Sequence[Op]) -> None:
        """Note one answer to the condition ``text``."""
        known = self._reasons.setdefault(text, Reason(text))
        if holds:
            known.held += 1
            return
        known.failed += 1
        if known.first_failed is None and places:
            known.first_failed = places[0]
