"""What dot and mermaid share: labels, and the operations nested in the modules that they run in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from analyzer.base import index_set
from analyzer.frameworks import short_target
from analyzer.graph import Op, OpKind
from analyzer.outputs.notation import tensor_type
from analyzer.outputs.view import GraphNode, GraphView
from analyzer.query.folding import LayerGroup


@dataclass(slots=True)
class Cluster:
    """A module with the operations that it runs itself and the modules inside it."""

    path: str
    title: str
    nodes: list[GraphNode] = field(default_factory=list)
    children: dict[str, Cluster] = field(default_factory=dict)


def clusters(view: GraphView) -> Cluster:
    """The nodes of ``view`` in the tree of modules; the root has an empty path."""
    classes = {module.path: module.class_name for module in view.model.modules}
    counts = {group.paths[0]: group for group in view.groups if len(group.members) > 1}
    root = Cluster("", view.model.class_name)
    for node in drawn(view):
        cluster = root
        for path in _prefixes(node.op.module):
            if path not in cluster.children:
                times = _times(counts[path]) if path in counts else ""
                cluster.children[path] = Cluster(path, f"{path} {classes.get(path, '')}{times}".strip())
            cluster = cluster.children[path]
        cluster.nodes.append(node)
    return root


def _times(group: LayerGroup) -> str:
    return f" ×{len(group.members)} ({index_set(group.members, group.size)})"


class Boundary(Enum):
    """Where a diagram is in a module."""

    BEGIN = "begin"
    END = "end"


Drawn: TypeAlias = GraphNode | tuple[Cluster, Boundary]


def walked(root: Cluster) -> Iterator[tuple[int, Drawn]]:
    """What stands in which order in a nested diagram, with its depth: nodes, and where each module begins and ends.

    Modules may nest deeper than functions can call each other.
    """
    pending = _inside(root, 1)
    while pending:
        depth, item = pending.pop()
        yield depth, item
        if isinstance(item, tuple) and item[1] is Boundary.BEGIN:
            pending += [(depth, (item[0], Boundary.END)), *_inside(item[0], depth + 1)]


def _inside(cluster: Cluster, depth: int) -> list[tuple[int, Drawn]]:
    """The nodes and modules of a module, the last first."""
    items: list[Drawn] = [*cluster.nodes, *((child, Boundary.BEGIN) for child in cluster.children.values())]
    return [(depth, item) for item in reversed(items)]


def drawn(view: GraphView) -> list[GraphNode]:
    """Nodes worth a box: all but parameters and buffers, which are part of their user's label."""
    return [node for node in view.nodes if node.op.kind not in (OpKind.PARAMETER, OpKind.BUFFER)]


def label(op: Op) -> tuple[str, str]:
    """Two lines for a box: what it does (with the parameters it reads), what comes out."""
    name = str(op.attributes.get("name", "")) if op.kind is OpKind.INPUT else ""
    held = [
        str(operand.source.attributes.get("name", "")).rpartition(".")[2]
        for operand in op.operands
        if operand.source.kind in (OpKind.PARAMETER, OpKind.BUFFER)
    ]
    head = name or short_target(op.target) or op.kind.value
    return f"{head} ({', '.join(held)})" if held else head, ", ".join(tensor_type(output) for output in op.outputs)


def _prefixes(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)] if path else []
