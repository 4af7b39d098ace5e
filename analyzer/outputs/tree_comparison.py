"""Two trees side by side as lines to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from analyzer.outputs.comparison import shortened
from analyzer.report import CodeChange, ModelChange, TreeComparison

_STYLES = {"arithmetic": "red", "precision": "yellow", "trait": "magenta", "parameters": "blue", "rewritten": "cyan"}
_CHANGES = 10
_MODELS = 20


def trees(result: TreeComparison, *, verbose: bool = False) -> Iterator[Text]:
    """How many models changed, the changes that matter most, the models that changed most; all with ``verbose``."""
    yield Text.assemble(("A", "bold"), f"  {result.first}")
    yield Text.assemble(("B", "bold"), f"  {result.second}")
    yield Text(
        f"{len(result.models)} models changed, {len(result.equal)} are equal, {len(result.unknown)} could not be told; "
        f"{len(result.only_first)} are only in A, {len(result.only_second)} only in B"
    )
    if result.changes:
        yield from (Text(""), Text("changes", "bold underline"))
    for number, change in enumerate(result.changes if verbose else result.changes[:_CHANGES], 1):
        yield from _change(number, change)
    yield from _more(len(result.changes), _CHANGES, verbose)
    if result.models:
        yield from (Text(""), Text("models", "bold underline"))
    for row in result.models if verbose else result.models[:_MODELS]:
        yield _model(row)
    yield from _more(len(result.models), _MODELS, verbose)
    for title, names in (
        ("could not be told", result.unknown),
        ("only in A", result.only_first),
        ("only in B", result.only_second),
    ):
        if names and verbose:
            yield from (Text(""), Text(title, "bold underline"), Text(f"  {', '.join(names)}"))


def _change(number: int, change: CodeChange) -> Iterator[Text]:
    yield Text.assemble(f"  {number:>2}. ", (change.kind, f"bold {_STYLES[change.kind]}"), f"  {change.summary}")
    yield Text(f"      {_named(change.models)}", "dim")
    for letter, place in (("A", change.first), ("B", change.second)):
        if place is not None:
            where = (f"{place.path}:{place.line}", "cyan")
            yield Text.assemble("      ", (letter, "bold"), "  ", where, f"  {shortened(place.text)}")


def _named(models: Sequence[str]) -> str:
    shown = ", ".join(models[:6])
    return f"{shown} and {len(models) - 6} more" if len(models) > 6 else shown


def _model(row: ModelChange) -> Text:
    one = row.comparison
    counts = (
        (len(one.departures), "departure"),
        (len(one.changed_traits), "trait"),
        (len(one.changed_parameters), "kind of parameter"),
    )
    told = ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in counts if count)
    return Text.assemble("  ", (f"{row.model_type:<24}", "bold"), f"  {one.verdict:<10}  {told}")


def _more(count: int, shown: int, verbose: bool) -> Iterator[Text]:
    if count > shown and not verbose:
        yield Text(f"  … and {count - shown} more (-v, or --format json)", "dim")
