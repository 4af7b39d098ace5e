"""Graph as GraphML, for Gephi, yEd and whatever else reads it."""

from __future__ import annotations

from typing import Any

import msgspec
import networkx as nx

from analyzer.outputs.graph_json import graph_data
from analyzer.outputs.view import GraphView


def graphml(view: GraphView) -> str:
    """A GraphML document; lists and attributes are JSON text because GraphML has scalars only."""
    document = msgspec.to_builtins(graph_data(view))
    graph = nx.MultiDiGraph(model_type=view.model.model_type, model_class=view.model.class_name)
    for node in document["nodes"]:
        data = {key: _scalar(value) for key, value in node.items() if value is not None}
        graph.add_node(data.pop("id"), **data)
    for edge in document["edges"]:
        graph.add_edge(edge.pop("source"), edge.pop("target"), edge.pop("key"), **edge)
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def _scalar(value: Any) -> str | int | bool:
    return value if isinstance(value, str | int) else msgspec.json.encode(value).decode()
