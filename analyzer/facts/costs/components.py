"""Which part of a model a product belongs to: projections, scores, experts, the head and so on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.attention.attention import Attention, attentions
from analyzer.facts.dataflow.projections import Projection, projections
from analyzer.facts.embedding_and_head.head import heads
from analyzer.facts.feed_forward.feed_forward import feed_forwards
from analyzer.facts.feed_forward.routers import routers
from analyzer.facts.mixers.mixers import Mixer, mixers
from analyzer.facts.stacks.stacks import layer_paths, stacks
from analyzer.graph import Op, OpKind
from analyzer.query import Query
from analyzer.query.tree import is_inside, parent_of


class CostPart(StrEnum):
    """``attention.projections`` make queries, keys, values and the output; ``attention.scores`` are products of queries
    and keys, ``attention.values`` those with the values; ``mixer`` is what mixes positions otherwise."""

    PROJECTIONS = "attention.projections"
    SCORES = "attention.scores"
    VALUES = "attention.values"
    MIXER = "mixer"
    FEED_FORWARD = "feed_forward"
    EXPERTS = "experts"
    ROUTER = "router"
    HEAD = "head"
    OTHER = "other"


_OF_ATTENTION = frozenset({CostPart.PROJECTIONS, CostPart.SCORES, CostPart.VALUES})


@dataclass(frozen=True, slots=True)
class CostParts:
    """The part of each place: of a line in a module, and of a module where all its lines belong to one part."""

    by_place: Mapping[object, CostPart]
    by_module: Mapping[str, CostPart]

    def of(self, op: Op) -> CostPart:
        """The part that ``op`` belongs to, in this call of the model or another."""
        known = self.by_place.get(place_of(op))
        path = op.module
        while known is None and path:
            known, path = self.by_module.get(path), parent_of(path)
        if known is CostPart.PROJECTIONS and op.kind not in (OpKind.LINEAR, OpKind.CONV):
            return self.by_place.get(place_of(op), CostPart.OTHER)
        return known or CostPart.OTHER


def place_of(op: Op) -> object:
    """What an operation has in common with that of another call of the model."""
    return op.module, op.span, op.kind


def cost_parts(query: Query) -> CostParts:
    """The parts of a model, as its analysed call shows them; see ``query.get``."""
    by_op: dict[Op, CostPart] = {}
    for op, part in _named(query):
        by_op.setdefault(op, part)
    by_place = {place_of(op): part for op, part in by_op.items()}
    modules: dict[str, set[CostPart]] = {}
    for op, part in by_op.items():
        modules.setdefault(op.module, set()).add(part)
    alone = {path: next(iter(parts)) for path, parts in modules.items() if path and len(parts) == 1}
    around = dict.fromkeys(_around_attention(query, modules), CostPart.PROJECTIONS)
    return CostParts(by_place, {**dict(_mixing(query, set(modules))), **alone, **around})


def _around_attention(query: Query, modules: Mapping[str, set[CostPart]]) -> Iterator[str]:
    """Modules of attentions with nothing else inside: a projection there that nothing else names makes queries, keys or
    values by way of another (a low rank)."""
    for path in {one.module for one in query.facts(attentions)} - {""}:
        inside = [parts for module, parts in modules.items() if is_inside(module, path)]
        if set().union(*inside) <= _OF_ATTENTION:
            yield path


def _named(query: Query) -> Iterator[tuple[Op, CostPart]]:
    """Operations of recognised structures; the first part that names one counts."""
    yield from ((router.projection.op, CostPart.ROUTER) for router in query.facts(routers))
    for attention in query.facts(attentions):
        yield from _of_attention(attention)
    layers = query.get(layer_paths)
    for one in query.facts(feed_forwards):
        for projection in (*one.up, one.down):
            within = not layers.isdisjoint(query.tree.ancestors(projection.module))
            part = CostPart.EXPERTS if one.expert else CostPart.FEED_FORWARD if within else CostPart.OTHER
            yield projection.op, part
    yield from ((head.linear, CostPart.HEAD) for head in query.facts(heads))
    yield from ((one.op, CostPart.EXPERTS) for one in query.facts(projections) if one.expert)


def _of_attention(attention: Attention) -> Iterator[tuple[Op, CostPart]]:
    yield attention.scores, CostPart.SCORES
    yield attention.product, CostPart.VALUES
    branches = (attention.query, attention.key, attention.value)
    made: list[Projection] = [one for branch in branches for one in branch.projections]
    if attention.output.projection is not None:
        made.append(attention.output.projection)
    yield from ((one.op, CostPart.PROJECTIONS) for one in made)


def _mixing(query: Query, named: set[str]) -> Iterator[tuple[str, CostPart]]:
    """Modules that mix positions by something else than attention, with everything inside of them."""
    for stack in query.facts(stacks):
        for residual in (one for layer in stack.layers for one in layer.residuals):
            kinds = mixers(query, residual.region) - {Mixer.NONE, Mixer.MLP}
            if not kinds or Mixer.ATTENTION in kinds:
                continue
            paths = {op.module for op in residual.region}
            yield from ((path, CostPart.MIXER) for path in paths if path and path not in named)
