"""Graph as GraphML, for Gephi, yEd and whatever else reads it."""

from __future__ import annotations

from typing import Any

import msgspec
import networkx as nx

from analyzer.base import json_document, one_line
from analyzer.outputs.graph_json import graph_data
from analyzer.outputs.view import GraphView


def graphml(view: GraphView) -> str:
    """A GraphML document; lists and attributes are JSON text because GraphML has scalars only."""
    document = msgspec.to_builtins(graph_data(view))
    about = {"model_type": view.model.model_type, "model_class": view.model.class_name}
    graph = nx.MultiDiGraph(**{name: one_line(text) for name, text in about.items()})
    for node in document["nodes"]:
        data = {key: _scalar(value) for key, value in node.items() if value is not None}
        graph.add_node(data.pop("id"), **data)
    for edge in document["edges"]:
        data = {key: _scalar(value) for key, value in edge.items()}
        graph.add_edge(data.pop("source"), data.pop("target"), data.pop("key"), **data)
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def _scalar(value: Any) -> str | int | bool:
    """A scalar in characters that XML has."""
    if isinstance(value, int):
        return value
    return one_line(value if isinstance(value, str) else json_document(value).decode())
