"""Whatever is in names, values and messages, every format keeps its form and shows no control character."""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from xml.etree import ElementTree

import msgspec
import networkx as nx
import pytest
from rich.text import Text

from analyzer.base import Gap, GapCode, Span
from analyzer.graph import BuiltModel, ModuleCall, ModuleInfo, OpGraph, OpKind
from analyzer.outputs.bulk import calls_row, calls_text, parameters_row, parameters_text
from analyzer.outputs.dot import dot
from analyzer.outputs.graph_json import graph_json
from analyzer.outputs.graph_text import graph_text
from analyzer.outputs.graphml import graphml
from analyzer.outputs.markdown import code, fenced, prose, row
from analyzer.outputs.mermaid import mermaid
from analyzer.outputs.model_page import model_page
from analyzer.outputs.notation import constant, json_constant
from analyzer.outputs.printable import printable
from analyzer.outputs.results import ParametersResult
from analyzer.outputs.review import Base
from analyzer.outputs.sarif import result, sarif
from analyzer.outputs.summary import summary
from analyzer.outputs.table import table
from analyzer.outputs.tabular import json_lines
from analyzer.outputs.values import value_text
from analyzer.outputs.view import view
from analyzer.query import Query
from analyzer.report import Problem, Report, fingerprint
from tests.outputs.reports import PLACE, finding, gap, model, report
from tests.outputs.small import Graph, small_model

BAD = "\x1b[2J\x9b1m\x07\x00\u202e\u200b\u2028\ud800\"'\\|`<img src=x>[a](b)%%{init}%%;]}\n# x\r\ny"


def hostile_report() -> Report:
    found = finding(
        "norm.type",
        [BAD, {BAD: BAD}],
        model=BAD,
        class_name=BAD,
        module=BAD,
        message=BAD,
        reason=None,
        kind="hazard",
        severity="error",
        depends_on=(BAD,),
        evidence=(msgspec.structs.replace(PLACE, path=BAD, text=BAD),),
    )
    unknown = finding("norm.eps", None, model=BAD, reason=BAD)
    errors = (Problem(path=BAD, line=3, code="x", message=BAD, traceback=BAD),)
    models = (model(BAD, "partial", (gap(construct=BAD),)), model(BAD, "failed", (gap(),)))
    return report(models, (found, unknown), errors)


def hostile_model() -> BuiltModel:
    graph = Graph()
    path = f"layers.{BAD}"
    x = graph.add(OpKind.INPUT, "", {}, (2, 7), attributes={"name": BAD})
    y = graph.linear(x, path, (7, 7), 3)
    graph.add(OpKind.UNKNOWN, BAD, {BAD: y}, (2, 7), path, 4, {BAD: BAD, "nested": (BAD, (BAD,)), "map": {BAD: BAD}})
    return dataclasses.replace(
        small_model(),
        model_type=BAD,
        class_name=BAD,
        path=BAD,
        failure="",
        graph=OpGraph(graph.ops),
        modules=(ModuleInfo("", BAD, BAD), ModuleInfo("layers", "L", "l.L"), ModuleInfo(path, BAD, BAD)),
        calls=(ModuleCall(path, BAD, 0),),
        tied={"embed.weight": BAD},
        gaps=(Gap(GapCode.RAISED, BAD, Span(BAD, 1, 0, 1, 1), BAD, BAD),),
    )


def shown(lines: Iterable[str | Text]) -> str:
    """What is printed of lines."""
    printed = map(printable, lines)
    return "\n".join(line.plain if isinstance(line, Text) else line for line in printed)


def assert_clean(text: str, number_of_lines: int | None = None) -> None:
    bad = {one for one in text if not (one.isprintable() or one == "\n" or unicodedata.category(one) == "Zs")}
    assert bad == set()
    text.encode()
    if number_of_lines is not None:
        assert text.count("\n") + 1 == number_of_lines


PAGES: dict[str, Callable[[], Iterable[str | Text]]] = {
    "summary": lambda: summary(hostile_report(), verbose=True),
    "table": lambda: table(hostile_report()),
    "model_page": lambda: model_page(Query(hostile_model()), hostile_report().findings, hostile_report().errors),
    "graph": lambda: graph_text(view(hostile_model()), named=True),
    "dot": lambda: dot(view(hostile_model())),
    "mermaid": lambda: mermaid(view(hostile_model())),
    "params": lambda: parameters_text(ParametersResult(hostile_model())),
    "calls": lambda: calls_text(hostile_model()),
    "params jsonl": lambda: json_lines([parameters_row(ParametersResult(hostile_model()))]),
    "calls jsonl": lambda: json_lines([calls_row(hostile_model())]),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_show_no_control_character_and_no_line_of_anybody_elses(name: str) -> None:
    assert_clean(shown(PAGES[name]()), len(list(PAGES[name]())))


def test_styles_stay_where_they_were() -> None:
    line = Text.assemble("a\x1b", ("b\x1bc", "red"), "\nd")
    copy = printable(line)
    assert isinstance(copy, Text)
    assert copy.plain == r"a\x1bb\x1bc\nd"
    (span,) = copy.spans
    assert (copy.plain[span.start : span.end], span.style) == (r"b\x1bc", "red")
    plain = Text("as it is", "red")
    assert printable(plain) is plain


def test_documents_are_written_and_read_back() -> None:
    made = hostile_report()
    log = sarif(made.tool, made.source, (), [result(one, Base.of(made.source)) for one in made.findings], made.errors)
    for text in (made.to_json(indent=1), log):
        assert_clean(text.decode())
        json.loads(text)
    document = json.loads(made.to_json())
    assert document["findings"][0]["message"] == BAD.replace("\ud800", "\\ud800")
    assert len(fingerprint(made.findings[0])) == 64


def test_sarif_has_no_links_of_anybody_elses() -> None:
    (found, _) = hostile_report().findings
    base = Base.of(hostile_report().source)
    assert r"\[a\](b)" in result(found, base).message.text
    assert result(finding("norm.type", [1]), base).message.text == "tiny: norm.type = [1]"


def test_graph_as_json_and_graphml() -> None:
    shown_view = view(hostile_model())
    assert_clean(graph_json(shown_view))
    graph = nx.node_link_graph(json.loads(graph_json(shown_view)), edges="edges")
    assert len(graph) == len(shown_view.nodes)
    text = graphml(shown_view)
    assert_clean(text)
    assert len(ElementTree.fromstring(text).findall(".//{*}node")) == len(shown_view.nodes)


def test_dot_strings_end_where_they_should() -> None:
    for line in dot(view(hostile_model())):
        outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
        assert re.fullmatch(r'[\w\s=\[\]{};>,-]*(?:""[\w\s=\[\]{};>,-]*)*', outside), line


def test_mermaid_labels_hold_no_quotes_tags_or_directives() -> None:
    for line in mermaid(view(hostile_model())):
        assert re.fullmatch(r'\s*(?:flowchart TD|end|n\d+ --> n\d+|(?:subgraph )?\w+\["[^"]*"\])', line), line
        assert "%%" not in line
        assert "<" not in line.replace("<br/>", "")


def test_modules_that_nest_deeper_than_functions_can() -> None:
    graph = Graph()
    path = ".".join(["m"] * 5000)
    x = graph.add(OpKind.INPUT, "", {}, (2, 7), attributes={"name": "x"})
    graph.linear(x, path, (7, 7), 3)
    deep = dataclasses.replace(small_model(), graph=OpGraph(graph.ops), modules=())
    for lines in (dot(view(deep)), mermaid(view(deep)), graph_text(view(deep)), model_page(Query(deep), ())):
        assert len(list(lines)) > 1


def test_markdown_is_text_and_code_and_nothing_else() -> None:
    assert prose("<img src=x> a < b [x](y) `z`\n# h") == r"\<img src=x> a < b [x]\(y) \`z\`\n# h"
    assert prose("layers.{0-2} [1, 2] a_b * c") == "layers.{0-2} [1, 2] a_b * c"
    assert code("a`b``c") == "``` a`b``c ```"
    assert code("a b") == "`a b`"
    assert code("") == ""
    assert fenced("```\nx", "python") == "````python\n```\nx\n````"
    assert row(("a|b", "c\nd")) == r"| a\|b | c d |"


def test_nested_values_are_written_as_far_as_there_is_room() -> None:
    deep: object = 1
    for _ in range(50_000):
        deep = (deep,)
    assert constant(deep) == "[" * 49 + "[…]" + "]" * 49  # type: ignore[arg-type]
    assert r"\u2026" in json.dumps(json_constant(deep))  # type: ignore[arg-type]
    shared: object = 1
    for _ in range(40):
        shared = (shared, shared)
    assert len(constant(shared)) < 200_000  # type: ignore[arg-type]
    assert len(json.dumps(json_constant(shared))) < 200_000  # type: ignore[arg-type]
    long = tuple(range(1_000_000))
    assert constant(long).endswith(", 9999, …]")
    assert constant((1, (2, "a"), {"b": (3,)})) == "[1, [2, 'a'], {b: [3]}]"
    assert constant(10**5000) == "(an integer of 16,610 bits)"
    listed: object = 1
    for _ in range(50_000):
        listed = [listed]
    assert "…" in value_text(listed)  # type: ignore[arg-type]
    assert value_text([1] * 50_000) == "[1] ×50000"
