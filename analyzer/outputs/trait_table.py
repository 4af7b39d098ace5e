"""Models × traits as a page of text, as Markdown, as LaTeX and as rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.text import Text

from analyzer.base import one_line
from analyzer.outputs.format import Display
from analyzer.outputs.latex import latex
from analyzer.outputs.markdown import prose
from analyzer.outputs.markdown import table as markdown_table
from analyzer.outputs.tabular import Cell, Table
from analyzer.outputs.trait_cells import (
    PrintedCell,
    PrintedTable,
    cell_text,
    elsewhere_texts,
    number_like,
    printed,
    source_labels,
)
from analyzer.report import CellValue, TraitTable

_WIDEST = 48
_LONGEST_NOTE = 240


def trait_table_text(table: TraitTable, display: Display) -> Iterator[Text]:
    """Columns under the area and the name of each trait, then the notes; long ones are cut unless ``verbose``."""
    grid = _Grid(printed(table), display.transposed)
    widest = None if display.verbose else _WIDEST
    body = [[_marked(cell, " [{}]", widest) for cell in row] for row in grid.rows]
    areas, names = zip(*(_split(name) for name in grid.headings), strict=True)
    heads = [[area if area != before else "" for before, area in zip(("", *areas), areas, strict=False)], names]
    widths = [max(map(len, column)) for column in zip(*heads, *body, strict=True)]
    if any(areas):
        yield _line(heads[0], widths, [False] * len(widths), "bold")
    yield _line(names, widths, grid.right, "bold underline")
    for row in body:
        yield _line(row, widths, grid.right, "")
    yield from _note_lines(grid.notes, verbose=display.verbose)


class _Grid:
    """The cells of a table in the orientation in which it is printed, headings apart."""

    def __init__(self, table: PrintedTable, transposed: bool) -> None:
        self.notes = table.notes
        full = [
            [PrintedCell("model"), *map(PrintedCell, table.traits)],
            *((row.name, *row.cells) for row in table.rows),
        ]
        lines = [list(line) for line in zip(*full, strict=True)] if transposed else full
        self.headings = [_marked(cell, " [{}]") if transposed else cell.text for cell in lines[0]]
        self.head_cells = lines[0]
        self.rows: Sequence[Sequence[PrintedCell]] = lines[1:]
        self.right = [number_like(column) for column in zip(*lines[1:], strict=True)]


def _split(name: str) -> tuple[str, str]:
    """``attention.kv`` as area and name, for a heading of two lines."""
    area, dot, rest = name.partition(".")
    return (area, rest) if dot and re.fullmatch(r"[a-z_]+\.[a-z_0-9]+", name) else ("", name)


def _marked(cell: PrintedCell, mark: str, widest: int | None = None) -> str:
    text = one_line(cell.text)
    cut = text if widest is None or len(text) <= widest else f"{text[: widest - 1]}…"
    return cut + (mark.format(cell.note) if cell.note is not None else "")


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], style: str) -> Text:
    line = Text()
    for cell, width, to_right in zip(cells, widths, right, strict=True):
        line.append(f"{cell:>{width}}" if to_right else f"{cell:<{width}}", style if cell else "")
        line.append("  ")
    line.rstrip()
    return line


def _note_lines(notes: Sequence[str], *, verbose: bool) -> Iterator[Text]:
    if notes:
        yield Text("")
    for number, note in enumerate(notes, 1):
        text = one_line(note)
        cut = text if verbose or len(text) <= _LONGEST_NOTE else f"{text[:_LONGEST_NOTE]}… (--verbose for all)"
        yield Text.assemble((f"[{number}]", "dim"), f" {cut}")


def trait_table_markdown(table: TraitTable, display: Display) -> Iterator[str]:
    """One table, and the notes as a list."""
    grid = _Grid(printed(table), display.transposed)
    headings = [_superscript(cell) for cell in grid.head_cells]
    yield from markdown_table(headings, ([_superscript(cell) for cell in row] for row in grid.rows))
    if grid.notes:
        yield ""
    yield from (f"{number}. {prose(note)}" for number, note in enumerate(grid.notes, 1))


def _superscript(cell: PrintedCell) -> str:
    return prose(cell.text) + (f" <sup>{cell.note}</sup>" if cell.note is not None else "")


def trait_table_latex(table: TraitTable, display: Display) -> Iterator[str]:
    """A ``tabular`` with the rules of booktabs and the areas of traits over their names, and the notes below."""
    grid = _Grid(printed(table), display.transposed)
    yield r"% \usepackage{booktabs}"
    yield rf"\begin{{tabular}}{{{''.join('r' if right else 'l' for right in grid.right)}}}"
    yield r"\toprule"
    yield from _tex_headings(grid)
    yield r"\midrule"
    yield from (_tex_line(row) for row in grid.rows)
    yield r"\bottomrule"
    yield r"\end{tabular}"
    for number, note in enumerate(grid.notes, 1):
        yield rf"\par\footnotesize\textsuperscript{{{number}}} {latex(note)}"


def _tex_headings(grid: _Grid) -> Iterator[str]:
    pairs = [_split(cell.text) for cell in grid.head_cells]
    areas = [(area, len(list(same))) for area, same in groupby(area for area, _ in pairs)]
    if any(area for area, _ in areas):
        yield " & ".join(rf"\multicolumn{{{width}}}{{c}}{{{latex(area)}}}" for area, width in areas) + r" \\"
        yield " ".join(_tex_rules(areas))
    heads = (PrintedCell(name, cell.note) for (_, name), cell in zip(pairs, grid.head_cells, strict=True))
    yield _tex_line([*heads])


def _tex_rules(areas: Sequence[tuple[str, int]]) -> Iterator[str]:
    column = 1
    for area, width in areas:
        if area:
            yield rf"\cmidrule(lr){{{column}-{column + width - 1}}}"
        column += width


def _tex_line(cells: Sequence[PrintedCell]) -> str:
    marks = (rf"\textsuperscript{{{cell.note}}}" if cell.note is not None else "" for cell in cells)
    return " & ".join(latex(cell.text) + mark for cell, mark in zip(cells, marks, strict=True)) + r" \\"


def trait_table_rows(table: TraitTable) -> Table:
    """One model per row, with exact values; notes in the last column."""
    labels = source_labels(table.sources)
    headings = ("model_type", "class", "tree", "status", *table.traits, "notes")
    rows = (
        (
            *(row.model_type, row.class_name, labels[row.source], row.status),
            *(_exact(trait, row.cells.get(trait, ())) for trait in table.traits),
            " | ".join(elsewhere_texts(row)),
        )
        for row in table.models
    )
    return Table(headings, rows)


def _exact(trait: str, values: Sequence[CellValue]) -> Cell:
    """The one value of the main stacks as it is, the text of several."""
    main = [one.value for one in values if one.main and one.reason is None]
    if (
        len(main) == 1
        and len(main) == sum(one.main for one in values)
        and isinstance(main[0], bool | int | float | str)
    ):
        return main[0]
    return cell_text(trait, values) or None
