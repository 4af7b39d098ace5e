"""Graph as GraphML, for Gephi, yEd and whatever else reads it."""

from __future__ import annotations

from typing import Any

import msgspec
import networkx as nx

from analyzer.outputs.graph_json import edge_data, node_data
from analyzer.outputs.view import GraphView


def graphml(view: GraphView) -> str:
    """A GraphML document; lists and attributes are JSON text because GraphML has scalars only."""
    graph = nx.MultiDiGraph(model_type=view.model.model_type, model_class=view.model.class_name)
    for node in view.nodes:
        data = node_data(node)
        graph.add_node(data.pop("id"), **{key: _scalar(value) for key, value in data.items() if value is not None})
    for edge in view.edges:
        data = edge_data(edge)
        graph.add_edge(data.pop("source"), data.pop("target"), data.pop("key"), **data)
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def _scalar(value: Any) -> str | int | bool:
    return value if isinstance(value, str | int) else msgspec.json.encode(value).decode()
