"""The structures that a predicate can name, and which of them read the output of which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from analyzer.facts.attention.attention import attentions
from analyzer.facts.attention.branches import Branch
from analyzer.facts.dataflow.projections import projections
from analyzer.facts.embedding_and_head.embedding import embeddings
from analyzer.facts.embedding_and_head.head import heads
from analyzer.facts.feed_forward.feed_forward import feed_forwards
from analyzer.facts.feed_forward.routers import routers
from analyzer.facts.norms.norms import norms
from analyzer.facts.residual.residual import residuals
from analyzer.facts.rotary.rotary import rotaries
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query


@dataclass(frozen=True, slots=True, eq=False)
class Occurrence:
    """One structure in the graph. Data enters it through the operations ``starts`` and leaves it through ``end``."""

    name: str
    starts: tuple[Op, ...]
    end: Op

    @property
    def module(self) -> str:
        return self.end.module


Finder: TypeAlias = Callable[[Query], Iterable[tuple[Iterable[Op], Op]]]


def _attentions(query: Query) -> Iterator[tuple[Iterable[Op], Op]]:
    for one in query.facts(attentions):
        entries = [entry for branch in (one.query, one.key, one.value) for entry in _entries(branch)]
        yield entries, one.output.projection.output if one.output.projection else one.product


def _entries(branch: Branch) -> Iterable[Op]:
    return [projection.op for projection in branch.projections] or [branch.end]


def _feed_forwards(query: Query) -> Iterator[tuple[Iterable[Op], Op]]:
    for one in query.facts(feed_forwards):
        yield [projection.op for projection in one.up], one.down.output


def _of_kind(*kinds: OpKind) -> Finder:
    return lambda query: (((op,), op) for op in query.ops(*kinds))


_FINDERS: Mapping[str, Finder] = {
    "attention": _attentions,
    "dropout": _of_kind(OpKind.DROPOUT),
    "embedding": lambda query: (((one.lookup,), one.lookup) for one in query.facts(embeddings)),
    "feed_forward": _feed_forwards,
    "head": lambda query: (((one.linear,), one.result) for one in query.facts(heads)),
    "norm": lambda query: (((one.statistic.op, one.core), one.output) for one in query.facts(norms)),
    "projection": lambda query: (((one.op,), one.output) for one in query.facts(projections)),
    "residual": lambda query: (((one.add,), one.add) for one in query.facts(residuals)),
    "rope": lambda query: (((one.input,), one.output) for one in query.facts(rotaries)),
    "router": lambda query: (((one.projection.op,), one.choice) for one in query.facts(routers)),
    "softmax": _of_kind(OpKind.SOFTMAX),
    "topk": _of_kind(OpKind.TOPK),
}
STRUCTURES: tuple[str, ...] = tuple(_FINDERS)

_WALLS = Group.PRODUCT | Group.NORMALISATION | {OpKind.ATTENTION, OpKind.SOFTMAX, OpKind.TOPK, OpKind.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every structure of one name, as a question to a model."""

    name: str

    def __call__(self, query: Query) -> tuple[Occurrence, ...]:
        found = _FINDERS[self.name](query)
        return tuple(Occurrence(self.name, tuple(starts), end) for starts, end in found)


def directly_after(query: Query, earlier: Occurrence, later: Occurrence) -> bool:
    """Whether ``later`` reads the output of ``earlier`` directly.

    Projections, products, softmax, norms and additions to the residual stream must not lie in between; reshapes,
    casts and the like may.
    """
    if earlier.end.index > later.end.index or earlier.end is later.end:
        return False
    starts, walls = frozenset(later.starts), query.get(_walls)
    reached, stack = {earlier.end}, [earlier.end]
    while stack and starts.isdisjoint(reached):
        op = stack.pop()
        if op in walls and op is not earlier.end:
            continue
        users = [user for user in query.users(op) if user not in reached and user.index <= later.end.index]
        reached.update(users)
        stack.extend(users)
    return not starts.isdisjoint(reached)


def _walls(query: Query) -> frozenset[Op]:
    cores = {norm.core for norm in query.facts(norms)}
    adds = {one.add for one in query.facts(residuals)}
    return frozenset(query.ops(*_WALLS)) | cores | adds
