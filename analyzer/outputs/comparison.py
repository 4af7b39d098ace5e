"""Two models side by side as lines to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from analyzer.outputs.values import value_text
from analyzer.report import (
    CodePlace,
    Comparison,
    DepartureRow,
    LayersPair,
    LayersRow,
    ParameterRow,
    Subject,
    TraitRow,
    TraitValue,
)

_VERDICTS = {"equal": "green", "precision": "yellow", "different": "red", "unknown": "magenta"}
_SHOWN = 8
_WIDEST = 40
_LONGEST_TEXT = 88


def comparison(result: Comparison, *, every: bool = False, verbose: bool = False) -> Iterator[Text]:
    """Verdict, where the computation departs, and the tables; rows that are the same only with ``every``."""
    yield Text.assemble((result.verdict, f"bold {_VERDICTS[result.verdict]}"), f": {result.reason}")
    yield _subject("A", result.first)
    yield _subject("B", result.second)
    if result.departures:
        yield from _section("departures")
        rows = result.departures if verbose else result.departures[:_SHOWN]
        for number, row in enumerate(rows, 1):
            yield from _departure(number, row)
        yield from _rest(result, len(rows))
    yield from _table("traits", [_trait(row) for row in result.traits if every or not row.same])
    if any(not row.same and not row.shown for row in result.traits):
        yield Text("  ~ told of equal operations: recognised in one of two spellings only", "dim")
    yield from _table("parameters", [_parameter(row) for row in result.parameters if every or not row.same])
    yield from _table("layers", [_layers(row) for row in result.layers if every or not row.same])


def _section(title: str) -> Iterator[Text]:
    yield Text("")
    yield Text(title, "bold underline")


def _subject(letter: str, subject: Subject) -> Text:
    return Text.assemble(
        "  ",
        (letter, "bold"),
        f"  {subject.label}  {subject.class_name}  ",
        (subject.path, "dim"),
        f"  {subject.status}, {subject.parameters:,} parameters",
    )


def _departure(number: int, row: DepartureRow) -> Iterator[Text]:
    yield Text.assemble(f"  {number}. ", (row.kind, "bold"), f"  {row.note}")
    for letter, place in (("A", row.first), ("B", row.second)):
        if place is None:
            yield Text.assemble("     ", (letter, "bold"), "  -")
            continue
        yield Text.assemble(
            "     ", (letter, "bold"), "  ", (f"{place.path}:{place.line}", "cyan"), f"  {shortened(place.text)}"
        )
        yield Text(
            f"        {place.operation[:_LONGEST_TEXT]}  in {place.module or 'the model'}{_called(place)}", "dim"
        )


def shortened(text: str) -> str:
    """Source text cut to a length that fits a line."""
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


def _called(place: CodePlace) -> str:
    return f", called from {', '.join(place.called_from[:2])}" if place.called_from else ""


def _rest(result: Comparison, shown: int) -> Iterator[Text]:
    left = len(result.departures) - shown
    if left > 0:
        yield Text(f"  … and {left} more (-v)", "dim")
    if not result.complete:
        yield Text("  what comes after the last of these was not told apart", "dim")


def _table(title: str, rows: Sequence[tuple[str, str, str, str]]) -> Iterator[Text]:
    """Lines of (mark, what, in A, in B)."""
    if not rows:
        return
    yield from _section(title)
    widths = [max(min(len(cell), _WIDEST) for cell in column) for column in zip(*rows, strict=True)]
    for mark, *cells in rows:
        line = Text(f"  {mark} ")
        for cell, width, style in zip(cells, widths[1:], ("", "red", "green"), strict=True):
            line.append(f"{_cut(cell):<{width}}  ", style if mark == "≠" else "dim")
        line.rstrip()
        yield line


def _cut(cell: str) -> str:
    return cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 1]}…"


def _trait(row: TraitRow) -> tuple[str, str, str, str]:
    return (
        "=" if row.same else "≠" if row.shown else "~",
        row.trait,
        trait_values(row.first),
        trait_values(row.second),
    )


def trait_values(values: Iterable[TraitValue]) -> str:
    """``pre (model.layers.*) layer.py:12``, several with semicolons; ``-`` for none."""
    shown = []
    for value in values:
        text = "unknown" if value.certainty == "unknown" else value_text(value.value)
        place = f"  {value.path.rpartition('/')[2]}:{value.line}" if value.path else ""
        shown.append(f"{_brief(text)}{place}")
    return "; ".join(shown) or "-"


def _brief(text: str) -> str:
    return text if len(text) <= _WIDEST // 2 else f"{text[: _WIDEST // 2 - 1]}…"


def _parameter(row: ParameterRow) -> tuple[str, str, str, str]:
    first, second = (
        "-" if name is None else f"{list(shape or ())}{f' ×{count}' if count > 1 else ''}"
        for name, shape, count in (
            (row.first, row.first_shape, row.first_count),
            (row.second, row.second_shape, row.second_count),
        )
    )
    return ("=" if row.same else "≠", parameter_name(row), first, second)


def parameter_name(row: ParameterRow) -> str:
    """The name, both where they differ."""
    names = [name for name in (row.first, row.second) if name is not None]
    return " / ".join(dict.fromkeys(names))


def _layers(row: LayersPair) -> tuple[str, str, str, str]:
    name = next((side.container for side in (row.first, row.second) if side is not None), "")
    return ("=" if row.same else "≠", name, layer_text(row.first), layer_text(row.second))


def layer_text(row: LayersRow | None) -> str:
    """``{0-2} {3-60}``."""
    return row.layers if row is not None else "-"
