"""What is added to, or put in place of, attention scores: masks and biases that positions decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.attention import Attention
from analyzer.facts.score_parts import outside_parts, positional_above, score_bias
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, constant_side, number, sides
from analyzer.values import plain


class MaskKind(StrEnum):
    """Which keys a query may see, as far as positions decide."""

    CAUSAL = "causal"
    CHUNKED = "chunked"
    BIDIRECTIONAL = "bidirectional"


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """``window`` is the number of tokens visible to the left, the token itself included; ``evidence`` the comparisons
    that decide. ``kind`` is None where a stored mask, whose construction is not known, takes part."""

    kind: MaskKind | None
    window: int | float | None
    evidence: tuple[Op, ...]


def mask_of(query: Query, attention: Attention) -> Mask:
    """The mask of one attention."""
    known = query.once(_memory)
    parts = frozenset(part for part in outside_parts(query, attention) if score_bias(query, part) is None)
    key = (parts, bool(plain(attention.softmax.attributes.get("is_causal", False))))
    if key not in known:
        known[key] = _mask(query, parts, key[1])
    return known[key]


def _memory(query: Query) -> dict[object, Mask]:
    return {}


def _mask(query: Query, parts: Iterable[Op], causal: bool) -> Mask:
    region = positional_above(query, parts)
    comparisons = sorted((op for op in region if op.kind is OpKind.COMPARE), key=lambda op: op.index)
    triangles = [op for op in region if op.kind is OpKind.TRIANGLE]
    limits = [(op, width) for op in comparisons if (width := _window(op)) is not None]
    chunks = [op for op in comparisons if _compares_chunks(query, op)]
    ordered = [op for op in comparisons if _orders_positions(query, op) and op not in dict(limits)]
    if chunks:
        return Mask(MaskKind.CHUNKED, None, tuple(chunks))
    limits += [(op, below) for op in triangles if (below := _band(op)) is not None]
    width = min((width for _, width in limits), default=None)
    evidence = tuple([op for op, _ in limits] + ordered + triangles)
    if ordered or triangles or causal:
        return Mask(MaskKind.CAUSAL, width, evidence)
    stored = any(op.kind is OpKind.BUFFER and not op.operands and not _is_scalar(op) for op in region)
    return Mask(None if stored else MaskKind.BIDIRECTIONAL, width, evidence)


def _band(op: Op) -> int | float | None:
    """``w`` of a lower triangle that starts ``w`` below the diagonal: taken out of a causal mask, it leaves a band."""
    diagonal = number(op.attributes.get("diagonal"))
    lower = op.target.rpartition(".")[2].strip("_") == "tril"
    return -diagonal if lower and diagonal is not None and float(diagonal) < 0 else None


def _is_scalar(op: Op) -> bool:
    return not op.outputs[0].shape


_WAY = Group.LAYOUT | Group.SELECTION
_ORDERING = frozenset({"le", "lt", "ge", "gt", "less", "greater", "less_equal", "greater_equal"})


def _word(op: Op) -> str:
    return op.target.rpartition(".")[2].strip("_")


def _window(op: Op) -> int | float | None:
    """``w`` of ``key > query - w`` and its spellings."""
    if _word(op) not in _ORDERING or (pair := sides(op)) is None:
        return None
    strict = _word(op) in ("gt", "lt", "greater", "less")
    left, right = pair
    if isinstance(left, Op) and isinstance(right, Op):
        for side in (left, right):
            if (shift := _shift(side)) is not None:
                return shift if strict else shift + 1
        return None
    for tensor, other in (pair, pair[::-1]):
        bound = number(other)
        if isinstance(tensor, Op) and bound is not None and abs(float(bound)) > 0 and _is_difference(tensor):
            return abs(bound) if strict else abs(bound) + 1
    return None


def _shift(op: Op) -> int | float | None:
    """``w`` where ``op`` is a position minus ``w``."""
    while op.kind in _WAY and op.operands:
        op = op.operands[0].source
    found = constant_side(op) if op.kind in (OpKind.SUB, OpKind.ADD) else None
    if found is None or float(found[1]) == 0:
        return None
    shift = found[1] if op.kind is OpKind.SUB else -found[1]
    return shift if float(shift) > 0 else None


def _is_difference(op: Op) -> bool:
    while (op.kind in _WAY or op.kind is OpKind.ABS) and op.operands:
        op = op.operands[0].source
    return op.kind is OpKind.SUB and constant_side(op) is None and op.outputs[0].dtype.value.startswith("int")


def _orders_positions(query: Query, op: Op) -> bool:
    """Whether two rows of positions are compared by order."""
    if _word(op) not in _ORDERING or (pair := sides(op)) is None:
        return False
    return all(isinstance(side, Op) and number(side) is None and _is_position(query, side) for side in pair)


def _compares_chunks(query: Query, op: Op) -> bool:
    if _word(op) != "eq" or (pair := sides(op)) is None:
        return False
    return all(isinstance(side, Op) and query.skip(side, _WAY).kind is OpKind.ROUND for side in pair)


def _is_position(query: Query, op: Op) -> bool:
    """Whether ``op`` counts along the sequence."""
    while op.operands and (op.kind in _WAY or constant_side(op) is not None):
        op = op.operands[0].source
    if op.kind is OpKind.BUFFER and op.operands:
        return _is_position(query, op.operands[0].source)
    return op.kind in (OpKind.ARANGE, OpKind.CUMULATIVE)
