"""What a carried state is multiplied by from one position to the next: the exponential of a logarithm that is added up.

``exp(-exp(A) * softplus(x))`` is one number for each head and position in Mamba 2, one for each channel and number of
the state in Mamba, one for each channel of the keys in Kimi Delta Attention; in Lightning Attention it is the same at
all positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import prod

from analyzer.facts.dataflow.content import content, learned_only
from analyzer.facts.dataflow.elementwise import SAMPLES, NotElementwise, evaluate, named
from analyzer.facts.dataflow.projections import projection_at
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query
from analyzer.values import origin_of


class DecaySource(StrEnum):
    """What decides a decay: the tokens, parameters alone, or numbers that are neither."""

    DATA = "data"
    LEARNED = "learned"
    FIXED = "fixed"


class DecayShare(StrEnum):
    """How many numbers of a state decay alike: all, those of a head, those of a channel, each its own way."""

    SCALAR = "scalar"
    HEAD = "per_head"
    CHANNEL = "per_channel"
    STATE = "per_channel_and_state"


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """The activation that makes the size of a step, and the bounds it is put in (each None where it is open)."""

    op: Op
    name: str
    clamp: Op | None


@dataclass(frozen=True, slots=True, eq=False)
class Decay:
    """``op`` makes the logarithm of the decay, ``exponential`` takes it back. ``step`` is None for a decay that no
    activation makes."""

    op: Op
    exponential: Op
    source: DecaySource
    share: DecayShare
    step: Step | None


VIEWS = Group.LAYOUT | {OpKind.SLICE, OpKind.SPLIT, OpKind.PAD, OpKind.FLIP}
"""What parts of a sequence are taken by."""
TO_DECAY = VIEWS | {OpKind.CUMULATIVE, OpKind.SUB, OpKind.ADD, OpKind.MASKED_FILL, OpKind.WHERE, OpKind.SUM}
"""What logarithms of decays go through until they are exponentiated."""
_THROUGH = VIEWS | {OpKind.WHERE, OpKind.MASKED_FILL}
_MULTIPLYING = frozenset({OpKind.MUL, OpKind.MATMUL, OpKind.EINSUM})
_NO_LOGARITHM = frozenset({OpKind.MAXIMUM, OpKind.AMAX, OpKind.CREATE, OpKind.TRIANGLE, OpKind.PARAMETER})
"""Kinds of what joins logarithms but is none: masks, and what keeps several exponentials from overflowing."""


def decay_of(query: Query, region: frozenset[Op]) -> Decay | None:
    """The decay of the state that ``region`` computes; None without one, or where several differ."""
    found = [one for op in sorted(region, key=lambda op: op.index) for one in query.get(_decays, op)]
    moving = [one for one in found if one.source is DecaySource.DATA] or found
    return moving[0] if moving and len({one.share for one in moving}) == 1 else None


def decay_by(query: Query, factor: Op, state: Op) -> Decay | None:
    """The decay by a ``factor`` that no token decides and ``state`` is multiplied by; None for one that tokens do."""
    source = _source(query, factor)
    if source is DecaySource.DATA:
        return None
    sizes = [int(size) for size in factor.outputs[0].shape if int(size) > 1]
    alike = [int(size) for size in state.outputs[0].shape[-len(sizes) :]] if sizes else []
    share = DecayShare.SCALAR if not sizes else DecayShare.HEAD if len(sizes) == 1 else DecayShare.CHANNEL
    return None if len(sizes) > 1 and sizes != alike else Decay(factor, factor, source, share, None)


def _decays(query: Query, exponential: Op) -> tuple[Decay, ...]:
    if exponential.kind is not OpKind.EXP or not _decays_something(query, exponential):
        return ()
    made = query.producers(exponential, TO_DECAY)
    ordered = sorted((op for op in made if op.outputs and op.outputs[0].dtype.is_floating), key=lambda op: op.index)
    decays = (_decay(query, exponential, op) for op in ordered if not _stabilises(query, op))
    return tuple(one for one in decays if one is not None)


def _stabilises(query: Query, op: Op) -> bool:
    inner = query.skip(op, VIEWS | {OpKind.NEG}) if op in query.get(content) else op
    return inner.kind in _NO_LOGARITHM


def _decays_something(query: Query, exponential: Op) -> bool:
    """Whether logarithms are added up along a chunk and multiply something, or one multiplies what the same line made
    for the position before."""
    products = [op for op in _consumers(query, exponential) if op.kind in _MULTIPLYING]
    if products and query.sources(exponential, OpKind.CUMULATIVE, through=TO_DECAY):
        return True
    return any(_continues(query, product) for product in products)


def _consumers(query: Query, exponential: Op) -> frozenset[Op]:
    """What reads the decay as it is, or with zeros where a sequence starts again."""
    carried, found = query.get(content), query.consumers(exponential, _THROUGH)
    masked = {op for op in found if op.kind is OpKind.MUL and len(carried.intersection(query.operands(op))) == 1}
    return (found - masked).union(*(query.consumers(op, _THROUGH) for op in masked))


def _continues(query: Query, product: Op) -> bool:
    """Whether ``product`` has a factor that was added up at the line that it is added at itself."""
    lines = {(op.module, op.span) for op in query.consumers(product, Group.CAST) if op.kind is OpKind.ADD}
    earlier = (query.skip(one, Group.LAYOUT) for one in query.operands(product))
    return any((one.module, one.span) in lines for one in earlier if one.kind is OpKind.ADD)


def _decay(query: Query, exponential: Op, op: Op) -> Decay | None:
    inner = _inner_width(query, exponential)
    source = _source(query, op)
    if inner is None or (source is DecaySource.LEARNED and exponential not in query.get(content)):
        return None  # a rate that a step is still to multiply
    return Decay(op, exponential, source, _share(op, inner), _step(query, op))


def _source(query: Query, op: Op) -> DecaySource:
    if op in query.get(content):
        return DecaySource.DATA
    return DecaySource.LEARNED if op in query.get(learned_only) else DecaySource.FIXED


def _inner_width(query: Query, exponential: Op) -> int | None:
    """Features of a token behind the state, as the next projection reads them."""
    projection_of = query.get(projection_at)
    stack, seen = [exponential], {exponential}
    reached: list[Op] = []
    while stack:
        for user in query.users(stack.pop()):
            if user in seen:
                continue
            seen.add(user)
            if user in projection_of:
                reached.append(user)
            elif user.kind is not OpKind.LINEAR:
                stack.append(user)
    first = min(reached, key=lambda op: op.index, default=None)
    return projection_of[first].in_width if first is not None else None


def _share(op: Op, inner: int) -> DecayShare:
    """How many numbers a token has for its decay, against its ``inner`` features."""
    own = prod(int(size) for size in op.outputs[0].shape if not _of_input(size))
    if own == 1:
        return DecayShare.SCALAR
    if own < int(inner):
        return DecayShare.HEAD
    return DecayShare.CHANNEL if own == int(inner) else DecayShare.STATE


def _of_input(size: int) -> bool:
    """Whether a size is that of the batch or of a sequence."""
    origin = origin_of(size)
    return origin is not None and bool(origin.symbols)


def _step(query: Query, op: Op) -> Step | None:
    """The activation on the way to the logarithm ``op``, by arithmetic alone."""
    clamps: list[Op] = []
    stack, seen = [op], {op}
    while stack:
        at = stack.pop(0)
        if (name := _activation(query, at)) is not None:
            return Step(at, name, clamps[0] if clamps else None)
        if at.kind is OpKind.CLAMP:
            clamps.append(at)
        if at.kind in _STEP_WAY:
            inner = [one for one in query.operands(at) if one in query.get(content) and one not in seen]
            seen.update(inner)
            stack += inner
    return None


_STEP_WAY = VIEWS | {OpKind.MUL, OpKind.DIV, OpKind.NEG, OpKind.CLAMP}
_WRITTEN_OUT = frozenset({OpKind.WHERE, OpKind.LOG, OpKind.EXP, OpKind.ELEMENTWISE, OpKind.ADD, OpKind.COMPARE})


def _activation(query: Query, op: Op) -> str | None:
    """The name of the activation that ``op`` applies, in one call or written out; None if it does not."""
    if op.kind in Group.ACTIVATION:
        return op.name if op.kind is OpKind.ACTIVATION else op.kind.value
    if op.kind not in (OpKind.WHERE, OpKind.LOG, OpKind.ELEMENTWISE):
        return None
    inside = {op} | query.above(op, _WRITTEN_OUT | Group.LAYOUT)
    leaves = {one for step in inside for one in query.operands(step) if one in query.get(content)} - inside
    try:
        return named(evaluate(op, {(leaf, 0): SAMPLES for leaf in leaves})) if len(leaves) == 1 else None
    except NotElementwise:
        return None
