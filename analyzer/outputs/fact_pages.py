"""What facts a rule can ask for, as lines to read and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from analyzer.outputs.columns import aligned
from analyzer.outputs.markdown import code, prose, table
from analyzer.outputs.results import FactsResult
from analyzer.outputs.tabular import Table
from analyzer.rule.fact_guide import FactGuide

_HEADINGS = ("field", "type", "in the program", "line")


def fact_lines(result: FactsResult) -> Iterator[str | Text]:
    """One line a fact; or, of facts that were named, a page each, and the programs that show them."""
    if not result.pages:
        rows = ((guide.name, guide.finds, guide.title.split(". ")[0].removesuffix(".")) for guide in result.guides)
        yield from aligned(rows, indent="")
        return
    for guide in result.guides:
        yield from _page(guide)
        yield ""
    for program in _programs(result.guides):
        yield from _numbered(program)


def _page(guide: FactGuide) -> Iterator[str | Text]:
    yield Text.assemble((f"query.facts({guide.name})", "bold"), f" -> tuple[{guide.finds}, ...]")
    yield f"  {guide.title}"
    if guide.meaning:
        yield ""
        yield from (f"  {line}".rstrip() for line in guide.meaning.split("\n"))
    yield ""
    if not guide.fields:
        yield "  The program that shows facts has none of these."
        return
    yield f"  {guide.found} in the program below. This is the first:"
    yield from aligned([_HEADINGS, *_rows(guide)], indent="    ")


def _rows(guide: FactGuide) -> list[tuple[str, str, str, str]]:
    return [(field.path or "(itself)", field.type, field.value, field.code) for field in guide.fields]


def _programs(guides: Iterable[FactGuide]) -> Iterable[str]:
    """Each program in which some fact was found, once."""
    return dict.fromkeys(guide.program for guide in guides if guide.fields)


def _numbered(program: str) -> Iterator[str]:
    lines = program.split("\n")
    yield from (f"    {number:>{len(str(len(lines)))}}  {line}".rstrip() for number, line in enumerate(lines, 1))


def facts_markdown(result: FactsResult) -> Iterator[str]:
    """A table of the facts; or, of facts that were named, a section each, and the programs that show them."""
    if not result.pages:
        rows = ((code(guide.name), code(guide.finds), prose(guide.title)) for guide in result.guides)
        yield from table(("finder", "finds", "what"), rows)
        return
    for guide in result.guides:
        yield from (f"## {code(guide.name)}", "", prose(guide.title), "")
        cells = ((code(path), code(kind), prose(value), code(line)) for path, kind, value, line in _rows(guide))
        yield from (*table(_HEADINGS, cells), "")
    for program in _programs(result.guides):
        yield from ("```python", *program.split("\n"), "```", "")


def facts_table(result: FactsResult) -> Table:
    """One row a field."""
    return Table(("finder", "finds", *_COLUMNS), _cells(result.guides))


_COLUMNS = ("field", "type", "meaning", "value", "code")


def _cells(guides: Iterable[FactGuide]) -> Iterator[Sequence[str]]:
    for guide in guides:
        for one in guide.fields:
            yield guide.name, guide.finds, one.path, one.type, one.meaning, one.value, one.code
