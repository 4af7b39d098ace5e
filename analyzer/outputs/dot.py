"""Graph as Graphviz dot, modules as nested clusters."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.outputs.diagram import Cluster, clusters, drawn, label
from analyzer.outputs.view import GraphView


def dot(view: GraphView) -> Iterator[str]:
    """Lines of one digraph."""
    shown = {node.op for node in drawn(view)}
    yield "digraph {"
    title = f"{view.model.class_name} {view.at}".strip()
    yield f"  label={_quoted(title)}; labelloc=t; fontname=Helvetica;"
    yield '  node [shape=box, style="rounded,filled", fillcolor=white, fontname=Helvetica, fontsize=10];'
    yield from _cluster(clusters(view), 1)
    for edge in view.edges:
        if edge.source in shown:
            yield f"  n{edge.source.index} -> n{edge.target.index} [tooltip={_quoted(edge.slot)}];"
    yield "}"


def _cluster(cluster: Cluster, depth: int) -> Iterator[str]:
    pad = "  " * depth
    for node in cluster.nodes:
        yield f"{pad}n{node.identifier} [label={_quoted(chr(10).join(label(node.op)))}];"
    for child in cluster.children.values():
        name = _quoted(f"cluster_{child.path}")
        yield f"{pad}subgraph {name} {{"
        yield f"{pad}  label={_quoted(child.title)};"
        yield from _cluster(child, depth + 1)
        yield f"{pad}}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
