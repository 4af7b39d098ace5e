"""How positions enter a stack: rotated, looked up, computed, added to scores, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.facts.attention.attention import Attention, attentions
from analyzer.facts.attention.score_terms import PositionKind, counts, score_bias, score_terms
from analyzer.facts.dataflow.content import angular, content, learned_only
from analyzer.facts.dataflow.element_map import rearranged
from analyzer.facts.dataflow.token_lookups import token_lookups
from analyzer.facts.positions.sine_tables import has_angles
from analyzer.facts.stacks.main_stacks import start
from analyzer.facts.stacks.stacks import Stack
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, number, sides


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """One way in which positions take part, and the operation where they do."""

    kind: PositionKind
    op: Op

    @property
    def module(self) -> str:
        return self.op.module


def attention_positions(query: Query, attention: Attention) -> tuple[Position, ...]:
    """How positions enter one attention itself."""
    turned = attention.query.rotaries or attention.key.rotaries
    found = [Position(PositionKind.ROPE, turned[0].output)] if turned else []
    for part in score_terms(query, attention):
        kind = score_bias(query, part)
        if kind is not None:
            found.append(Position(kind, part))
    return tuple(found)


# -- positions that are added to the stream -------------------------------------------------------------------------


def stream_positions(query: Query) -> tuple[Position, ...]:
    """Positions that are added to activations outside of any attention, in order of execution."""
    scores = {step for attention in query.facts(attentions) for step in attention.steps}
    found: dict[Op, Position] = {}
    for op in query.ops(OpKind.ADD):
        if op in scores or (pair := sides(op)) is None:
            continue
        for stream, other in (pair, pair[::-1]):
            if isinstance(stream, Op) and isinstance(other, Op) and (kind := _added(query, stream, other)):
                found[op] = Position(kind, op)
    return tuple(found.values())


def _added(query: Query, stream: Op, other: Op) -> PositionKind | None:
    """What ``other`` is when it is added to ``stream``."""
    shape = stream.outputs[0].shape if stream.outputs else ()
    if len(shape) < 2 or not stream.outputs[0].dtype.is_floating or not other.outputs[0].dtype.is_floating:
        return None
    if stream not in query.get(content):
        return None
    if (lookup := table_lookup(query, other)) is not None:
        return _of_table(query, lookup) if _by_positions(query, lookup) else None
    if other in query.get(content):
        return PositionKind.CONV if _convolved(query, stream, other) else None
    if not _varies_along(other, shape):
        return None
    _, roots = rearranged(other)
    if any(root in query.get(learned_only) for root in roots) or other in query.get(learned_only):
        return PositionKind.SINUSOIDAL if has_angles(query, other) else PositionKind.LEARNED
    tables = all(root.kind in (OpKind.BUFFER, OpKind.INDEX) for root in roots)
    return PositionKind.SINUSOIDAL if other in query.get(angular) or tables else None


def _varies_along(op: Op, shape: tuple[int, ...]) -> bool:
    """Whether ``op`` has a row for each position of a stream of ``shape``."""
    own = op.outputs[0].shape
    return len(own) > 1 and int(own[-1]) == int(shape[-1]) and int(own[-2]) > 1


def table_lookup(query: Query, op: Op) -> Op | None:
    """The table lookup that ``op`` is."""
    source = query.skip(op, Group.LAYOUT | {OpKind.SLICE, OpKind.MUL})
    return source if source.kind is OpKind.EMBEDDING else None


def _by_positions(query: Query, lookup: Op) -> bool:
    """Whether a table is looked up by positions: not by tokens, nor by constants (the kind of a segment)."""
    indices = lookup.operand("input")
    return indices is not None and lookup not in query.facts(token_lookups) and _counted(query, indices)


_INDEX_WAY = (
    Group.LAYOUT
    | Group.SELECTION
    | {OpKind.ADD, OpKind.SUB, OpKind.MUL, OpKind.CLAMP, OpKind.WHERE, OpKind.MASKED_FILL, OpKind.CAT}
)


def _counted(query: Query, indices: Op) -> bool:
    """Whether indices count positions; a stored row of unknown origin is taken to."""
    waiting, seen = [indices], {indices}
    while waiting:
        op = waiting.pop()
        if op.kind in (OpKind.ARANGE, OpKind.CUMULATIVE) or (op.kind is OpKind.BUFFER and _counting_buffer(query, op)):
            return True
        fresh = [source for source in _numbers(query, op) if source not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return False


def _numbers(query: Query, op: Op) -> tuple[Op, ...]:
    """What the numbers of indices are made of: of a selection what is selected from, not what selects."""
    if op.kind not in _INDEX_WAY:
        return ()
    return query.operands(op)[:1] if op.kind in Group.SELECTION else query.operands(op)


def _counting_buffer(query: Query, buffer: Op) -> bool:
    return not buffer.operands or counts(query, buffer.operands[0].source)


def _of_table(query: Query, lookup: Op) -> PositionKind:
    table = lookup.operand("weight")
    if table is not None and table.kind is OpKind.PARAMETER and not has_angles(query, table):
        return PositionKind.LEARNED
    return PositionKind.SINUSOIDAL


def _convolved(query: Query, stream: Op, other: Op) -> bool:
    ways = Group.LAYOUT | Group.ACTIVATION | {OpKind.SLICE}
    found = query.sources(other, OpKind.CONV, through=ways)
    return any(_grouped(op) and query.reaches(stream, op, through=Group.LAYOUT) for op in found)


def _grouped(conv: Op) -> bool:
    groups = number(conv.arguments.get("groups"))
    return groups is not None and groups > 1


_STREAM_WAY = (
    Group.LAYOUT
    | Group.NORMALISATION
    | {OpKind.ADD, OpKind.SUB, OpKind.MUL, OpKind.DIV, OpKind.SLICE, OpKind.CAT, OpKind.SCATTER, OpKind.WHERE}
    | {OpKind.GATHER}  # some positions are dropped (masked)
    | {OpKind.LINEAR, OpKind.POW, OpKind.MEAN, OpKind.RSQRT, OpKind.SQRT, OpKind.CONV, OpKind.GELU}
)


def positions_before(query: Query, stack: Stack) -> tuple[Position, ...]:
    """Positions that are added on the way to the first layer of ``stack``, or to the stream between layers."""
    before = stream_way(query, start(stack))
    own = {residual.add.module for residual in stack.residuals}
    return tuple(one for one in query.facts(stream_positions) if one.op in before or one.module in own)


def stream_way(query: Query, first: Op) -> frozenset[Op]:
    """``first`` and the operations on the stream before it."""
    return frozenset({first, *query.above(first, within=_STREAM_WAY)})
