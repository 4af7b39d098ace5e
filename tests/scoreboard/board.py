"""What every section of the scoreboard is made of: scored rows, headlines, and tables of frequent causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """One scored model: ``score`` from 0 to 1 sorts, ``exact`` counts, ``difference`` is the first one met."""

    name: str
    causal: bool
    exact: bool
    score: float
    difference: str = ""
    counts: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Headline:
    """A share in words: ``right`` of ``total``."""

    label: str
    right: float
    total: float

    @property
    def share(self) -> float:
        """From 0 to 1; 0 when there was nothing to score, so that an empty run never looks good."""
        return self.right / self.total if self.total else 0.0

    def __str__(self) -> str:
        return f"{self.label}: {100 * self.share:.1f} % ({self.right:,.10g} of {self.total:,.10g})"


@dataclass(frozen=True, slots=True)
class Table:
    """A ranked list: columns, then rows of cells."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    headlines: tuple[Headline, ...]
    rows: tuple[Row, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def worst(self) -> tuple[Row, ...]:
        """Rows that are not exact, worst first."""
        return tuple(sorted((row for row in self.rows if not row.exact), key=lambda row: (row.score, row.name)))

    def share(self, label: str) -> float:
        """The share under one headline; KeyError if there is none of that name."""
        return {headline.label: headline.share for headline in self.headlines}[label]


def exact_share(label: str, rows: Iterable[Row]) -> Headline:
    """How many of ``rows`` are exact."""
    scored = list(rows)
    return Headline(label, sum(row.exact for row in scored), len(scored))


def mean_score(label: str, rows: Iterable[Row]) -> Headline:
    """The mean score of ``rows``."""
    scored = list(rows)
    return Headline(label, sum(row.score for row in scored), len(scored))


def ranked(title: str, columns: Sequence[str], counts: Counter[str], limit: int = 30) -> Table:
    """The most frequent entries of ``counts``, ties in alphabetical order."""
    order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    return Table(title, tuple(columns), tuple((count, name) for name, count in order))
