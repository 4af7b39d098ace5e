"""Tables of sines and cosines: how the two are laid out over the features."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, constant_side

HALF, INTERLEAVED = "half", "interleaved"


@dataclass(frozen=True, slots=True, eq=False)
class SineTable:
    """``join`` brings sines and cosines together; ``layout``: one after the other, or taking turns."""

    join: Op
    layout: str


def sine_table(query: Query, table: Op) -> SineTable | None:
    """How the sines and cosines that ``table`` is made of are laid out; None if it is made of something else, or in a
    way that is not known."""
    for op in _made_of(query, table):
        if (layout := _layout(query, op)) is not None:
            return SineTable(op, layout)
    return None


def has_angles(query: Query, table: Op) -> bool:
    """Whether what ``table`` starts out as are sines and cosines."""
    return any(op.kind in _WAVES for op in _made_of(query, table))


def opaque_table(query: Query, table: Op) -> Op | None:
    """The values that code computes outside of tensors and fills ``table`` with before training; None if there are
    none. What formula they follow does not show."""
    filled = dict(_filled(query))
    for op in _made_of(query, table):
        value = filled.get(str(op.arguments.get("name", ""))) if op.kind is OpKind.PARAMETER else None
        if value is not None and not any(part.kind in _WAVES | {OpKind.RANDOM} for part in _made_of(query, value)):
            return value
    return None


def unfollowed(query: Query, table: Op) -> bool:
    """Whether ``table`` is a parameter that a function fills which is too long to be followed."""
    names = {one.name for one in query.model.initial if not one.followed}
    return bool(names) and any(
        op.kind is OpKind.PARAMETER and str(op.arguments.get("name", "")) in names for op in _made_of(query, table)
    )


def _filled(query: Query) -> Iterator[tuple[str, Op]]:
    """What is copied into parameters before training."""
    return ((one.name, one.value) for one in query.model.initial if one.value is not None)


_WAVES = frozenset({OpKind.SIN, OpKind.COS})
_STORED = frozenset({OpKind.PARAMETER, OpKind.BUFFER})
_WAY = (
    Group.LAYOUT
    | Group.SELECTION
    | _STORED
    | {OpKind.EMBEDDING, OpKind.CAT, OpKind.STACK, OpKind.SCATTER, OpKind.WHERE, OpKind.MASKED_FILL}
)


def _made_of(query: Query, table: Op) -> Iterator[Op]:
    """``table`` and everything that it rearranges, what stored tensors start out as included, up to the waves."""
    copied = dict(_filled(query))
    waiting, seen = [table], {table}
    while waiting:
        op = waiting.pop(0)
        yield op
        if op.kind not in _WAY and constant_side(op) is None:
            continue
        for source in (*_sources(op), copied.get(str(op.arguments.get("name", "")))):
            if source is not None and source not in seen:
                seen.add(source)
                waiting.append(source)


def _sources(op: Op) -> tuple[Op, ...]:
    """What an operation rearranges: of a lookup the table alone."""
    if op.kind is OpKind.EMBEDDING:
        return (table,) if (table := op.operand("weight")) is not None else ()
    return tuple(operand.source for operand in op.operands)


def _layout(query: Query, op: Op) -> str | None:
    waves = [_wave(query, operand.source) for operand in op.operands]
    if op.kind in (OpKind.CAT, OpKind.STACK) and set(waves) >= _WAVES:
        return _of_join(op)
    if op.kind is OpKind.SCATTER and any(wave is not None for wave in waves):
        return _of_assignment(op)
    return None


def _wave(query: Query, op: Op) -> OpKind | None:
    """Whether ``op`` is a sine or a cosine, in whatever shape or size."""
    while op.kind not in _WAVES:
        if op.kind in Group.LAYOUT and op.operands:
            op = op.operands[0].source
        elif (scaled := constant_side(op)) is not None:
            op = scaled[0]
        else:
            return None
    return op.kind


def _of_join(op: Op) -> str | None:
    """Parts side by side in the last axis follow each other; in a new last axis they take turns."""
    axis, rank = op.arguments.get("dim", 0), len(op.outputs[0].shape)
    if not isinstance(axis, int) or int(axis) % rank != rank - 1:
        return None
    joined_ones = op.kind is OpKind.CAT and all(_last(operand.source) == 1 for operand in op.operands)
    return INTERLEAVED if op.kind is OpKind.STACK or joined_ones else HALF


def _last(op: Op) -> int:
    return int(op.outputs[0].shape[-1])


def _of_assignment(op: Op) -> str | None:
    """Waves that are written to every second column take turns, those that are written to a run of them do not."""
    index = op.arguments.get("index")
    last = index[-1] if isinstance(index, tuple) and index else index
    if not isinstance(last, slice):
        return None
    return HALF if last.step is None or int(last.step) == 1 else INTERLEAVED if int(last.step) == 2 else None
