"""Two trees side by side as lines to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from analyzer.outputs.comparison import shortened
from analyzer.report import CodeChange, ModelChange, TreeComparison

_STYLES = {
    "arithmetic": "red",
    "precision": "yellow",
    "masking": "green",
    "trait": "magenta",
    "parameters": "blue",
    "rewritten": "cyan",
}
_CHANGES = 10
_MODELS = 20


def trees(result: TreeComparison, *, verbose: bool = False) -> Iterator[Text]:
    """How many models changed, the changes that matter most, the models that changed most; all with ``verbose``."""
    yield Text.assemble(("A", "bold"), f"  {result.first}")
    yield Text.assemble(("B", "bold"), f"  {result.second}")
    yield Text(counted(result))
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
    if not verbose:
        return
    if result.unknown:
        yield from (Text(""), Text("could not be told", "bold underline"))
    for untold in result.unknown:
        yield Text.assemble("  ", (f"{untold.model_type:<24}", "bold"), f"  {untold.reason}")
    for title, names in (("only in A", result.only_first), ("only in B", result.only_second)):
        if names:
            yield from (Text(""), Text(title, "bold underline"), Text(f"  {', '.join(names)}"))


def counted(result: TreeComparison) -> str:
    """How many models there are of each kind, in a sentence."""
    return (
        f"{_models(len(result.models))} changed, {_are(len(result.equal))} equal, {len(result.unknown)} could not be "
        f"told; {_are(len(result.only_first))} only in A, {len(result.only_second)} only in B"
    )


def _models(count: int) -> str:
    return f"{count} model{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return f"{count} {'is' if count == 1 else 'are'}"


def _change(number: int, change: CodeChange) -> Iterator[Text]:
    yield Text.assemble(f"  {number:>2}. ", (change.kind, f"bold {_STYLES[change.kind]}"), f"  {change.summary}")
    yield Text(f"      {named(change.models)}", "dim")
    for letter, place in (("A", change.first), ("B", change.second)):
        if place is not None:
            where = (f"{place.path}:{place.line}", "cyan")
            yield Text.assemble("      ", (letter, "bold"), "  ", where, f"  {shortened(place.text)}")
    for trait in change.traits:
        yield Text(f"      {shortened(trait)}", "magenta")


def named(models: Sequence[str]) -> str:
    """The first few of many names."""
    shown = ", ".join(models[:6])
    return f"{shown} and {len(models) - 6} more" if len(models) > 6 else shown


def _model(row: ModelChange) -> Text:
    one = row.comparison
    counts = (
        (len(one.departures), "departure"),
        (len(one.changed_traits), "trait"),
        (len(one.changed_parameters), "kind of parameter"),
    )
    text = ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in counts if count)
    return Text.assemble("  ", (f"{row.model_type:<24}", "bold"), f"  {one.verdict:<10}  {text}")


def _more(count: int, shown: int, verbose: bool) -> Iterator[Text]:
    if count > shown and not verbose:
        yield Text(f"  … and {count - shown} more (-v, or --format json)", "dim")
