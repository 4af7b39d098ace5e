"""Models × traits as short texts: one for each cell, and notes for what differs by layer or by stack."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.base import index_set
from analyzer.outputs.notation import count
from analyzer.outputs.schedule_text import folded, schedule_words
from analyzer.outputs.values import value_text
from analyzer.report import CellValue, Source, TableRow, TraitTable

NOTHING = "–"
"""A cell without findings: the model has no such structure, or none was recognised."""
UNKNOWN = "unknown"
_NUMBERS = re.compile(r"(.+)\.\{(\d{1,9}(?:,\d{1,9})*)\}(.*)")
_SCALES = ((10**12, "T"), (10**9, "B"), (10**6, "M"))


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """The text of a cell, and the number of the note that belongs to it."""

    text: str
    note: int | None = None


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A model: its name, and a cell for each trait."""

    name: PrintedCell
    cells: tuple[PrintedCell, ...]


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """Rows under ``traits``; the note with number ``n`` is ``notes[n - 1]``."""

    traits: tuple[str, ...]
    rows: tuple[PrintedRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Notes:
    """Notes by their text, each with its number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int | None:
        return self.numbers.setdefault(text, len(self.numbers) + 1) if text else None


def printed(table: TraitTable) -> PrintedTable:
    """The texts and notes of a table; notes are numbered as they are met, equal ones once."""
    notes = _Notes()
    names = row_names(table)
    rows = tuple(_row(name, row, table.traits, notes) for name, row in zip(names, table.models, strict=True))
    return PrintedTable(table.traits, rows, tuple(notes.numbers))


def row_names(table: TraitTable) -> Iterator[str]:
    """The model type of each row; with its class where a tree has several rows of the type, with its tree if there are
    several trees."""
    labels = source_labels(table.sources)
    classes = Counter((row.model_type, row.source) for row in table.models)
    for row in table.models:
        name = row.model_type if classes[row.model_type, row.source] == 1 else f"{row.model_type} {row.class_name}"
        yield f"{name} ({labels[row.source]})" if len(labels) > 1 else name


def _row(name: str, row: TableRow, traits: Sequence[str], notes: _Notes) -> PrintedRow:
    head = PrintedCell(name, notes.number(_row_note(name, row)))
    return PrintedRow(head, tuple(_cell(name, trait, row.cells.get(trait, ()), notes) for trait in traits))


def _cell(name: str, trait: str, values: Sequence[CellValue], notes: _Notes) -> PrintedCell:
    note = cell_note(trait, values)
    text = cell_text(trait, values) or NOTHING
    about = name if text == UNKNOWN else f"{name}, {trait}"
    return PrintedCell(text, notes.number(f"{about}: {note}" if note else ""))


def cell_text(trait: str, values: Sequence[CellValue]) -> str:
    """The values of the main stacks: one, or several with the number of layers that each holds for.

    >>> cell_text("attention.window", [])
    ''
    """
    groups = _groups(trait, [one for one in values if one.main])
    if len(groups) < 2:
        return "".join(groups)
    return " / ".join(f"{text}{_times(found)}" for text, found in groups.items())


def cell_note(trait: str, values: Sequence[CellValue]) -> str:
    """Where each value holds if there are several, and why a value is unknown; empty for one known value."""
    groups = _groups(trait, [one for one in values if one.main])
    reasons = tuple(dict.fromkeys(one.reason for one in values if one.main and one.reason))
    if len(groups) < 2:
        return "; ".join(reasons)
    total = _total([one for found in groups.values() for one in found])
    places = "; ".join(f"{text} at {_where(found, total)}" for text, found in groups.items())
    return "; ".join((places, *reasons))


def _row_note(name: str, row: TableRow) -> str:
    """What is said of the whole model: that it failed or is partial, and what other stacks have instead."""
    if row.status == "failed":
        return f"{name}: not analysed{f': {row.reason}' if row.reason else ''}"
    parts = [f"{place} has {', '.join(texts)}" for place, texts in _elsewhere(row.cells).items()]
    if row.status == "partial":
        parts.insert(0, "not everything was understood")
    return f"{name}: {'; '.join(parts)}" if parts else ""


def _elsewhere(cells: Mapping[str, Sequence[CellValue]]) -> dict[str, list[str]]:
    """By module outside of the main stacks: the traits that are not what they are there."""
    found: dict[str, list[str]] = {}
    for trait, values in cells.items():
        main = _groups(trait, [one for one in values if one.main])
        for one in values:
            text = compact(trait, one)
            if not one.main and text not in main:
                found.setdefault(_where([one], None), []).append(f"{trait} {text}")
    return found


def _groups(trait: str, values: Iterable[CellValue]) -> dict[str, list[CellValue]]:
    """Values by their text, in order."""
    found: dict[str, list[CellValue]] = {}
    for one in values:
        found.setdefault(compact(trait, one), []).append(one)
    return found


def _times(values: Sequence[CellValue]) -> str:
    layers = [one.layers for one in values]
    numbers = [number for number in layers if number is not None]
    return f" ×{sum(numbers)}" if len(numbers) == len(layers) else ""


def compact(trait: str, value: CellValue) -> str:
    """One value in as few words as a table has room for.

    >>> compact("params.total", CellValue(value=6_738_415_616, module="", certainty="default", depends_on=(),
    ...                                   reason=None, layers=None, main=True))
    '6.74B'
    """
    if value.certainty == "unknown":
        return UNKNOWN
    match value.value:
        case list() as layers if trait == "block.schedule":
            return schedule_words([str(one) for one in layers])
        case list() as items:
            return folded([value_text(one) for one in items])
        case int() as number if not isinstance(number, bool) and trait.startswith("params."):
            return _scaled(number)
        case float() as number if number.is_integer() and abs(number) < 1e15:
            return value_text(int(number))
        case other:
            return value_text(other)


def _scaled(number: int) -> str:
    for scale, letter in _SCALES:
        if number >= scale:
            return f"{number / scale:.3g}{letter}"
    return count(number)


def _where(values: Iterable[CellValue], total: int | None) -> str:
    return ", ".join(dict.fromkeys(_place(one.module, total) for one in values))


def _place(module: str, total: int | None) -> str:
    """``model.layers.{i % 6 == 5}`` for a set of ``total`` layers."""
    found = _NUMBERS.fullmatch(module)
    if found is None:
        return module or "the model"
    numbers = map(int, found[2].split(","))
    return f"{found[1]}.{{{index_set(numbers, total)}}}{found[3]}"


def _total(values: Sequence[CellValue]) -> int | None:
    """The number of layers, if the patterns of ``values`` name each layer of one list once."""
    sets = [_NUMBERS.fullmatch(one.module) for one in values]
    named = [found for found in sets if found is not None]
    numbers = sorted(int(number) for found in named for number in found[2].split(","))
    alike = len(named) == len(values) and len({(found[1], found[3]) for found in named}) == 1
    return len(numbers) if alike and numbers == list(range(len(numbers))) else None


def source_labels(sources: Sequence[Source]) -> tuple[str, ...]:
    """A short name for each tree: its version where these differ, else its folder."""
    versions = [source.version or (source.revision or "")[:10] for source in sources]
    if all(versions) and len(set(versions)) == len(versions):
        return tuple(versions)
    return tuple(source.root for source in sources)


def number_like(cells: Iterable[PrintedCell]) -> bool:
    """Whether a column holds numbers."""
    texts = [cell.text for cell in cells if cell.text != NOTHING]
    return bool(texts) and all(re.fullmatch(r"[\d.,]+(e-?\d+)?[MBT]?", text) for text in texts)


def elsewhere_texts(row: TableRow) -> Iterator[str]:
    """Everything that a row's cells leave out, for formats that have a column for it."""
    for trait, values in row.cells.items():
        if note := cell_note(trait, values):
            yield f"{trait}: {note}"
    if note := _row_note("", row):
        yield note.removeprefix(": ")
