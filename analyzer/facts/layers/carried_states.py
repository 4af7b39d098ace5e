"""What a layer carries along positions in place of keys and values: the state, what decays it, and by what rule.

State-space models, gated linear attention and delta rules have one form, ``state = decay * state + update``. They
differ in what the decay is computed from, in how many numbers of the state share one, and in the update: the delta rule
first takes away what the state already holds for a key (Yang, Wang, Shen, Panda, Kim 2024, arXiv:2406.06484).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import prod

from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.layout import counts_tokens
from analyzer.facts.dataflow.projections import projection_at
from analyzer.facts.layers.caches import CacheKind, Kept, kept
from analyzer.facts.layers.decays import TO_DECAY, VIEWS, Decay, DecaySource, decay_by, decay_of
from analyzer.facts.mixers.mixers import Mixer, mixers
from analyzer.facts.stacks.stacks import Layer, stacks
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query


class Update(StrEnum):
    """How a state takes in a new token: something is added, or added after what is stored for its key is taken away."""

    ADD = "add"
    DELTA = "delta"


@dataclass(frozen=True, slots=True, eq=False)
class CarriedState:
    """The state of one layer.

    ``kept`` is the state as it is left in the cache, None where the call keeps none. ``shape`` are its sizes for one
    sequence: for each head, keys by values. ``heads`` is None for a state without heads, ``groups`` the number of
    distinct keys that heads share. ``filter`` is the convolution along positions before it, and ``width`` how many
    positions that sees. ``chunk`` is the number of positions that are worked on at once. None stands for what the
    code does not show.
    """

    module: str
    mixer: Mixer
    kept: Kept | None
    heads: int | None
    groups: int | None
    update: Update | None
    filter: Op | None
    decay: Decay | None
    chunk: int | None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.kept.op.outputs[0].shape[1:] if self.kept is not None else ()

    @property
    def width(self) -> int | None:
        weight = self.filter.operand("weight") if self.filter is not None else None
        return weight.outputs[0].shape[-1] if weight is not None else None


_CARRYING = (Mixer.SSM, Mixer.LINEAR_ATTENTION, Mixer.RECURRENT)


def carried_states(query: Query) -> tuple[CarriedState, ...]:
    """The states of all layers that carry one, in order of execution."""
    layers = (layer for stack in query.facts(stacks) for layer in stack.layers)
    return tuple(found for layer in layers for found in _of_layer(query, layer))


def _of_layer(query: Query, layer: Layer) -> Iterator[CarriedState]:
    for residual in layer.residuals:
        kinds = mixers(query, residual.region)
        mixer = next((one for one in _CARRYING if one in kinds), None)
        if mixer is not None:
            yield _state(query, mixer, residual.region, layer.path)


def _state(query: Query, mixer: Mixer, region: frozenset[Op], layer: str) -> CarriedState:
    ordered = sorted(region, key=lambda op: op.index)
    filtered = next((op for op in ordered if _filters(op)), None)
    decay = decay_of(query, region)
    stored = _stored(query, layer, decay, filtered)
    mixing = next((op for op in ordered if _mixing(query, op)), ordered[0])
    told = decay.exponential if decay is not None else stored.op if stored is not None else mixing
    summed = _sum(query, stored) if stored is not None else None
    if decay is None and summed is not None:
        decay = decay_by(query, summed.factor, summed.before)
    shape = stored.op.outputs[0].shape[1:] if stored is not None else ()
    heads = shape[0] if len(shape) > 2 else None
    return CarriedState(
        module=told.module,
        mixer=mixer,
        kept=stored,
        heads=heads,
        groups=_groups(query, region, heads) if heads is not None else None,
        update=_update(query, summed) if summed is not None else None,
        filter=filtered,
        decay=decay,
        chunk=_chunk(query, decay) if decay is not None and decay.source is DecaySource.DATA else None,
    )


def _filters(op: Op) -> bool:
    """Whether ``op`` is a convolution along positions that keeps channels (or groups of them) apart."""
    groups = op.arguments.get("groups", 1)
    weight = op.operand("weight") if op.kind is OpKind.CONV else None
    return weight is not None and isinstance(groups, int) and int(groups) > 1 and int(weight.outputs[0].shape[-1]) > 1


def _mixing(query: Query, op: Op) -> bool:
    return op.kind in (OpKind.MATMUL, OpKind.EINSUM) and op not in query.get(projection_at)


def _stored(query: Query, layer: str, decay: Decay | None, filtered: Op | None) -> Kept | None:
    """The state that is left in the cache, not the last inputs of a convolution."""
    own = [one for one in query.facts(kept) if one.kind is CacheKind.STATE and one.layer == layer]
    if decay is not None and decay.source is DecaySource.DATA:
        own = [one for one in own if query.reaches(decay.op, one.op)]
    elif filtered is not None:
        own = [one for one in own if query.reaches(filtered, one.op)]
    return own[0] if len(own) == 1 else None


def _groups(query: Query, region: frozenset[Op], heads: int) -> int:
    """How many of ``heads`` have keys of their own: fewer where something is repeated for several."""
    for op in sorted(region, key=lambda op: op.index):
        if op.kind not in (OpKind.REPEAT, OpKind.EXPAND) or op not in query.get(content):
            continue
        before, after = op.operands[0].source.outputs[op.operands[0].output].shape, op.outputs[0].shape
        if len(before) != len(after):
            continue
        for place, (own, grown) in enumerate(zip(before, after, strict=True)):
            if op.kind is OpKind.REPEAT and int(own) < int(grown) == int(heads):
                return own
            if place and int(own) == 1 < int(grown) and int(before[place - 1]) * int(grown) == int(heads):
                return before[place - 1]
    return heads


@dataclass(frozen=True, slots=True, eq=False)
class _Sum:
    """A state as the sum of what is left of the ``before`` one, times ``factor``, and of something ``new``."""

    before: Op
    factor: Op
    new: Op


def _sum(query: Query, stored: Kept) -> _Sum | None:
    """The sum that a state is made by, None where none is seen."""
    added = query.skip(_written(stored.op), Group.LAYOUT | {OpKind.SLICE})
    if added.kind is not OpKind.ADD or len(added.operands) != 2:
        return None
    for carried, new in (added.operands, added.operands[::-1]):
        if carried.source.kind is OpKind.MUL and len(factors := query.operands(carried.source)) == 2:
            factor, before = sorted(factors, key=lambda one: (not _is_factor(query, one), _numbers(one)))
            if _is_factor(query, factor) or _numbers(before) > _numbers(factor):
                return _Sum(before, factor, new.source)
    return None


def _is_factor(query: Query, op: Op) -> bool:
    """Whether ``op`` is an exponential, seen through views."""
    return query.skip(op, VIEWS).kind is OpKind.EXP


def _numbers(op: Op) -> int:
    return prod(int(size) for size in op.outputs[0].shape)


def _update(query: Query, found: _Sum) -> Update:
    """Whether what the state before holds for a key is taken away from what is added."""
    between = query.within(found.before, found.new) | {found.new}
    taken = any(op.kind is OpKind.SUB and query.reaches(found.before, op) for op in between)
    return Update.DELTA if taken else Update.ADD


def _written(copied: Op) -> Op:
    """What is copied into a cache."""
    source = copied.operand("src")
    return source if source is not None else copied


def _chunk(query: Query, decay: Decay) -> int | None:
    """How many positions decays are added up over, None where it is the whole sequence or one after the other."""
    for op in sorted(query.sources(decay.exponential, OpKind.CUMULATIVE, through=TO_DECAY), key=lambda op: op.index):
        dim = op.arguments.get("dim")
        size = op.outputs[0].shape[dim] if isinstance(dim, int) else 0
        if int(size) > 1 and not counts_tokens(size):
            return size
    return None
