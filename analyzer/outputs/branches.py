"""The other branches of a configuration as lines to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from analyzer.outputs.values import value_text
from analyzer.report import Alternative, Change


def branch_lines(found: Iterable[Alternative]) -> Iterator[Text]:
    """One heading for each field and value, then what it changes."""
    for one in found:
        setting = f"config.{one.field} = {value_text(one.other)}"
        if not one.buildable:
            yield Text.assemble(f"  {setting}", (" is refused by the code", "dim"))
            continue
        yield Text.assemble(f"  {setting}", (f" instead of {value_text(one.current)}", "dim"))
        width = max(len(change.trait) for change in one.changes)
        for change in one.changes:
            yield Text.assemble(f"    {change.trait:{width}}  ", _step(change), (f"  {change.module}", "dim"))


def _step(change: Change) -> str:
    before = "(absent)" if change.before is None else value_text(change.before)
    after = "(absent)" if change.after is None else value_text(change.after)
    return f"{before} → {after}"
