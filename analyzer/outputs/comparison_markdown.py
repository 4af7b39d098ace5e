"""Comparisons of models and trees as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.outputs.comparison import layer_text, parameter_name, trait_values
from analyzer.outputs.markdown import code, prose, table
from analyzer.outputs.tree_comparison import counted, named
from analyzer.report import CodePlace, Comparison, DepartureRow, ParameterRow, TreeComparison


def comparison_markdown(result: Comparison, *, every: bool = False) -> Iterator[str]:
    """One comparison as a page."""
    first, second = result.first, result.second
    yield f"# {prose(first.label)} against {prose(second.label)}"
    yield ""
    yield f"**{result.verdict}**: {prose(result.reason)}"
    yield ""
    yield from table(
        ("", "A", "B"),
        [
            ("class", prose(first.class_name), prose(second.class_name)),
            ("file", code(first.path), code(second.path)),
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
        (row.trait, prose(trait_values(row.first)), prose(trait_values(row.second)))
        for row in result.traits
        if every or not row.same
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
            yield from table(("", "A", "B"), rows)


def departure_markdown(number: int, row: DepartureRow) -> Iterator[str]:
    """One difference as an item of a list."""
    yield f"{number}. *{row.kind}*: {prose(row.note)}"
    for letter, place in (("A", row.first), ("B", row.second)):
        yield f"   - {letter}: {place_markdown(place)}"


def place_markdown(place: CodePlace | None) -> str:
    """File, line and source text."""
    if place is None:
        return "nothing"
    return f"{code(f'{place.path}:{place.line}')} {code(place.text)} in {code(place.module or 'the model')}"


def _parameter(row: ParameterRow) -> tuple[str, str, str]:
    first = f"{list(row.first_shape)} ×{row.first_count}" if row.first_shape is not None else "-"
    second = f"{list(row.second_shape)} ×{row.second_count}" if row.second_shape is not None else "-"
    return code(parameter_name(row)), first, second


def trees_markdown(result: TreeComparison) -> Iterator[str]:
    """Two trees as a page: changes, then models."""
    yield f"# {prose(result.first)} against {prose(result.second)}"
    yield ""
    yield f"{counted(result)}."
    yield from ("", "## Changes", "")
    for number, change in enumerate(result.changes, 1):
        yield f"{number}. *{change.kind}*: {prose(change.summary)} ({prose(named(change.models))})"
        for letter, place in (("A", change.first), ("B", change.second)):
            if place is not None:
                yield f"   - {letter}: {place_markdown(place)}"
        yield from (f"   - {prose(trait)}" for trait in change.traits)
    yield from ("", "## Models", "")
    rows = [(prose(row.model_type), row.comparison.verdict, prose(row.comparison.reason)) for row in result.models]
    yield from table(("model", "verdict", "reason"), rows)
    if result.unknown:
        yield from ("", "## Could not be told", "")
        yield from table(("model", "reason"), [(prose(row.model_type), prose(row.reason)) for row in result.unknown])
    for title, names in (("Only in A", result.only_first), ("Only in B", result.only_second)):
        if names:
            yield from ("", f"## {title}", "", prose(", ".join(names)))
