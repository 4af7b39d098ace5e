"""Attention within tiles: tokens are cut into groups that do not see each other, before they are projected."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from analyzer.facts.attention.attention import Attention
from analyzer.facts.dataflow.conditions import skipped
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query

_WAY = Group.LAYOUT | Group.CAST | {OpKind.PAD, OpKind.SLICE, OpKind.CAT, OpKind.ROLL}


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """``cut`` is the change of shape that cuts the axes of tokens; ``size`` is the number of tokens of one tile."""

    cut: Op
    size: int


def tiles_of(query: Query, attention: Attention) -> Tiles | None:
    """The tiles that an attention stays within; None where it sees all tokens, or where one tile holds them all.

    Images are cut along both axes: ``(2, 64, 64, 8)`` becomes ``(2, 4, 16, 4, 16, 8)``, and after the parts are put in
    order ``(2 * 4 * 4, 16 * 16, 8)``: tiles of 256 tokens.
    """
    shape = attention.softmax.outputs[0].shape if attention.softmax.outputs else ()
    keys = attention.key.projections[:1]
    if attention.fused or not shape or not keys:
        return None
    size = shape[-1]
    for op in _above(query, keys[0].op):
        inner = _inner(op)
        if inner is not None and int(size) == prod(inner):
            return Tiles(op, size)
    return None


def _above(query: Query, op: Op) -> list[Op]:
    """Changes of shape between the stream and a projection, the nearest first."""
    found: list[Op] = []
    while op.operands and (not found or op.kind in _WAY):
        op = op.operands[0].source
        if op.kind is OpKind.RESHAPE:
            found.append(op)
        elif op.kind not in _WAY:
            break
    return found


def _inner(op: Op) -> list[int] | None:
    """The sizes of the inner parts where a change of shape cuts every axis of an image, into several tiles in all."""
    source = op.operands[0]
    before = [int(size) for size in source.source.outputs[source.output].shape]
    after = [int(size) for size in op.outputs[0].shape]
    if len(before) < 4 or len(after) != 2 * len(before) - 2 or (before[0], before[-1]) != (after[0], after[-1]):
        return None
    outer, inner = after[1:-1:2], after[2:-1:2]
    cut = [one * other for one, other in zip(outer, inner, strict=True)]
    return inner if cut == before[1:-1] and prod(outer) > 1 else None


def uncut_fields(query: Query, attention: Attention) -> frozenset[str]:
    """Fields that kept an image from being cut between the stream and the projection of keys."""
    keys = attention.key.projections[:1]
    if not keys or len(keys[0].op.operands[0].source.outputs[0].shape) < 4:
        return frozenset()
    stream = query.skip(keys[0].op.operands[0].source, _WAY)
    return skipped(query, stream, keys[0].op)
