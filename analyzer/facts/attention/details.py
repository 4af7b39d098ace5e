"""Answers to single questions about one attention."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import prod

from analyzer.facts.attention.attention import Attention
from analyzer.facts.attention.branches import Branch, norm_at
from analyzer.facts.dataflow.content import learned_only
from analyzer.facts.dataflow.element_map import nonempty
from analyzer.facts.dataflow.learned import learned, weight_side
from analyzer.facts.dataflow.projections import Projection, projection_at
from analyzer.facts.norms.norms import Norm
from analyzer.graph import Dtype, Group, Op, OpKind
from analyzer.query import Query, constant_side


class KeyValueHeads(StrEnum):
    """Key/value heads against query heads; ``mla``: keys and values are expanded from one low-rank vector."""

    MHA = "mha"
    GQA = "gqa"
    MQA = "mqa"
    MLA = "mla"


def kv_kind(query: Query, attention: Attention) -> KeyValueHeads | None:
    """None where the numbers of heads are not known."""
    if latent(query, attention) is not None:
        return KeyValueHeads.MLA
    heads, own = attention.heads, attention.kv_heads
    if heads is None or own is None:
        return None
    if int(own) == int(heads):
        return KeyValueHeads.MHA
    return KeyValueHeads.MQA if int(own) == 1 else KeyValueHeads.GQA


def latent(query: Query, attention: Attention) -> Projection | None:
    """The projection to the low-rank vector that both keys and values are expanded from, None if there is none.

    What another sequence was projected to before it is attended to is no such vector, nor is a shorter sequence that a
    strided convolution makes.
    """
    if crosses(query, attention):
        return None
    keys = _sources(query, attention.key)
    values = _sources(query, attention.value)
    queries = _sources(query, attention.query) | set(attention.query.projections)
    shared = (keys & values) - queries
    down = [one for one in shared if not _joins_positions(one)]
    down = [one for one in down if int(one.out_width) < int(one.in_width) or len(down) == 1]
    return min(down, key=lambda one: one.op.index, default=None)


def _joins_positions(projection: Projection) -> bool:
    """Whether a projection is a convolution that sees more than one position."""
    shape = projection.weight.outputs[0].shape
    return projection.op.kind is OpKind.CONV and prod(int(size) for size in shape[2:]) > 1


def _sources(query: Query, side: Branch) -> set[Projection]:
    """Projections one step above those of a branch: what its projections read, through norms and selections."""
    found: set[Projection] = set()
    for projection in side.projections:
        found |= projections_above(query, projection.input)
    return found


_LATENT_WAY = Group.LAYOUT | Group.SELECTION | {OpKind.MUL}


def projections_above(query: Query, op: Op) -> set[Projection]:
    """The projection that ``op`` is the result of, up to norms, layout, selections and factors; empty for none."""
    projection_of, norm_of = query.get(projection_at), query.get(norm_at)
    while op not in projection_of:
        if op in norm_of:
            op = norm_of[op].input
        elif op.kind in _LATENT_WAY and op.operands:
            op = op.operands[0].source
        elif op.kind is OpKind.CAT and len(parts := nonempty(op)) == 1:
            op = parts[0].source
        else:
            return set()
    return {projection_of[op]}


def crosses(query: Query, attention: Attention) -> bool:
    """Whether keys come from another sequence than queries."""
    first, second = (_roots(query, _inputs(side)) for side in (attention.query, attention.key))
    return not first & second


def _inputs(side: Branch) -> list[Op]:
    return [projection.input for projection in side.projections] + list(side.others)


def _roots(query: Query, ops: list[Op]) -> set[Op]:
    """What ``ops`` were made from by projections and norms: the activations that a layer reads."""
    projection_of, norm_of = query.get(projection_at), query.get(norm_at)
    roots: set[Op] = set()
    seen: set[Op] = set()
    while ops:
        op = ops.pop()
        if op in seen:
            continue
        seen.add(op)
        if op in projection_of:
            ops.append(projection_of[op].input)
        elif op in norm_of:
            ops.append(norm_of[op].input)
        elif op.kind in _LATENT_WAY and op.operands:
            ops.append(op.operands[0].source)
        elif op.kind is OpKind.CAT:
            ops += query.operands(op)
        else:
            roots.add(op)
    return roots


# -- norms of queries and keys --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueryKeyNorm:
    """``per_head``: one head at a time, else all heads together. ``after_rotary`` is None without a rotation."""

    norm: Norm
    per_head: bool
    after_rotary: bool | None


def query_key_norm(query: Query, attention: Attention) -> QueryKeyNorm | None:
    """The norm of the queries (of the keys, if only those have one) between projection and product."""
    for side in (attention.query, attention.key):
        whole = [norm for norm in side.norms if _covers(query, norm, side)]
        if whole:
            norm = whole[-1]
            per_head = int(norm.statistic.width) <= int(attention.head_dim)
            turned = [rotary.output.index for rotary in side.rotaries]
            return QueryKeyNorm(norm, per_head, norm.core.index > max(turned) if turned else None)
    return None


def _covers(query: Query, norm: Norm, side: Branch) -> bool:
    """Whether all features of the branch, not only those that are rotated, are normalised: by ``norm``, or by it and
    others that take the other parts of the same tensor."""
    whole = _whole(query, norm)
    parts = {
        id(one.core): one
        for one in side.norms
        if one.statistic.width == norm.statistic.width and _whole(query, one) is whole
    }
    return sum(prod(int(size) for size in one.output.outputs[0].shape) for one in parts.values()) >= side.distinct


def _whole(query: Query, norm: Norm) -> Op:
    return query.skip(norm.input, _PARTED)


_PARTED = Group.LAYOUT | {OpKind.SPLIT, OpKind.SLICE}


# -- projections ----------------------------------------------------------------------------------------------------


def biases(attention: Attention) -> dict[str, bool]:
    """Whether queries, keys and values (``q``, ``k``, ``v``) get a bias; without those that have no projection."""
    sides = {"q": attention.query, "k": attention.key, "v": attention.value}
    return {
        letter: any(projection.bias is not None for projection in side.projections) or _shifted(side)
        for letter, side in sides.items()
        if side.projections
    }


def _shifted(side: Branch) -> bool:
    """Whether a learned vector is added to a branch after its projection."""
    own = {projection.output for projection in side.projections}
    added = (weight_side(step) for step in side.steps if step.kind is OpKind.ADD and step not in own)
    return any(found is not None and found[0] in side.steps for found in added)


def fused(attention: Attention) -> tuple[Projection, ...]:
    """Projections that make queries, keys and values at once."""
    return tuple(
        projection
        for projection in attention.query.projections
        if projection in attention.key.projections and projection in attention.value.projections
    )


# -- scores ---------------------------------------------------------------------------------------------------------


def sinks(query: Query, attention: Attention) -> Op | None:
    """The operation that puts learned logits beside the scores."""
    for step in attention.steps:
        if step.kind is OpKind.CAT and any(is_learned(query, operand.source) for operand in step.operands):
            return step
    return _beside_sum(query, attention)


def _beside_sum(query: Query, attention: Attention) -> Op | None:
    """Where the logarithm of the softmax's sum is compared with a learned logit, which scales the result: the same as
    one more logit in the sum."""
    for op in query.users(attention.softmax.operands[0].source):
        if op.kind is OpKind.REDUCE and op.name == "logsumexp":
            for user in query.consumers(op, Group.LAYOUT):
                if user.kind is OpKind.SUB and any(is_learned(query, one) for one in query.operands(user)):
                    return user
    return None


def is_learned(query: Query, op: Op) -> bool:
    """Whether ``op`` is a parameter or computed from parameters alone."""
    return learned(op) is not None or op in query.get(learned_only)


def upcast(attention: Attention) -> Op | None:
    """The operation that makes the softmax run in float32 (or wider) by its own word; None if nothing does."""
    softmax = attention.softmax
    if softmax.arguments.get("dtype") in (Dtype.FLOAT32, Dtype.FLOAT64):
        return softmax
    if softmax.outputs and _half_scores(attention):
        return softmax if softmax.outputs[0].dtype is Dtype.FLOAT32 else None
    for step in reversed(attention.steps):
        if step.kind is OpKind.CAST:
            return step if step.arguments.get("dtype") in (Dtype.FLOAT32, Dtype.FLOAT64) else None
    return _early_upcast(attention)


def _half_scores(attention: Attention) -> bool:
    """Whether the model's own type has half precision, so that a cast to float32 shows in the types."""
    projection = next(iter(attention.query.projections), None)
    return projection is not None and projection.op.outputs[0].dtype in (Dtype.BFLOAT16, Dtype.FLOAT16)


def _early_upcast(attention: Attention) -> Op | None:
    """The cast of both queries and keys before their product."""
    found = [_last_cast(attention, side) for side in (attention.query, attention.key)]
    return found[0] if all(found) else None


def _last_cast(attention: Attention, side: Branch) -> Op | None:
    """A cast to float32 that nothing but changes of layout follow."""
    op = side.end
    while op in side.steps and op.kind in Group.LAYOUT:
        if op.kind is OpKind.CAST and op.arguments.get("dtype") is not None:
            turned = [rotary.output.index for rotary in side.rotaries]
            explicit = op.arguments.get("dtype") is Dtype.FLOAT32
            return op if explicit and not any(index > op.index for index in turned) and not turned else None
        op = op.operands[0].source
    return None


# -- factors of one -------------------------------------------------------------------------------------------------


def factors_of_one(query: Query, attention: Attention) -> tuple[tuple[Op, int | float], ...]:
    """Multiplications of scores, queries or keys by one, which scale nothing, with the one."""
    steps = {attention.scores, *attention.steps, *attention.query.steps, *attention.key.steps}
    found = sorted({op for step in steps for op in query.left_out(step)}, key=lambda op: op.index)
    pairs = ((op, constant_side(op)) for op in found if op.kind in (OpKind.MUL, OpKind.DIV))
    return tuple((op, pair[1]) for op, pair in pairs if pair is not None)
