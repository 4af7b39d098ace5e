"""Layers whose keys and values other layers of the same stack use again."""

from __future__ import annotations

from analyzer.facts.attention.attention import Attention
from analyzer.facts.attention.details import projections_above
from analyzer.facts.dataflow.projections import Projection
from analyzer.facts.stacks.stacks import Layer, Stack
from analyzer.query import Query
from analyzer.query.tree import is_inside


def lender(query: Query, attention: Attention, stack: Stack) -> Layer | None:
    """The layer of ``stack`` that has projected the keys of ``attention`` (or the vector that keys and values are
    expanded from), None where its own layer has."""
    makers = {projection.op.module for projection in key_makers(query, attention)}
    others = [layer for layer in stack.layers if layer.path and not is_inside(attention.module, layer.path)]
    found = [layer for layer in others if any(is_inside(maker, layer.path) for maker in makers)]
    lent = bool(makers) and all(any(is_inside(maker, layer.path) for layer in found) for maker in makers)
    return found[-1] if lent else None


def key_makers(query: Query, attention: Attention) -> tuple[Projection, ...]:
    """What makes keys of the stream: their projections, or that to the vector that keys and values come from."""
    low = _below_both(query, attention)
    return tuple(sorted(low, key=lambda one: one.op.index)) or attention.key.projections


def _below_both(query: Query, attention: Attention) -> frozenset[Projection]:
    """Narrowing projections that both keys and values are made from, and queries are not."""
    keys, values, queries = (
        frozenset(below for one in side.projections for below in projections_above(query, one.input))
        for side in (attention.key, attention.value, attention.query)
    )
    return frozenset(one for one in (keys & values) - queries if int(one.out_width) < int(one.in_width))
