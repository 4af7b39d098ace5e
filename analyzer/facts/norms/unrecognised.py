"""What may be a normalisation in an arithmetic that no norm is known by: a tensor times or over a measure of itself."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from analyzer.facts.dataflow.layout import WRAPPING, unwrap
from analyzer.facts.dataflow.learned import weight_side
from analyzer.facts.norms.operations import norm_of_operation
from analyzer.graph import Op, OpKind
from analyzer.query import Query, constant_side, sides

_MEASURES = frozenset(
    {
        OpKind.SUM,
        OpKind.MEAN,
        OpKind.VAR,
        OpKind.STD,
        OpKind.NORM,
        OpKind.AMAX,
        OpKind.AMIN,
        OpKind.PROD,
        OpKind.REDUCE,
    }
)
_PRODUCTS = frozenset({OpKind.MATMUL, OpKind.EINSUM})
"""A sum of squares may be a product of a vector with itself."""
_WAY = (
    WRAPPING
    | _MEASURES
    | {
        OpKind.ADD,
        OpKind.SUB,
        OpKind.MUL,
        OpKind.DIV,
        OpKind.POW,
        OpKind.NEG,
        OpKind.ABS,
        OpKind.SQRT,
        OpKind.RSQRT,
        OpKind.RECIPROCAL,
        OpKind.SQUARE,
        OpKind.EXP,
        OpKind.LOG,
        OpKind.MAXIMUM,
        OpKind.MINIMUM,
        OpKind.CLAMP,
        OpKind.WHERE,
        OpKind.TRANSPOSE,
        OpKind.ELEMENTWISE,
    }
)


def unrecognised_norms(query: Query) -> Mapping[Op, Op]:
    """For each product or quotient that may normalise and is part of no norm: what it would normalise."""
    known = query.get(norm_of_operation)
    found: dict[Op, Op] = {}
    for op in query.ops(OpKind.MUL, OpKind.DIV):
        if op not in known and op.outputs[0].dtype.is_floating and (source := _normalised(query, op)) is not None:
            found[op] = source
    return found


def _normalised(query: Query, op: Op) -> Op | None:
    pair = sides(op)
    for value, measure in (pair, pair[::-1]) if pair and op.kind is OpKind.MUL else (pair,) if pair else ():
        if not isinstance(value, Op) or not isinstance(measure, Op) or _size(measure) >= _size(op):
            continue
        source = _carried(value)
        if any(_of(query, one, source) for one in query.sources(measure, *_MEASURES, *_PRODUCTS, through=_WAY)):
            return source
        if measure.kind in _MEASURES and _of(query, measure, source):
            return source
    return None


def _size(op: Op) -> int:
    return prod(int(size) for size in op.outputs[0].shape)


def _carried(value: Op) -> Op:
    """``value`` without casts, weights, constant factors and what is subtracted from it."""
    while True:
        value = unwrap(value)
        if value.kind in (OpKind.MUL, OpKind.DIV) and (found := constant_side(value) or weight_side(value)):
            value = found[0]
        elif (left := _shifted(value)) is not None:
            value = left
        else:
            return value


def _shifted(value: Op) -> Op | None:
    """What something smaller (a mean) is subtracted from or added to."""
    pair = sides(value) if value.kind in (OpKind.SUB, OpKind.ADD) else None
    for one, other in (pair, pair[::-1]) if pair else ():
        if isinstance(one, Op) and isinstance(other, Op) and _size(one) == _size(value) > _size(other):
            return one
    return None


def _of(query: Query, measure: Op, source: Op) -> bool:
    """Whether ``measure`` is taken of ``source`` by arithmetic on single numbers."""
    return query.reaches(source, measure, through=_WAY)
