"""Graph as a Mermaid flowchart, modules as nested subgraphs."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.outputs.diagram import Cluster, clusters, drawn, label
from analyzer.outputs.view import GraphView


def mermaid(view: GraphView) -> Iterator[str]:
    """Lines of one flowchart."""
    shown = {node.op for node in drawn(view)}
    yield "flowchart TD"
    yield from _cluster(clusters(view), 1)
    for edge in view.edges:
        if edge.source in shown:
            yield f"  n{edge.source.index} --> n{edge.target.index}"


def _cluster(cluster: Cluster, depth: int) -> Iterator[str]:
    pad = "  " * depth
    for node in cluster.nodes:
        head, result = label(node.op)
        yield f'{pad}n{node.identifier}["{_escaped(head)}<br/>{_escaped(result)}"]'
    for child in cluster.children.values():
        yield f'{pad}subgraph m_{_identifier(child.path)}["{_escaped(child.title)}"]'
        yield from _cluster(child, depth + 1)
        yield f"{pad}end"


def _escaped(text: str) -> str:
    """Mermaid has its own entities, written with ``#``."""
    for character, entity in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):
        text = text.replace(character, entity)
    return text


def _identifier(path: str) -> str:
    """A module path as a name: distinct paths stay distinct."""
    return path.replace("_", "__").replace(".", "_")
