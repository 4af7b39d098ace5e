"""The part of a model's graph that is printed: all of it or one module, equal layers folded or written out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzer.base import InputError
from analyzer.graph import BuiltModel, Op, Operand, OpKind, Phase
from analyzer.query.folding import Folding, LayerGroup, fold, owner
from analyzer.query.tree import is_inside

_HELD = frozenset({OpKind.PARAMETER, OpKind.BUFFER})


@dataclass(frozen=True, slots=True)
class GraphNode:
    """An operation with what it reads of the printed graph, the numbered modules it stands for, and whether it only
    supplies the printed part."""

    op: Op
    operands: tuple[Operand, ...] = ()
    layers: tuple[str, ...] = ()
    outside: bool = False

    @property
    def identifier(self) -> int:
        """Position in execution order, the same whatever part of the graph is printed."""
        return self.op.index


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """Tensor ``output`` of ``source`` is operand ``slot`` of ``target``."""

    source: Op
    target: Op
    slot: str
    output: int


@dataclass(frozen=True, slots=True)
class GraphView:
    """Nodes in execution order; ``results`` are what the model returns."""

    model: BuiltModel
    nodes: tuple[GraphNode, ...]
    results: tuple[Operand, ...]
    groups: tuple[LayerGroup, ...]
    at: str = ""

    @property
    def edges(self) -> Iterator[GraphEdge]:
        """Every use of a result, by user and slot."""
        for node in self.nodes:
            for operand in node.operands:
                yield GraphEdge(operand.source, node.op, operand.slot, operand.output)


def view(model: BuiltModel, *, at: str = "", unroll: bool = False, construction: bool = False) -> GraphView:
    """What is printed of ``model``'s graph: the operations of the forward call with the parameters they read.

    ``at`` keeps one module and what it reads from outside; ``unroll`` writes every layer out; ``construction`` adds
    what runs while the modules are constructed. Raises ``InputError`` when there is no module ``at``.
    """
    graph = model.graph
    folding = Folding((), {}) if unroll else fold(graph)
    chosen = set(_chosen(graph.ops, construction))
    if at:
        path = folding_path(model, folding, at)
        chosen = {op for op in chosen if _inside(op, path)}
    kept = {op for op in chosen if folding.of(op) is op}
    whole = {op for op in kept if construction or op.kind not in _HELD}
    reads = {op: _folded(op.operands, folding) for op in whole}
    outside = {operand.source for operands in reads.values() for operand in operands} - kept
    nodes = [
        GraphNode(op, reads.get(op, ()), folding.instances(owner(op)), op in outside)
        for op in sorted(kept | outside, key=lambda op: op.index)
    ]
    results = () if at else _folded(graph.results, folding)
    return GraphView(model, tuple(nodes), results, folding.groups, at)


def folding_path(model: BuiltModel, folding: Folding, at: str) -> str:
    """The module that stands for ``at`` (``model.layers.5.mlp`` → ``model.layers.0.mlp`` when the two are equal)."""
    paths = {module.path for module in model.modules}
    if at not in paths:
        raise InputError(f"{model.class_name} has no module {at!r}{_hint(at, paths)}", code="unknown-module")
    parts: list[str] = []
    for part in at.split("."):
        parts.append(part)
        path = ".".join(parts)
        for group in folding.groups:
            if path in group.paths:
                parts = group.paths[0].split(".")
    return ".".join(parts)


def _hint(at: str, paths: set[str]) -> str:
    parent = at
    while parent and parent not in paths:
        parent = parent.rpartition(".")[0]
    prefix = f"{parent}." if parent else ""
    children = {path[len(prefix) :].partition(".")[0] for path in paths if path.startswith(prefix) and path != parent}
    where = repr(parent) if parent else "the model"
    return f"; {where} has {', '.join(sorted(children))}" if children else ""


def _inside(op: Op, path: str) -> bool:
    return is_inside(owner(op), path)


def _chosen(ops: Iterable[Op], construction: bool) -> Iterator[Op]:
    """Operations of the forward call and, unless all are asked for, only what they read of the construction."""
    everything = tuple(ops)
    if construction:
        yield from everything
        return
    wanted: set[Op] = set()
    for op in reversed(everything):
        if (op.phase is Phase.FORWARD and op.kind not in _HELD) or op in wanted:
            yield op
            if op.kind not in _HELD:
                wanted.update(operand.source for operand in op.operands)


def _folded(operands: Iterable[Operand], folding: Folding) -> tuple[Operand, ...]:
    """The same operands, made by the operations that stay."""
    return tuple(Operand(operand.slot, folding.of(operand.source), operand.output) for operand in operands)
