"""Every format of every kind of result: it is what its name says, whatever is in the result."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.text import Text

from analyzer.outputs import FORMATS, Display, Format, FormatTable, as_text, collected, lines_of, printable
from analyzer.outputs.tabular import Table, csv_line, markdown_lines
from tests.outputs.samples import samples

HOSTILE = "\x1b[2J\x9b1m\x07\x00\u202e\u200b\u2028\ud800\"'\\\\|`<img src=x>[a](b)%%{init}%%;]}\n# x\r\ny, =1+1"
CASES = [(table, one) for table in FORMATS for one in table]
NAMES = [f"{table.kind}-{one.name}" for table, one in CASES]
PLAIN, BAD = samples(), samples(HOSTILE)


def printed(table: FormatTable[Any], one: Format[Any], result: object) -> str:
    """The file that a command writes."""
    rendered = collected(one.render(result, Display(verbose=True)))
    if isinstance(rendered, list):
        delimiters = (line for line in (one.delimiters.before, *rendered, one.delimiters.after) if line is not None)
        rendered = [printable(line) for line in delimiters]
    return as_text(rendered)


@pytest.mark.parametrize(("table", "one"), CASES, ids=NAMES)
@pytest.mark.parametrize("results", [PLAIN, BAD], ids=["plain", "hostile"])
def test_each_is_what_its_name_says(table: FormatTable[Any], one: Format[Any], results: dict[str, object]) -> None:
    text = printed(table, one, results[table.kind])
    assert text.endswith("\n")
    assert {
        char for char in text if not (char.isprintable() or char == "\n" or unicodedata.category(char) == "Zs")
    } == set()
    text.encode()
    match one.name:
        case "json" | "sarif" | "gitlab":
            json.loads(text)
        case "jsonl":
            assert all(isinstance(json.loads(line), dict) for line in text.splitlines())
        case "csv":
            assert_csv(text)
        case "graphml" | "junit":
            ElementTree.fromstring(text)


def assert_csv(text: str) -> None:
    """One record a line, as many cells in each as there are headings, and no formula."""
    rows = list(csv.reader(text.splitlines(), strict=True))
    assert len(rows) > 1
    assert len(set(rows[0])) == len(rows[0])
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t"))]


def test_every_kind_has_text_json_and_markdown_first_of_all_text() -> None:
    assert len({table.kind for table in FORMATS}) == len(FORMATS)
    for table in FORMATS:
        assert table.names[0] == "text"
        assert {"json"} <= set(table.names)
        assert len(set(table.names)) == len(table.names)
    assert [table.kind for table in FORMATS if "markdown" not in table.names] == []


@pytest.mark.parametrize(("table", "one"), CASES, ids=NAMES)
def test_each_says_what_it_is(table: FormatTable[Any], one: Format[Any]) -> None:
    assert one.help in table.help
    assert one.extension.startswith(".")
    assert "/" in one.media_type
    assert table[one.name] is one


def test_several_results_make_one_document() -> None:
    """What ``params --all`` prints."""
    for name, expected in (("json", 2), ("jsonl", 2), ("csv", 1 + 2 * rows_of("parameters"))):
        table = next(table for table in FORMATS if table.kind == "parameters")
        one = table[name]
        lines: list[str] = [one.delimiters.before] if one.delimiters.before is not None else []
        lines += joined(one, PLAIN["parameters"], PLAIN["parameters"])
        lines += [one.delimiters.after] if one.delimiters.after is not None else []
        text = "\n".join(lines)
        number = len(json.loads(text)) if name == "json" else len(text.splitlines())
        assert number == expected, name


def joined(one: Format[Any], *results: object) -> Iterator[str]:
    for number, result in enumerate(results):
        if number and one.delimiters.between is not None:
            yield one.delimiters.between
        yield from (line.plain if isinstance(line, Text) else line for line in lines_of(one.render(result, Display())))


def rows_of(kind: str) -> int:
    table = next(table for table in FORMATS if table.kind == kind)
    return len([*table.render(PLAIN[kind], "csv")])


def test_cells_are_one_line_and_no_formula() -> None:
    assert csv_line(["a,b", None, True, 3, 1e-6, 'say "x"', "a\nb"]) == '"a,b",,true,3,1e-06,"say ""x""",a\\nb'
    assert csv_line(["=1+1", "+x", "-x", "@x", "-1", "-1e-5", "-inf", -3]) == "'=1+1,'+x,'-x,'@x,-1,-1e-5,-inf,-3"
    assert [*markdown_lines(Table(("a",), [("x|<b>",), (None,)]))] == ["| a |", "| --- |", r"| x\|\<b> |", "|  |"]
