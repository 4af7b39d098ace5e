"""The sizes of latent attention: ranks that queries, keys and values are expanded from, and the parts of a head."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.facts.attention.attention import Attention
from analyzer.facts.attention.branches import Branch
from analyzer.facts.attention.contraction import contraction
from analyzer.facts.attention.details import latent, projections_above
from analyzer.facts.dataflow.projections import Projection
from analyzer.graph import Op
from analyzer.query import Query
from analyzer.values import origin_of


@dataclass(frozen=True, slots=True, eq=False)
class LatentSizes:
    """Sizes of one latent attention.

    ``down`` makes the vector of size ``rank`` that keys and values are expanded from (and may make more: a rotated part
    of the keys). ``query_down`` makes the vector of ``query_rank`` that queries are expanded from; both are None where
    queries are projected at once. ``rope`` features of a query head are rotated and ``nope`` are not; ``value`` is
    the size of a value head, None where it is not known. ``turned`` is the rotation, None without one.
    """

    down: Projection
    rank: int
    query_down: Projection | None
    query_rank: int | None
    rope: int
    nope: int
    value: int | None
    turned: Op | None


def latent_sizes(query: Query, attention: Attention) -> LatentSizes | None:
    """The sizes of ``attention``; None where keys and values are not expanded from one vector."""
    down = latent(query, attention)
    if down is None:
        return None
    turned = attention.query.rotaries or attention.key.rotaries
    features = sum({one.first: one.rotated for one in turned}.values())
    first = turned[0].output if turned else None
    expanding = _expanding(query, attention.value, down)
    narrow = _narrow(query, attention.query)
    return LatentSizes(
        down=down,
        rank=expanding.in_width if expanding else down.out_width,
        query_down=narrow[0] if narrow else None,
        query_rank=narrow[1].in_width if narrow else None,
        rope=_written(attention, features, first, rotated=True),
        nope=_written(attention, int(attention.head_dim) - features, first, rotated=False),
        value=_value_size(attention),
        turned=first,
    )


def _expanding(query: Query, side: Branch, down: Projection) -> Projection | None:
    """The projection of a branch that expands what ``down`` makes."""
    return next((one for one in side.projections if down in projections_above(query, one.input)), None)


def _narrow(query: Query, side: Branch) -> tuple[Projection, Projection] | None:
    """(the projection to a low rank, the one that expands it) of queries, None where one matrix makes them."""
    for one in side.projections:
        for down in projections_above(query, one.input):
            if int(one.in_width) < int(down.in_width):
                return down, one
    return None


def _written(attention: Attention, size: int, turned: Op | None, *, rotated: bool) -> int:
    """``size`` with the fields that it is written with, where queries have an axis of that size.

    The part that is ``rotated`` and the other one can be equally large: the fields of the rotation tell them apart.
    """
    own = _fields(turned.outputs[0].shape[-1]) if turned is not None else frozenset()
    whole = _fields(attention.head_dim)
    found = []
    for step in sorted(attention.query.steps, key=lambda op: op.index):
        for axis in (output.shape[-1] for output in step.outputs if output.shape):
            origin = origin_of(axis)
            if int(axis) == size and origin is not None and origin.fields and not origin.symbols:
                fits = origin.fields <= own if rotated else not origin.fields & own
                found.append((not fits, not origin.fields <= whole, len(origin.expression), axis))
    return min(found, key=lambda one: one[:3])[-1] if found else size


def _fields(size: int) -> frozenset[str]:
    origin = origin_of(size)
    return origin.fields if origin is not None else frozenset()


def _value_size(attention: Attention) -> int | None:
    """Features of one value head; None where the product does not tell."""
    value = attention.value
    found = contraction(attention.product)
    if found is None:
        return value.end.outputs[value.output].shape[-1] if attention.fused else None
    return found.columns if found.right.source is value.end else found.rows
