"""What is added to, or put in place of, attention scores: masks and biases that positions decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from analyzer.facts.attention.attention import Attention
from analyzer.facts.attention.score_terms import positional_above, score_bias, score_terms
from analyzer.facts.dataflow.conditions import absent
from analyzer.facts.masks.groups import compares_chunks, orders_blocks, same_group, widens
from analyzer.facts.masks.polarity import hides
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, Side, constant_side, number, sides
from analyzer.values import origin_of, plain, traced


class MaskKind(StrEnum):
    """Which keys a query may see, as far as positions decide.

    ``prefix``: earlier ones, and later ones of the query's own group (a prefix, an image); ``chunked``: earlier ones of
    the query's own chunk; ``block``: those of the query's own block (and, by order of blocks, of earlier ones).
    """

    CAUSAL = "causal"
    PREFIX = "prefix"
    CHUNKED = "chunked"
    BLOCK = "block"
    BIDIRECTIONAL = "bidirectional"


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """``window`` is the number of tokens visible to the left, the token itself included; ``evidence`` the comparisons
    that decide. ``kind`` is None where a stored mask, whose construction is not known, takes part, or where scores are
    ``banded``: they are computed for a part of the keys only, and where that part lies is not known. ``absent`` are
    configuration fields without a value that were asked for while the mask was made."""

    kind: MaskKind | None
    window: int | float | None
    evidence: tuple[Op, ...]
    banded: bool = False
    absent: frozenset[str] = frozenset()


def mask_of(query: Query, attention: Attention) -> Mask:
    """The mask of one attention."""
    if _is_banded(attention):
        return Mask(None, None, (attention.softmax,), banded=True)
    parts = frozenset(part for part in score_terms(query, attention) if score_bias(query, part) is None)
    return query.get(_mask, parts, bool(plain(attention.softmax.arguments.get("is_causal", False))))


def _mask(query: Query, parts: frozenset[Op], causal: bool) -> Mask:
    region = positional_above(query, parts)
    return replace(_by_comparisons(query, region, causal), absent=absent(query, region))


def _is_banded(attention: Attention) -> bool:
    """Whether a query that is one of as many as the input is long has scores for a number of keys that does not depend
    on that length, though there are as many keys."""
    shape = attention.softmax.outputs[0].shape if attention.softmax.outputs else ()
    if attention.fused or not shape or _symbols(shape[-1:]):
        return False
    lengths = _symbols(size for size in shape[1:-1] if int(size) != int(shape[-1])) - _symbols(shape[:1])
    return any(lengths & _symbols(one.op.outputs[0].shape) for one in attention.key.projections)


def _symbols(sizes: Iterable[int]) -> frozenset[str]:
    origins = (origin_of(size) for size in sizes)
    return frozenset(symbol for origin in origins if origin for symbol in origin.symbols)


def _by_comparisons(query: Query, positional: Iterable[Op], causal: bool) -> Mask:
    region = sorted(positional, key=lambda op: op.index)
    comparisons = [op for op in region if op.kind is OpKind.COMPARE]
    triangles = [op for op in region if op.kind is OpKind.TRIANGLE]
    limits = [(op, width) for op in comparisons if (width := _window(op, hides(query, op))) is not None]
    chunks = [op for op in comparisons if compares_chunks(query, op)]
    ordered = [op for op in comparisons if _orders_positions(query, op) and op not in dict(limits)]
    if chunks:
        return Mask(MaskKind.CHUNKED, None, tuple(chunks))
    limits += [(op, below) for op in triangles if (below := _band(op)) is not None]
    width = min((width for _, width in limits), default=None)
    evidence = tuple([op for op, _ in limits] + ordered + triangles)
    groups = [op for op in comparisons if same_group(query, op)]
    if ordered or triangles or causal:
        widening = tuple(op for op in groups if widens(query, op, (*ordered, *triangles), region))
        return Mask(MaskKind.PREFIX if widening else MaskKind.CAUSAL, width, evidence + widening)
    blocks = (*groups, *(op for op in comparisons if orders_blocks(query, op)))
    if blocks:
        return Mask(MaskKind.BLOCK, width, evidence + blocks)
    stored = any(op.kind is OpKind.BUFFER and not op.operands and not _is_scalar(op) for op in region)
    return Mask(None if stored else MaskKind.BIDIRECTIONAL, width, evidence)


def _band(op: Op) -> int | float | None:
    """``w`` of a triangle that starts below the diagonal: a lower one ``w`` below it, taken out of a causal mask, or an
    upper one ``w - 1`` below it, kept, leave a band of ``w``."""
    diagonal = number(op.arguments.get("diagonal"))
    if diagonal is None or float(diagonal) >= 0:
        return None
    return _tokens(diagonal, strict=op.name == "tril")


def _is_scalar(op: Op) -> bool:
    return not op.outputs[0].shape


_WAY = Group.LAYOUT | Group.SELECTION
_ORDERING = frozenset({"le", "lt", "ge", "gt"})


def _window(op: Op, hidden: bool) -> int | float | None:
    """``w`` of ``key > query - w`` and its spellings; ``hidden``: what they hold for is masked out."""
    if op.name not in _ORDERING or (pair := sides(op)) is None:
        return None
    strict = (op.name in _STRICT) is not hidden
    left, right = pair
    if isinstance(left, Op) and isinstance(right, Op):
        for side in (left, right):
            if (shift := _shift(side)) is not None:
                return _tokens(shift, strict=strict)
        return None
    for tensor, other in (pair, pair[::-1]):
        bound = number(other)
        if isinstance(tensor, Op) and bound is not None and abs(float(bound)) > 0 and _is_difference(tensor):
            return _tokens(bound, strict=strict)
    return None


def _tokens(distance: int | float, *, strict: bool) -> int | float:
    """The tokens that are nearer than a distance, or at it; what the distance was computed from is kept."""
    count = abs(plain(distance)) + (0 if strict else 1)
    origin = origin_of(distance)
    if origin is None or count == plain(distance):
        return distance if origin else count
    text = origin.expression if plain(distance) > 0 else f"abs({origin.expression})"
    return traced(count, replace(origin, expression=text if strict else f"{text} + 1"))  # type: ignore[return-value]


_STRICT = frozenset({"gt", "lt"})


def _shift(op: Op) -> int | float | None:
    """``w`` where ``op`` is the position of a query minus ``w``, or that of a key plus ``w``."""
    while op.kind in _WAY and op.operands:
        op = op.operands[0].source
    found = constant_side(op) if op.kind in (OpKind.SUB, OpKind.ADD) else None
    if found is None or float(found[1]) == 0:
        return None
    back = -found[1] if _along_keys(op) else found[1]
    shift = back if op.kind is OpKind.SUB else -back
    return shift if float(shift) > 0 else None


def _along_keys(op: Op) -> bool:
    """Whether positions are laid out in a row: those of keys."""
    shape = op.outputs[0].shape
    return len(shape) > 1 and int(shape[-2]) == 1 and int(shape[-1]) > 1


def _is_difference(op: Op) -> bool:
    while (op.kind in _WAY or op.kind is OpKind.ABS) and op.operands:
        op = op.operands[0].source
    return op.kind is OpKind.SUB and constant_side(op) is None and op.outputs[0].dtype.value.startswith("int")


def _orders_positions(query: Query, op: Op) -> bool:
    """Whether two rows of positions are compared by order."""
    if op.name not in _ORDERING or (pair := sides(op)) is None:
        return False
    if any(isinstance(side, Op) and _is_signed_difference(side) for side in pair) and any(
        _is_zero(side) for side in pair
    ):
        return True
    return all(isinstance(side, Op) and number(side) is None and _is_position(query, side) for side in pair)


def _is_signed_difference(op: Op) -> bool:
    return op.kind is not OpKind.ABS and _is_difference(op)


def _is_zero(side: Side) -> bool:
    value = number(side)
    return value is not None and float(value) == 0


def _is_position(query: Query, op: Op) -> bool:
    """Whether ``op`` counts along the sequence."""
    while op.operands and (op.kind in _WAY or constant_side(op) is not None):
        op = op.operands[0].source
    if op.kind is OpKind.BUFFER and op.operands:
        return _is_position(query, op.operands[0].source)
    return op.kind in (OpKind.ARANGE, OpKind.CUMULATIVE)
