"""How the blocks of a layer sit on the stream: one after the other, or side by side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.mixers.branch_content import Content
from analyzer.facts.residual.residual import Residual, residuals
from analyzer.facts.stacks.blocks import Block, Summand, blocks
from analyzer.facts.stacks.stacks import Stack
from analyzer.graph import Op
from analyzer.query import Query


class Topology(StrEnum):
    """``single``: layers of one block each; see the vocabulary for the others."""

    SEQUENTIAL = "sequential"
    PARALLEL = "parallel"
    SHARED_NORM_PARALLEL = "shared_norm_parallel"
    HYPER_CONNECTIONS = "hyper_connections"
    REVERSIBLE = "reversible"
    SINGLE = "single"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class LayerTopology:
    """The topology of one layer, shown by ``blocks``."""

    stack: Stack
    layer: str
    topology: Topology
    blocks: tuple[Block, ...]
    reason: str = ""


def topologies(query: Query) -> tuple[LayerTopology, ...]:
    """One for every layer of every stack, in order."""
    by_layer: dict[str, list[Block]] = {}
    for block in query.facts(blocks):
        by_layer.setdefault(block.layer, []).append(block)
    coupled = _coupled(query)
    return tuple(_of_layer(path, tuple(found), coupled) for path, found in by_layer.items())


def _of_layer(path: str, found: tuple[Block, ...], coupled: frozenset[Op]) -> LayerTopology:
    if not coupled.isdisjoint(block.add for block in found):
        return LayerTopology(found[0].stack, path, Topology.REVERSIBLE, found)
    topology, reason = _topology(found)
    return LayerTopology(found[0].stack, path, topology, found, reason)


def _coupled(query: Query) -> frozenset[Op]:
    """Additions of two coupled streams, and the additions that begin the two.

    Each stream adds what is computed from the other alone: ``y = x + f(z)``, then ``z + g(y)``, then ``y + h(z)``.
    """
    known = {one.add: one for one in query.facts(residuals)}
    pairs = [
        (known[add], later)
        for later in known.values()
        for add in later.region & known.keys()
        if _alternate(query, known[add], later)
    ]
    first, second = {id(one) for one, _ in pairs}, {id(other) for _, other in pairs}
    chained = [pair for pair in pairs if id(pair[1]) in first or id(pair[0]) in second]
    return frozenset(op for pair in chained for one in pair for op in (one.add, one.stream))


def _alternate(query: Query, earlier: Residual, later: Residual) -> bool:
    if earlier.stream.index >= later.stream.index or _shape(earlier.add) != _shape(later.add):
        return False
    own = _reaches_besides(query, earlier.branch, earlier.stream, later.stream)
    return not own and not _reaches_besides(query, later.branch, later.stream, earlier.add)


def _shape(op: Op) -> tuple[int, ...]:
    return op.outputs[0].shape


def _reaches_besides(query: Query, end: Op, start: Op, cut: Op) -> bool:
    """Whether ``end`` is computed from ``start`` on a way that does not lead through ``cut``."""
    stack, seen = [end], {end}
    while stack:
        for source in query.operands(stack.pop()):
            if source is start:
                return True
            if source is not cut and source not in seen and source.index > start.index:
                seen.add(source)
                stack.append(source)
    return False


_MIXING = (Content.ATTENTION, Content.MIXER)


def _topology(found: tuple[Block, ...]) -> tuple[Topology, str]:
    if any(block.residual.streams for block in found):
        return Topology.HYPER_CONNECTIONS, ""
    for branches in _side_by_side(found):
        mixing = [branch for branch in branches if branch.content in _MIXING]
        feeding = [branch for branch in branches if branch.content is Content.FEED_FORWARD]
        if mixing and feeding:
            shared = {norm for one in mixing for norm in one.before} & {norm for one in feeding for norm in one.before}
            return (Topology.SHARED_NORM_PARALLEL if shared else Topology.PARALLEL), ""
    contents = [content for block in found for content in block.contents]
    if len(found) == 1:
        return Topology.SINGLE, ""
    if any(content in _MIXING for content in contents) or Content.FEED_FORWARD in contents:
        return Topology.SEQUENTIAL, ""
    return Topology.UNKNOWN, "what the branches compute was not recognised"


def _side_by_side(found: tuple[Block, ...]) -> list[tuple[Summand, ...]]:
    """Branches that read one and the same point of the stream."""
    groups: dict[object, list[Summand]] = {}
    for block in found:
        groups.setdefault(block.residual.stream, []).extend(block.branches)
    return [tuple(group) for group in groups.values()]
