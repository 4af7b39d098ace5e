"""Sections as text for people and as JSON for programs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence

from tests.scoreboard.board import Row, Section, Table

WIDTH = 300


def as_text(sections: Iterable[Section], worst: int) -> str:
    """Headlines, then the worst rows, then the tables of causes."""
    return "\n".join(line for section in sections for line in _section(section, worst))


def as_json(sections: Iterable[Section]) -> str:
    """Everything, with shares spelled out."""
    return json.dumps({section.name: _plain(section) for section in sections}, indent=1)


def _plain(section: Section) -> dict[str, object]:
    return {
        "headlines": {
            line.label: {"right": line.right, "total": line.total, "share": line.share} for line in section.headlines
        },
        "rows": [dataclasses.asdict(row) for row in section.rows],
        "tables": [dataclasses.asdict(table) for table in section.tables],
    }


def _section(section: Section, worst: int) -> Iterator[str]:
    yield f"== {section.name}"
    for headline in section.headlines:
        yield f"  {headline}"
    rows = section.worst[:worst]
    if rows:
        yield f"  -- worst {len(rows)} of {len(section.worst)} that are not exact"
    for row in rows:
        yield from _row(row)
    slow = sorted(section.rows, key=lambda row: -row.seconds)[:5]
    if slow and slow[0].seconds:
        yield "  -- slowest: " + ", ".join(f"{row.name} {row.seconds:.1f} s" for row in slow)
    for table in section.tables:
        yield from _table(table)
    yield ""


def _row(row: Row) -> Iterator[str]:
    counts = " ".join(f"{name}={_short(value)}" for name, value in row.counts.items() if value is not True)
    yield f"  {row.score:6.3f} {'*' if row.causal else ' '} {row.name}  {counts}"
    if row.difference:
        yield f"           {row.difference[:WIDTH]}"


def _short(value: float) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(int(value))


def _table(table: Table) -> Iterator[str]:
    if not table.rows:
        return
    yield f"  -- {table.title}"
    lines = [table.columns, *(tuple(map(str, row)) for row in table.rows)]
    widths = [min(max(len(line[column]) for line in lines), 60) for column in range(len(table.columns))]
    for line in lines:
        yield "     " + _cells(line, widths)


def _cells(line: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell[:100].ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
