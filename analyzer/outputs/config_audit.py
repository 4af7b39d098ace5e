"""What becomes of the fields of a configuration, as a page and as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import UNSET
from rich.text import Text

from analyzer.base import one_line
from analyzer.outputs.format import Display
from analyzer.outputs.markdown import code, prose, table
from analyzer.outputs.tabular import Table
from analyzer.outputs.values import value_text
from analyzer.report import ConfigAudit, FieldRow, FieldState, ReadPlace

_STATES = {
    FieldState.READ: "read",
    FieldState.NOT_REACHED: "not read under this configuration; other code mentions the name",
    FieldState.UNREAD: "never read: no code of the model mentions the name",
    FieldState.UNDECLARED: "given, but not declared by the class",
    FieldState.MISSING: "read if somebody gives them, and not declared",
}
_WIDEST = 44
_MOST_PLACES = 2
_MOST_TRAITS = 3


def config_text(audit: ConfigAudit, display: Display) -> Iterator[Text]:
    """Fields by what becomes of them, with values, places and traits; lists are cut unless ``verbose``."""
    yield Text.assemble((audit.model_type, "bold"), f"  {audit.class_name}  {audit.config_class}")
    yield Text(audit.file or "the defaults of the class")
    for state, title in _STATES.items():
        rows = [row for row in audit.fields if row.state == state]
        if rows:
            yield Text("")
            yield Text.assemble((title, "bold underline"), f"  {len(rows)}")
            yield from _rows(rows, verbose=display.verbose)
    notes = [row for row in audit.fields if row.note]
    if notes:
        yield Text("")
        yield Text("notes", "bold underline")
    yield from (Text.assemble("  ", (row.name, "bold"), f": {row.note}") for row in notes)


def _rows(rows: Sequence[FieldRow], *, verbose: bool) -> Iterator[Text]:
    cells = [_cells(row, verbose=verbose) for row in rows]
    columns = zip(*cells, strict=True)
    widths = [max((len(cell) for cell in column if len(cell) <= _WIDEST), default=0) for column in columns]
    for row in cells:
        line = Text("  ")
        for cell, width, style in zip(row, widths, ("bold", "cyan", "dim", "", "green"), strict=True):
            line.append(f"{cell:<{width}}  ", style)
        line.rstrip()
        yield line


def _cells(row: FieldRow, *, verbose: bool) -> tuple[str, ...]:
    value = one_line(value_text(row.value))
    places = _cut([_place(one) for one in row.reads], None if verbose else _MOST_PLACES)
    traits = _cut(list(row.decides), None if verbose else _MOST_TRAITS)
    shown = value if verbose or len(value) <= _WIDEST else f"{value[: _WIDEST - 1]}…"
    return one_line(row.name), shown, origin(row), places, traits


def origin(row: FieldRow) -> str:
    """Where the value is from: ``default configuration_llama.py:62``, ``file as n_embd``."""
    place = f" {row.path}:{row.line}" if row.path and row.source not in ("file", "set") else ""
    names = f" as {', '.join(row.given_as)}" if row.given_as else ""
    return one_line(f"{row.source}{place}{names}")


def _cut(items: list[str], most: int | None) -> str:
    if most is None or len(items) <= most:
        return ", ".join(items)
    return f"{', '.join(items[:most])} +{len(items) - most}"


def _place(one: ReadPlace) -> str:
    fallback = "" if one.fallback is UNSET else f" (else {value_text(one.fallback)})"
    return one_line(f"{one.path}:{one.line}{fallback}")


def config_markdown(audit: ConfigAudit) -> Iterator[str]:
    """One table, and what is wrong as a list."""
    yield f"# {prose(audit.model_type)}: {prose(audit.config_class)}"
    yield ""
    counts = Counter(row.state for row in audit.fields)
    yield "; ".join(f"{counts[state]} {prose(title)}" for state, title in _STATES.items() if counts[state])
    yield ""
    yield from table(
        ("field", "value", "from", "state", "read at", "decides"),
        (
            (
                *(code(row.name), code(value_text(row.value)), prose(origin(row)), row.state.replace("_", " ")),
                *(prose(", ".join(map(_place, row.reads))), prose(", ".join(row.decides))),
            )
            for row in audit.fields
        ),
    )
    if any(row.note for row in audit.fields):
        yield ""
    yield from (f"- {code(row.name)}: {prose(row.note)}" for row in audit.fields if row.note)


def config_rows(audit: ConfigAudit) -> Table:
    """One field per row."""
    headings = ("model_type", "class", "field", "value", "source", "state", "path", "line", "reads", "decides", "note")
    rows = (
        (
            *(audit.model_type, audit.class_name, row.name, value_text(row.value), row.source, row.state.value),
            *(row.path, row.line, ", ".join(map(_place, row.reads)), ", ".join(row.decides), row.note),
        )
        for row in audit.fields
    )
    return Table(headings, rows)
