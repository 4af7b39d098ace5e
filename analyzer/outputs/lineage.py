"""Lineage of a model as lines to read, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from analyzer.graph import Drift
from analyzer.outputs.comparison import comparison, shortened
from analyzer.outputs.comparison_markdown import comparison_markdown
from analyzer.outputs.markdown import code, prose, table
from analyzer.provenance import ClassOrigin
from analyzer.report import Lineage


def lineage(result: Lineage, *, verbose: bool = False) -> Iterator[Text]:
    """The chain, what each class changes, what no longer follows, and how the model differs from its parent."""
    yield Text.assemble((result.model_type, "bold"), f"  {result.path}  {' ← '.join(result.chain)}")
    if result.parents:
        yield Text("  takes from " + ", ".join(f"{name} ({count})" for name, count in result.parents.items()))
    if result.classes:
        yield from (Text(""), Text("classes", "bold underline"))
    for origin in result.classes:
        yield from _origin(origin)
    yield from drift_lines(result.checked, result.drifts, verbose=verbose)
    if result.comparison is not None:
        yield from (Text(""), Text(f"against {result.chain[1]}", "bold underline"))
        yield from comparison(result.comparison, verbose=verbose)


def _origin(origin: ClassOrigin) -> Iterator[Text]:
    place = (f"{origin.path}:{origin.line}", "cyan")
    yield Text.assemble("  ", (origin.name, "bold"), f" ← {origin.base_model} {origin.base}  ", place)
    text = changes(origin)
    yield Text(f"      {text or 'nothing but names'}; {origin.inherited} inherited", "" if text else "dim")


def changes(origin: ClassOrigin) -> str:
    """``overrides forward; adds window; removes bias``."""
    parts = (("overrides", origin.overridden), ("adds", origin.added), ("removes", origin.removed))
    return "; ".join(f"{word} {', '.join(names)}" for word, names in parts if names)


def drift_lines(checked: int, drifts: Iterable[Drift], *, verbose: bool = False) -> Iterator[Text]:
    """Drifted code; with ``verbose`` also code whose original could not be reproduced."""
    found = tuple(drifts)
    drifted = [drift for drift in found if drift.state == "drifted"]
    unknown = [drift for drift in found if drift.state == "unknown"]
    yield Text("")
    counts = f"{len(drifted)} drifted, {len(unknown)} can not be told"
    yield Text.assemble(("generated and copied code", "bold underline"), f"  {checked} pieces follow, {counts}")
    for drift in (*drifted, *(unknown if verbose else ())):
        yield from _drift(drift)


def _drift(drift: Drift) -> Iterator[Text]:
    word = "no longer follows from" if drift.state == "drifted" else "can not be told to follow from"
    yield Text.assemble("  ", (f"{drift.path}:{drift.line}", "cyan"), f"  {drift.name} {word} {drift.original}")
    place = (f"{drift.original_path}:{drift.original_line}", "cyan")
    if drift.reason:
        yield Text.assemble("      ", place, f"  {drift.reason}")
        return
    yield Text(f"      {shortened(drift.text) or '(nothing)'}")
    yield Text.assemble("      ", place, f"  {shortened(drift.original_text) or '(nothing)'}")


def lineage_markdown(result: Lineage) -> Iterator[str]:
    """The same as a page."""
    yield f"# {prose(' ← '.join(result.chain))}"
    yield ""
    if result.classes:
        rows = (
            (code(one.name), f"{prose(one.base_model)} {code(one.base)}", prose(changes(one) or "nothing but names"))
            for one in result.classes
        )
        yield from table(("class", "from", "changes"), rows)
    drifted = [drift for drift in result.drifts if drift.state == "drifted"]
    yield from ("", f"{result.checked} pieces of generated or copied code follow from their originals.")
    for drift in drifted:
        place, original = code(f"{drift.path}:{drift.line}"), code(f"{drift.original_path}:{drift.original_line}")
        yield f"- {place} {code(drift.name)} no longer follows from {original} {code(drift.original)}"
    if result.comparison is not None:
        yield ""
        yield from comparison_markdown(result.comparison)
