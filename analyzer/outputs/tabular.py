"""Tables of plain values, and the formats that every table can be printed in: CSV, JSON Lines and Markdown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from analyzer.base import json_document, one_line
from analyzer.outputs.markdown import prose
from analyzer.outputs.markdown import table as markdown_table

Cell: TypeAlias = str | int | float | bool | None
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+|inf)(e[+-]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under ``headings``; a cell that has nothing to say is None or empty."""

    headings: tuple[str, ...]
    rows: Iterable[Sequence[Cell]]


def csv_line(cells: Iterable[Cell]) -> str:
    """One record of CSV (RFC 4180), on one line whatever its cells hold.

    >>> csv_line(["a,b", None, True, 3])
    '"a,b",,true,3'
    """
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow([_written(cell) for cell in cells])
    return written.getvalue()


def csv_lines(table: Table) -> Iterator[str]:
    """The headings, then one record for each row."""
    yield csv_line(table.headings)
    yield from map(csv_line, table.rows)


def markdown_lines(table: Table) -> Iterator[str]:
    """A Markdown table in which no cell holds markup."""
    return markdown_table(table.headings, ([prose(_shown(cell)) for cell in row] for row in table.rows))


def json_lines(rows: Iterable[object]) -> Iterator[str]:
    """One JSON document a line."""
    return (json_document(row).decode() for row in rows)


def _written(cell: Cell) -> str:
    """The cell as text that no spreadsheet takes for a formula."""
    text = one_line(_shown(cell))
    is_formula = isinstance(cell, str) and _FORMULA.match(text) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def _shown(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case _:
            return str(cell)
