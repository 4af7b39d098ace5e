"""Residual streams that are several: a branch reads a weighted sum of them and is added to each with a weight."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.facts.dataflow.layout import uncast
from analyzer.facts.residual.scaling import CARRY, strip_scales
from analyzer.graph import Op, OpKind
from analyzer.query import Query, sides


def spread(query: Query, op: Op) -> tuple[Op, Op] | None:
    """(branch before it is spread, streams) where ``op`` adds a branch, weighted for each stream, to the streams."""
    shape = op.outputs[0].shape
    if len(shape) < 3 or shape[-2] < 2:
        return None
    sources = [operand.source for operand in op.operands]
    for branch, carried in (sources, sources[::-1]):
        value = _weighted(strip_scales(query, branch).root, shape)
        streams = _mixed(query, carried, shape)
        if value is not None and streams is not None:
            return value, streams
    return None


def _weighted(op: Op, shape: tuple[int, ...]) -> Op | None:
    """``value`` where ``op`` multiplies ``value`` (one row) by a weight for each stream (one column)."""
    pair = sides(op) if op.kind is OpKind.MUL else None
    for value, weight in (pair, pair[::-1]) if pair else ():
        if not isinstance(value, Op) or not isinstance(weight, Op):
            continue
        rows, columns = value.outputs[0].shape[-2:], weight.outputs[0].shape[-2:]
        if tuple(rows) == (1, shape[-1]) and tuple(columns) == (shape[-2], 1):
            return value
    return None


def _mixed(query: Query, op: Op, shape: tuple[int, ...]) -> Op | None:
    """The streams themselves, or what is mixed where ``op`` multiplies them by a square matrix."""
    op = uncast(op)
    if op.kind is not OpKind.MATMUL:
        return op
    square = (shape[-2], shape[-2])
    for weight, value in zip(op.operands, op.operands[::-1], strict=False):
        if tuple(weight.source.outputs[weight.output].shape[-2:]) == square and weight is not value:
            return value.source
    return None


_SUMS = frozenset({OpKind.SUM, OpKind.MEAN, OpKind.MATMUL, OpKind.EINSUM, OpKind.SQUEEZE})


def collapsed(query: Query, streams: Op, among: Iterable[Op]) -> tuple[Op, ...]:
    """The sums over the streams (of the streams' shape without the axis before the last) among some operations."""
    shape = streams.outputs[0].shape
    target = (*shape[:-2], shape[-1])
    return tuple(
        op for op in among if op.kind in _SUMS and op.outputs[0].shape == target and _reads(query, op, streams)
    )


def _reads(query: Query, op: Op, streams: Op) -> bool:
    """Whether ``op`` is computed from the streams by weights alone."""
    steps = {op, *query.above(op, within=CARRY | {OpKind.MUL})}
    return any(streams in query.operands(step) for step in steps)
