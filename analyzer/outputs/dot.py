"""Graph as Graphviz dot, modules as nested clusters."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.base import one_line
from analyzer.outputs.diagram import Boundary, Drawn, clusters, drawn, label, walked
from analyzer.outputs.view import GraphNode, GraphView


def dot(view: GraphView) -> Iterator[str]:
    """Lines of one digraph."""
    shown = {node.op for node in drawn(view)}
    yield "digraph {"
    title = f"{view.model.class_name} {view.at}".strip()
    yield f"  label={_quoted(title)}; labelloc=t; fontname=Helvetica;"
    yield '  node [shape=box, style="rounded,filled", fillcolor=white, fontname=Helvetica, fontsize=10];'
    for depth, item in walked(clusters(view)):
        yield from (f"{'  ' * depth}{line}" for line in _lines(item))
    for edge in view.edges:
        if edge.source in shown:
            yield f"  n{edge.source.index} -> n{edge.target.index} [tooltip={_quoted(edge.slot)}];"
    yield "}"


def _lines(item: Drawn) -> Iterator[str]:
    match item:
        case GraphNode():
            yield f"n{item.identifier} [label={_quoted(*label(item.op))}];"
        case (cluster, Boundary.BEGIN):
            yield f"subgraph {_quoted(f'cluster_{cluster.path}')} {{"
            yield f"  label={_quoted(cluster.title)};"
        case _:
            yield "}"


def _quoted(*lines: str) -> str:
    """A string of one or several lines."""
    escaped = (one_line(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'
