"""Every graph format is well-formed and says the same."""

from __future__ import annotations

import dataclasses
import json
import re
from xml.etree import ElementTree

import jsonschema
import networkx as nx
import pytest

from analyzer.base import InputError
from analyzer.graph import OpGraph, OpKind
from analyzer.outputs.dot import dot
from analyzer.outputs.graph_json import graph_json
from analyzer.outputs.graph_text import graph_text
from analyzer.outputs.graphml import graphml
from analyzer.outputs.mermaid import mermaid
from analyzer.outputs.schemas import schemas
from analyzer.outputs.view import GraphView, view
from analyzer.values import Origin, traced
from tests.outputs.small import BATCH, FILE, SEQ, Graph, small_model


@pytest.fixture
def whole() -> GraphView:
    return view(small_model())


def test_json_keeps_its_schema(whole: GraphView) -> None:
    jsonschema.validate(json.loads(graph_json(whole)), schemas()["graph"]())


def test_json_is_read_back_by_networkx(whole: GraphView) -> None:
    graph = nx.node_link_graph(json.loads(graph_json(whole)))
    assert graph.is_multigraph()
    assert nx.is_directed_acyclic_graph(graph)
    assert set(graph) == {node.identifier for node in whole.nodes}
    assert {(s, t, k) for s, t, k in graph.edges(keys=True)} == {
        (edge.source.index, edge.target.index, edge.slot) for edge in whole.edges
    }


def test_json_prints_sizes_of_the_input_as_expressions(whole: GraphView) -> None:
    nodes = {node["kind"]: node for node in json.loads(graph_json(whole))["nodes"]}
    assert nodes["embedding"]["shape"] == ["batch", "seq", 8]
    assert all(isinstance(size, int) for size in nodes["parameter"]["shape"])


def test_json_tells_what_a_constant_was_computed_from(whole: GraphView) -> None:
    scaled = next(node for node in json.loads(graph_json(whole))["nodes"] if node["kind"] == "mul")
    assert scaled["attributes"] == {"other": 0.25}
    assert scaled["expressions"] == {"other": "config.head_dim ** -0.5"}
    assert (scaled["path"], scaled["line"]) == (FILE, 22)


def test_sizes_have_the_names_of_the_fields_that_they_are_from() -> None:
    hidden = traced(8, Origin("config.hidden_size", fields=frozenset({"hidden_size"})))
    graph = Graph()
    ids = graph.add(OpKind.INPUT, "", {}, (BATCH, SEQ), attributes={"name": "input_ids"})
    graph.add(OpKind.CREATE, "zeros", {"input": ids}, (BATCH, hidden), attributes={"size": (BATCH, hidden)})
    shown = view(dataclasses.replace(small_model(), graph=OpGraph(graph.ops)))
    (node,) = (node for node in json.loads(graph_json(shown))["nodes"] if node["kind"] != "input")
    assert (node["shape"], node["sizes"]) == (["batch", 8], ["batch", "config.hidden_size"])
    assert "sizes" not in json.loads(graph_json(shown))["nodes"][0]
    assert "[batch,8] = zeros[size=[batch, 8]](" in list(graph_text(shown))[-1]
    named = "[batch, config.hidden_size] = zeros[size=[batch, config.hidden_size]]("
    assert named in list(graph_text(shown, named=True))[-1]


def test_graphml_has_every_node_and_edge(whole: GraphView) -> None:
    root = ElementTree.fromstring(graphml(whole))
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(root.findall(f".//{space}node")) == len(whole.nodes)
    assert len(root.findall(f".//{space}edge")) == len(list(whole.edges))


def test_dot_braces_close_and_edges_join_declared_nodes(whole: GraphView) -> None:
    text = "\n".join(dot(whole))
    assert text.count("{") == text.count("}")
    declared = set(re.findall(r"^\s*(n\d+) \[", text, re.MULTILINE))
    joined = set(re.findall(r"n\d+(?= ->)|(?<=-> )n\d+", text))
    assert joined
    assert joined <= declared


def test_mermaid_subgraphs_close_and_edges_join_declared_nodes(whole: GraphView) -> None:
    lines = [line.strip() for line in mermaid(whole)]
    assert lines[0] == "flowchart TD"
    assert sum(line.startswith("subgraph") for line in lines) == lines.count("end")
    declared = {line.partition("[")[0] for line in lines if re.match(r"n\d+\[", line)}
    joined = {part for line in lines if " --> " in line for part in line.split(" --> ")}
    assert joined
    assert joined <= declared


def test_diagrams_count_folded_layers(whole: GraphView) -> None:
    for text in ("\n".join(dot(whole)), "\n".join(mermaid(whole))):
        assert "layers.0 TinyLayer ×3 (0-1, 3)" in text


def test_text_has_one_line_an_operation(whole: GraphView) -> None:
    lines = list(graph_text(whole))
    line = next(line for line in lines if "Tensor.mul" in line)
    before, _, comment = line.partition("  # ")
    assert before.strip() == "%6:float32[batch,seq,16] = Tensor.mul[other=0.25 {config.head_dim ** -0.5}](%5)"
    assert comment == f"layers.0 {FILE}:22"
    assert "# layers.{0-1, 3} ×3" in lines
    assert lines[-1] == "return last_hidden_state=%10"


def test_text_refers_only_to_operations_that_it_prints(whole: GraphView) -> None:
    printed: set[str] = set()
    for line in graph_text(whole):
        name, equals, rest = line.partition(":")
        used = set(re.findall(r"%\d+", rest if name.startswith("%") else line))
        assert used <= printed, line
        if name.startswith("%") and equals:
            printed.add(name.removeprefix("reads").strip())


def test_one_module_with_what_it_reads() -> None:
    part = view(small_model(), at="layers.3")
    inside = [node for node in part.nodes if not node.outside]
    assert {node.op.module or "parameter" for node in inside} == {
        "parameter",
        "layers.0",
        "layers.0.up",
        "layers.0.act",
        "layers.0.down",
    }
    assert [node.op.kind for node in part.nodes if node.outside] == [OpKind.EMBEDDING]
    assert not part.results


def test_an_unfolded_layer_is_printed_itself() -> None:
    part = view(small_model(), at="layers.3", unroll=True)
    assert {node.op.module for node in part.nodes if node.op.module.startswith("layers.")} == {
        "layers.3",
        "layers.3.up",
        "layers.3.act",
        "layers.3.down",
    }


@pytest.mark.parametrize(
    ("at", "hint"),
    [("layers.0.upp", "'layers.0' has act, down, up"), ("nowhere", "the model has embed, layers")],
)
def test_an_unknown_module_is_told_with_those_there_are(at: str, hint: str) -> None:
    with pytest.raises(InputError, match=re.escape(hint)):
        view(small_model(), at=at)
