"""Comparisons of models and trees as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analyzer.outputs.comparison import layer_text, parameter_name, trait_values
from analyzer.outputs.tree_comparison import counted, named
from analyzer.report import CodePlace, Comparison, DepartureRow, ParameterRow, TreeComparison


def comparison_markdown(result: Comparison, *, every: bool = False) -> Iterator[str]:
    """One comparison as a page."""
    first, second = result.first, result.second
    yield f"# {first.label} against {second.label}"
    yield ""
    yield f"**{result.verdict}**: {result.reason}"
    yield ""
    yield from _table(
        ("", "A", "B"),
        [
            ("class", first.class_name, second.class_name),
            ("file", f"`{first.path}`", f"`{second.path}`"),
            ("parameters", f"{first.parameters:,}", f"{second.parameters:,}"),
        ],
    )
    if result.departures:
        yield from ("", "## Departures", "")
        for number, row in enumerate(result.departures, 1):
            yield from departure_markdown(number, row)
        if not result.complete:
            yield from ("", "What comes after the last of these was not told apart.")
    traits = [
        (row.trait, trait_values(row.first), trait_values(row.second)) for row in result.traits if every or not row.same
    ]
    parameters = [_parameter(row) for row in result.parameters if every or not row.same]
    layers = [
        ((row.first or row.second).container, layer_text(row.first), layer_text(row.second))  # type: ignore[union-attr]
        for row in result.layers
        if every or not row.same
    ]
    for title, rows in (("Traits", traits), ("Parameters", parameters), ("Layers", layers)):
        if rows:
            yield from ("", f"## {title}", "")
            yield from _table(("", "A", "B"), rows)


def departure_markdown(number: int, row: DepartureRow) -> Iterator[str]:
    """One difference as an item of a list."""
    yield f"{number}. *{row.kind}*: {row.note}"
    for letter, place in (("A", row.first), ("B", row.second)):
        yield f"   - {letter}: {place_markdown(place)}"


def place_markdown(place: CodePlace | None) -> str:
    """File, line and source text."""
    if place is None:
        return "nothing"
    return f"`{place.path}:{place.line}` `{_quoted(place.text)}` in `{place.module or 'the model'}`"


def _quoted(text: str) -> str:
    return text.replace("`", "'")


def _parameter(row: ParameterRow) -> tuple[str, str, str]:
    first = f"{list(row.first_shape)} ×{row.first_count}" if row.first_shape is not None else "-"
    second = f"{list(row.second_shape)} ×{row.second_count}" if row.second_shape is not None else "-"
    return f"`{parameter_name(row)}`", first, second


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def trees_markdown(result: TreeComparison) -> Iterator[str]:
    """Two trees as a page: changes, then models."""
    yield f"# {result.first} against {result.second}"
    yield ""
    yield f"{counted(result)}."
    yield from ("", "## Changes", "")
    for number, change in enumerate(result.changes, 1):
        yield f"{number}. *{change.kind}*: {change.summary} ({named(change.models)})"
        for letter, place in (("A", change.first), ("B", change.second)):
            if place is not None:
                yield f"   - {letter}: {place_markdown(place)}"
        yield from (f"   - {trait}" for trait in change.traits)
    yield from ("", "## Models", "")
    rows = [(row.model_type, row.comparison.verdict, row.comparison.reason) for row in result.models]
    yield from _table(("model", "verdict", "reason"), rows)
    if result.unknown:
        yield from ("", "## Could not be told", "")
        yield from _table(("model", "reason"), [(row.model_type, row.reason) for row in result.unknown])
    for title, names in (("Only in A", result.only_first), ("Only in B", result.only_second)):
        if names:
            yield from ("", f"## {title}", "", ", ".join(names))
