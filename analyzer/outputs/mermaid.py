"""Graph as a Mermaid flowchart, modules as nested subgraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.base import one_line
from analyzer.outputs.diagram import Boundary, Drawn, clusters, drawn, label, walked
from analyzer.outputs.markdown import fenced, prose
from analyzer.outputs.view import GraphNode, GraphView

_OTHER = re.compile(r"[^A-Za-z0-9_]")
_ENTITIES = (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;"), ("%%", "#37;#37;"))


def mermaid(view: GraphView) -> Iterator[str]:
    """Lines of one flowchart."""
    shown = {node.op for node in drawn(view)}
    yield "flowchart TD"
    yield from (f"{'  ' * depth}{_line(item)}" for depth, item in walked(clusters(view)))
    for edge in view.edges:
        if edge.source in shown:
            yield f"  n{edge.source.index} --> n{edge.target.index}"


def mermaid_markdown(view: GraphView) -> Iterator[str]:
    """The flowchart in a Markdown page, as code hosts draw it."""
    yield from (f"# {prose(f'{view.model.class_name} {view.at}'.strip())}", "")
    yield from fenced("\n".join(mermaid(view)), "mermaid").split("\n")


def _line(item: Drawn) -> str:
    match item:
        case GraphNode():
            head, result = label(item.op)
            return f'n{item.identifier}["{_escaped(head)}<br/>{_escaped(result)}"]'
        case (cluster, Boundary.BEGIN):
            return f'subgraph m_{_identifier(cluster.path)}["{_escaped(cluster.title)}"]'
        case _:
            return "end"


def _escaped(text: str) -> str:
    """Mermaid has its own entities, written with ``#``."""
    text = one_line(text)
    for character, entity in _ENTITIES:
        text = text.replace(character, entity)
    return text


def _identifier(path: str) -> str:
    """A module path as a name: distinct paths stay distinct."""
    return _OTHER.sub(lambda found: f"_x{ord(found[0]):x}_", path.replace("_", "__").replace(".", "_"))
