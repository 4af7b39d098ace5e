"""Graph as networkx node-link data: what ``networkx.node_link_graph`` reads back."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from analyzer.base import json_document
from analyzer.graph import Op, TensorType
from analyzer.outputs.notation import expression, json_constant, named_size, size
from analyzer.outputs.view import GraphEdge, GraphNode, GraphView

SCHEMA = "asbuilt/graph/1"


class OutputData(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One of several results; sizes are integers where known, else expressions over the sizes of the input."""

    shape: list[int | str]
    dtype: str
    sizes: list[int | str] | UnsetType = UNSET


class NodeData(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One operation. ``sizes`` is ``shape`` with every size as the expression that it came from, where there is one
    over the configuration; ``outputs`` is there only for several results, ``expressions`` (attribute → how it was
    computed from the configuration) only where there are any, ``outside`` only for what the printed part reads from
    elsewhere.
    """

    id: int
    kind: str
    target: str
    module: str
    path: str | None
    line: int | None
    shape: list[int | str] | None
    dtype: str | None
    attributes: dict[str, Any]
    layers: list[str]
    sizes: list[int | str] | UnsetType = UNSET
    expressions: dict[str, str] | UnsetType = UNSET
    outputs: list[OutputData] | UnsetType = UNSET
    outside: bool | UnsetType = UNSET


class EdgeData(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A result of ``source`` (its first, or number ``output``) is the operand ``slot`` of ``target``."""

    source: int
    target: int
    slot: str
    key: str
    output: int | UnsetType = UNSET


class ResultData(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that the model returns."""

    slot: str
    node: int
    output: int


class AboutGraph(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whose graph it is; ``at`` is the module that was asked for, empty for the whole model."""

    schema: str
    model_type: str
    class_name: str = msgspec.field(name="class")
    path: str
    status: str
    at: str
    results: list[ResultData]


class GraphData(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Node-link data of a directed multigraph whose edge keys are operand slots."""

    directed: bool
    multigraph: bool
    graph: AboutGraph
    nodes: list[NodeData]
    edges: list[EdgeData]


def graph_json(view: GraphView) -> str:
    """One JSON document with a node per operation and an edge per operand."""
    return json_document(graph_data(view), indent=1).decode() + "\n"


def graph_data(view: GraphView) -> GraphData:
    """The document as typed data."""
    model = view.model
    results = [ResultData(slot=r.slot, node=r.source.index, output=r.output) for r in view.results]
    about = AboutGraph(
        schema=SCHEMA,
        model_type=model.model_type,
        class_name=model.class_name,
        path=model.path,
        status=model.status.value,
        at=view.at,
        results=results,
    )
    return GraphData(
        directed=True,
        multigraph=True,
        graph=about,
        nodes=[_node(node) for node in view.nodes],
        edges=[_edge(edge) for edge in view.edges],
    )


def _node(node: GraphNode) -> NodeData:
    op = node.op
    first = op.outputs[0] if op.outputs else None
    return NodeData(
        id=op.index,
        kind=op.kind.value,
        target=op.target,
        module=op.module,
        path=None if op.span.external else op.span.path,
        line=None if op.span.external else op.span.line,
        shape=_shape(first) if first else None,
        dtype=first.dtype.value if first else None,
        attributes={name: json_constant(value) for name, value in op.attributes.items()},
        layers=list(node.layers),
        sizes=_sizes(first) if first else UNSET,
        expressions=_expressions(op) or UNSET,
        outputs=[_output(output) for output in op.outputs] if len(op.outputs) > 1 else UNSET,
        outside=True if node.outside else UNSET,
    )


def _expressions(op: Op) -> dict[str, str]:
    return {name: text for name, value in op.attributes.items() if (text := expression(value)) is not None}


def _output(tensor: TensorType) -> OutputData:
    return OutputData(shape=_shape(tensor), dtype=tensor.dtype.value, sizes=_sizes(tensor))


def _shape(tensor: TensorType) -> list[int | str]:
    return [size(dim) for dim in tensor.shape]


def _sizes(tensor: TensorType) -> list[int | str] | UnsetType:
    named = [named_size(dim) for dim in tensor.shape]
    return UNSET if named == _shape(tensor) else named


def _edge(edge: GraphEdge) -> EdgeData:
    source, target = edge.source.index, edge.target.index
    return EdgeData(source=source, target=target, slot=edge.slot, key=edge.slot, output=edge.output or UNSET)
