"""Rules one below the other, and how their examples went, as lines to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from analyzer.outputs.markdown import code, prose, table
from analyzer.outputs.results import ExamplesResult
from analyzer.outputs.rule_card import RuleCard


def rule_lines(cards: Iterable[RuleCard]) -> Iterator[Text]:
    """Two lines a rule: what it is called and decides, its title."""
    cards = list(cards)
    width = max((len(item.name) for item in cards), default=0)
    for item in cards:
        finds = ", ".join(item.traits) or f"{item.kind}, {item.severity}"
        stage = f"  {item.stage}" if item.stage != "stable" else ""
        yield Text.assemble((item.id, "bold"), f"  {item.name:<{width}}  ", (finds, "cyan"), (stage, "yellow"))
        yield Text(f"{'':8}{item.title}")


def rules_markdown(cards: Iterable[RuleCard]) -> Iterator[str]:
    """A table with one row a rule."""
    rows = ((item.id, item.name, ", ".join(map(code, item.traits)), prose(item.title)) for item in cards)
    yield from table(("id", "name", "traits", "what it finds"), rows)


def example_lines(result: ExamplesResult) -> Iterator[Text]:
    """The runs that failed and why, then the counts."""
    failed = [one for one in result.results if not one.passed]
    for one in failed:
        yield Text.assemble(("failed  ", "red"), f"{one.rule} example {one.number} ({one.variant.value})")
        yield from (Text(f"{'':8}{line}") for line in one.complaint.split("\n"))
    yield from (Text.assemble(("untested  ", "yellow"), f"{name}: has no examples") for name in result.untested)
    colour = "red" if failed else "yellow" if result.untested else "green"
    yield Text(f"{result.rules} rules, {len(result.results)} runs of examples, {len(failed)} failed", style=colour)
