"""Tensors that join attention scores on their way to the softmax, and what positions contribute with them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from analyzer.facts.attention.attention import Attention
from analyzer.facts.dataflow.content import content
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, constant_side, number, sides


class PositionKind(StrEnum):
    """How positions enter the scores of an attention."""

    ROPE = "rope"
    LEARNED = "learned"
    SINUSOIDAL = "sinusoidal"
    ALIBI = "alibi"
    RELATIVE_BIAS = "relative_bias"
    RELATIVE = "relative"
    CONV = "conv"


def score_terms(query: Query, attention: Attention) -> tuple[Op, ...]:
    """What joins the scores between their product and the softmax; a sum (of a bias and a mask) as its parts."""
    return tuple(dict.fromkeys(one for part in _joining(attention) for one in _summands(query, part)))


def _joining(attention: Attention) -> tuple[Op, ...]:
    if attention.fused:
        return tuple(operand.source for operand in attention.scores.operands if operand.slot == "attn_mask")
    own = {attention.scores, *attention.steps}
    last = [attention.softmax] if attention.softmax not in own else []
    found = [operand.source for step in (*attention.steps, *last) for operand in step.operands]
    inside = [operand.source for operand in attention.scores.operands if operand.slot in ("input", "bias")]
    direct = inside if attention.scores.operand("batch1") is not None else []
    return tuple(dict.fromkeys(op for op in (*found, *direct) if op not in own))


def _summands(query: Query, part: Op) -> list[Op]:
    """``part``, or the parts of the sum that it is."""
    inner = query.skip(part, Group.LAYOUT)
    if inner.kind is not OpKind.ADD or inner in query.get(content) or constant_side(inner) is not None:
        return [part]
    return [one for source in query.operands(inner) for one in _summands(query, source)]


def positional_above(query: Query, parts: Iterable[Op]) -> frozenset[Op]:
    """``parts`` and everything above them that carries no content."""
    carried = query.get(content)
    found: set[Op] = set()
    stack = list(parts)
    while stack:
        op = stack.pop()
        if op in found or (op in carried and op.kind not in _FROM_INPUT):
            continue
        found.add(op)
        stack.extend(query.operands(op))
    return frozenset(found)


_FROM_INPUT = Group.LAYOUT | {OpKind.CUMULATIVE, OpKind.MASKED_FILL, OpKind.WHERE, OpKind.LOGICAL, OpKind.SLICE}
"""What masks that padding takes part in are made by; neither computes with activations."""


def score_bias(query: Query, part: Op) -> PositionKind | None:
    """What positions contribute with ``part``; None for a mask."""
    return query.get(_classified, part)


def _classified(query: Query, part: Op) -> PositionKind | None:
    if not part.outputs or not part.outputs[0].dtype.is_floating:
        return None
    region = positional_above(query, [part])
    if part in query.get(content):
        return PositionKind.RELATIVE if _product_with_positions(query, part) else None
    kinds = {op.kind for op in region}
    if OpKind.PARAMETER in kinds and _has_rows(part):
        return PositionKind.RELATIVE_BIAS
    slopes = any(op.kind is OpKind.MUL and _slope_times_position(query, op) for op in region)
    return PositionKind.ALIBI if slopes else None


def _has_rows(op: Op) -> bool:
    """Whether ``op`` has values for pairs of a query and a key."""
    shape = op.outputs[0].shape
    return len(shape) > 1 and int(shape[-1]) > 1 and int(shape[-2]) > 1


def _product_with_positions(query: Query, part: Op) -> bool:
    """Whether ``part`` is (made of) products of activations with representations of positions."""
    ways = Group.LAYOUT | Group.SELECTION | {OpKind.ADD, OpKind.MUL, OpKind.DIV, OpKind.PAD, OpKind.CAT}
    products = query.sources(part, OpKind.MATMUL, OpKind.EINSUM, through=ways)
    if part.kind in (OpKind.MATMUL, OpKind.EINSUM):
        products |= {part}
    carried = query.get(content)
    return any(any(source not in carried for source in query.operands(op)) for op in products)


def _slope_times_position(query: Query, op: Op) -> bool:
    """Whether ``op`` multiplies a tensor of several slopes by counted positions."""
    if constant_side(op) is not None or not op.outputs[0].dtype.is_floating or (pair := sides(op)) is None:
        return False
    return any(
        isinstance(slope, Op) and isinstance(other, Op) and counts(query, other) and not counts(query, slope)
        for slope, other in (pair, pair[::-1])
    ) and all(isinstance(side, Op) and number(side) is None for side in pair)


_COUNT_WAY = Group.LAYOUT | Group.SELECTION | {OpKind.ADD, OpKind.SUB, OpKind.MUL, OpKind.NEG, OpKind.ABS}


def counts(query: Query, op: Op) -> bool:
    """Whether ``op`` is made from counted positions by arithmetic with numbers."""
    if op.kind in (OpKind.ARANGE, OpKind.CUMULATIVE):
        return True
    if op.kind not in _COUNT_WAY:
        return False
    return bool(query.sources(op, OpKind.ARANGE, OpKind.CUMULATIVE, through=_COUNT_WAY))
