"""Traits, and the codes of what was not understood, as lines to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from analyzer.base import GapKind
from analyzer.rule.vocabulary import Trait


def trait_lines(traits: Sequence[Trait]) -> Iterator[Text]:
    """Two lines a trait: its name with its values, its meaning."""
    width = max((len(trait.name) for trait in traits), default=0)
    for trait in traits:
        values = [*trait.values, "…"] if trait.open else list(trait.values)
        shown = ", ".join(values) if trait.values else trait.type.replace("|", " or ")
        yield Text.assemble((f"{trait.name:<{width}}", "bold"), "  ", (shown, "cyan"))
        yield Text(f"{'':<{width}}  {trait.meaning}")


def gap_lines(kinds: Sequence[GapKind]) -> Iterator[Text]:
    """Three lines a code: the code, what it means, the way out."""
    for kind in kinds:
        yield Text(kind.code.value, "bold")
        yield Text(f"  {kind.meaning}")
        yield Text.assemble("  ", (kind.remedy, "cyan"))
