"""How one row of features is split into heads, into queries, keys and values, and how shared heads are repeated."""

from __future__ import annotations

from enum import StrEnum
from math import prod
from typing import Final

import numpy as np

from analyzer.facts.attention.attention import Attention
from analyzer.facts.attention.branches import Branch
from analyzer.facts.attention.details import fused
from analyzer.facts.dataflow.element_map import ElementMap, NotTraceable, Rearrangement, rearrangement
from analyzer.graph import Op, OpKind
from analyzer.query import Query

MOST_ELEMENTS: Final = 1 << 22
"""Larger results of projections are not followed element by element: that takes seconds and much memory."""


class SplitOrder(StrEnum):
    """Neighbouring features belong to one head, or to different heads."""

    BY_HEAD = "head_then_feature"
    BY_FEATURE = "feature_then_head"


class RepeatOrder(StrEnum):
    """Query heads that share a key head follow each other, or are that many heads apart."""

    CONSECUTIVE = "consecutive"
    STRIDED = "strided"


def split_order(query: Query, attention: Attention) -> SplitOrder | None:
    """How the features of a query are split into heads; None where they cannot be followed or there is one head."""
    elements = _features(query, attention.query)
    if elements is None or elements.shape[0] < 2 or elements.shape[1] < 2:
        return None
    return SplitOrder.BY_HEAD if int(elements[0].max()) < int(elements[1].min()) else SplitOrder.BY_FEATURE


def fused_layout(query: Query, attention: Attention) -> str | None:
    """The order of queries, keys and values in the rows of the one matrix that makes them; None where not followed.

    ``[q, k, v]``: three blocks; ``for each of 4 heads [q, k, v]``; ``for each of 2 groups [q × 4, k, v]``.
    """
    if len(fused(attention)) != 1:
        return None
    parts = {name: _features(query, side) for name, side in _sides(attention).items()}
    ordered = [(int(elements.min()), name, elements) for name, elements in parts.items() if elements is not None]
    if len(ordered) != 3:
        return None
    ordered.sort(key=lambda part: part[0])
    blocks = {_blocks(elements) for _, _, elements in ordered}
    if len(blocks) != 1:
        return None
    count = blocks.pop()
    if any(len(elements) % count for _, _, elements in ordered):
        return None
    shares = [(name, len(elements) // count) for _, name, elements in ordered]
    inside = ", ".join(name if count == 1 or share == 1 else f"{name} × {share}" for name, share in shares)
    unit = "heads" if all(share == 1 for _, share in shares) else "groups"
    return f"[{inside}]" if count == 1 else f"for each of {count} {unit} [{inside}]"


def _blocks(elements: ElementMap) -> int:
    """The number of runs of neighbouring places."""
    places = np.unique(elements)
    return 1 + int((np.diff(places) > 1).sum())


def repeat_order(query: Query, attention: Attention) -> RepeatOrder | None:
    """How key heads are repeated for query heads; None where each has its own or the repetition is not followed."""
    key, grown = attention.key, repetitions(attention)
    if not grown or attention.heads is None or attention.kv_heads is None:
        return None
    heads, own = int(attention.heads), int(attention.kv_heads)
    if own < 2 or heads == own:
        return None
    root = grown[0].operands[0].source
    return query.get(_order, rearrangement(key.end, root, key.output), heads)


def repetitions(attention: Attention) -> tuple[Op, ...]:
    """What repeats the keys on their way to the scores, in order of execution."""
    grown = (step for step in attention.key.steps if step.kind in (OpKind.EXPAND, OpKind.REPEAT) and _grows(step))
    return tuple(sorted(grown, key=lambda step: step.index))


def _order(query: Query, repeated: Rearrangement, heads: int) -> RepeatOrder | None:
    try:
        rows = _first_sequence(repeated.element_map(), heads)
    except NotTraceable:
        return None
    if rows is None:
        return None
    used = [int(row) for row in rows.reshape(heads, -1).min(axis=1)]
    return RepeatOrder.CONSECUTIVE if used[0] == used[1] else RepeatOrder.STRIDED


def _first_sequence(elements: ElementMap, heads: int) -> ElementMap | None:
    """The part of a map of keys that belongs to the first sequence: one row a head."""
    if elements.ndim > 3 or (elements.ndim == 3 and elements.shape[0] == heads):
        first = elements[0] if elements.ndim > 3 else elements
        return np.asarray(first) if prod(first.shape[:-2]) == heads else None
    return np.asarray(elements[:heads]) if elements.ndim == 3 and elements.shape[0] % heads == 0 else None


def _grows(op: Op) -> bool:
    before = op.operands[0].source.outputs[op.operands[0].output].shape
    return prod(int(size) for size in op.outputs[0].shape) > prod(int(size) for size in before)


def _sides(attention: Attention) -> dict[str, Branch]:
    return {"q": attention.query, "k": attention.key, "v": attention.value}


def _features(query: Query, side: Branch) -> ElementMap | None:
    """For each head and feature of a branch: its place in the row that the projection made."""
    if len(side.projections) != 1:
        return None
    projection = side.projections[0]
    if prod(int(size) for size in projection.output.outputs[0].shape) > MOST_ELEMENTS:
        return None
    found: ElementMap | None = None
    for op, output in _stages(side):
        heads = query.get(_heads, rearrangement(op, projection.output, output))
        if heads is not None and (found is None or heads.size > found.size):
            found = heads
    return found


def _heads(query: Query, row: Rearrangement) -> ElementMap | None:
    try:
        return _of_first_position(row.element_map(), int(row.root.outputs[0].shape[-1]))
    except NotTraceable:
        return None


def _stages(side: Branch) -> list[tuple[Op, int]]:
    """The tensors of a branch that may still be rearrangements of what the projection made."""
    found = [(side.end, side.output), *((norm.input, 0) for norm in side.norms)]
    for op in (rotary.input for rotary in side.rotaries):
        found.append((op, 0))
        if op.kind in (OpKind.SLICE, OpKind.SPLIT) and op.operands:
            # Only a part is rotated: the whole is what it was taken from.
            found.append((op.operands[0].source, op.operands[0].output))
    return found


def _of_first_position(elements: ElementMap, width: int) -> ElementMap | None:
    """Places of the first position's features, one row a head; None where there are no features."""
    if not elements.size:
        return None
    flat = elements.reshape(-1, elements.shape[-1]) if elements.ndim > 1 else elements[None]
    own = flat[(flat >= 0).all(axis=1) & (flat < width).all(axis=1)]
    if elements.ndim > 1 and not own.size:
        turned = np.swapaxes(elements, -1, -2).reshape(-1, elements.shape[-2])
        own = turned[(turned >= 0).all(axis=1) & (turned < width).all(axis=1)]
    if not own.size:
        return None
    return np.unique(own, axis=0)
