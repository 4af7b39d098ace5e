"""Graph as networkx node-link data: what ``networkx.node_link_graph`` reads back."""

from __future__ import annotations

from typing import Any

import msgspec

from analyzer.graph import Op, TensorType
from analyzer.outputs.notation import expression, json_constant, size
from analyzer.outputs.view import Edge, GraphView, Node

SCHEMA = "asbuilt/graph/1"


def graph_json(view: GraphView) -> str:
    """One JSON document with a node per operation and an edge per operand."""
    return msgspec.json.format(msgspec.json.encode(node_link(view)), indent=1).decode() + "\n"


def node_link(view: GraphView) -> dict[str, Any]:
    """Node-link data of a directed multigraph; edge keys are operand slots."""
    model = view.model
    about = {
        "schema": SCHEMA,
        "model_type": model.model_type,
        "class": model.class_name,
        "path": model.path,
        "status": model.status.value,
        "at": view.at,
        "results": [{"slot": r.slot, "node": r.source.index, "output": r.output} for r in view.results],
    }
    return {
        "directed": True,
        "multigraph": True,
        "graph": about,
        "nodes": [node_data(node) for node in view.nodes],
        "edges": [edge_data(edge) for edge in view.edges],
    }


def node_data(node: Node) -> dict[str, Any]:
    """The keys of one node; ``outputs`` is there only for operations with several."""
    op = node.op
    first = op.outputs[0] if op.outputs else None
    data: dict[str, Any] = {
        "id": op.index,
        "kind": op.kind.value,
        "target": op.target,
        "module": op.module,
        "path": None if op.span.external else op.span.path,
        "line": None if op.span.external else op.span.line,
        "shape": _shape(first),
        "dtype": first.dtype.value if first else None,
        "attributes": {name: json_constant(value) for name, value in op.attributes.items()},
        "layers": list(node.layers),
    }
    return data | _optional(op) | ({"outside": True} if node.outside else {})


def _optional(op: Op) -> dict[str, Any]:
    data: dict[str, Any] = {}
    sources = {name: text for name, value in op.attributes.items() if (text := expression(value)) is not None}
    if sources:
        data["expressions"] = sources
    if len(op.outputs) > 1:
        data["outputs"] = [{"shape": _shape(output), "dtype": output.dtype.value} for output in op.outputs]
    return data


def _shape(tensor: TensorType | None) -> list[int | str] | None:
    return None if tensor is None else [size(dim) for dim in tensor.shape]


def edge_data(edge: Edge) -> dict[str, Any]:
    """The keys of one edge."""
    data = {"source": edge.source.index, "target": edge.target.index, "slot": edge.slot, "key": edge.slot}
    return data | ({"output": edge.output} if edge.output else {})
