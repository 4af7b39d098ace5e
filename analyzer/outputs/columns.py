"""Rows of text in aligned columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def aligned(rows: Iterable[Sequence[str]], right: Iterable[int] = (), indent: str = "  ") -> Iterator[str]:
    """One line a row, two spaces between columns.

    Args:
        rows: Cells; every row has as many.
        right: Numbers of the columns whose text ends at the right edge.
        indent: What every line begins with.

    >>> list(aligned([("up", "128"), ("down", "7")], right=[1]))
    ['  up    128', '  down    7']
    """
    kept, flush = [tuple(row) for row in rows], frozenset(right)
    widths = [max(map(len, column)) for column in zip(*kept, strict=True)]
    for row in kept:
        cells = (
            cell.rjust(width) if place in flush else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield (indent + "  ".join(cells)).rstrip()
