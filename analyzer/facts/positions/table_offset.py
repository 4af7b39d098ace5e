"""Which row of a position table the first position takes."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.facts.attention.score_terms import PositionKind
from analyzer.facts.positions.positions import Position
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, constant_side, number, sides
from analyzer.values import plain


@dataclass(frozen=True, slots=True, eq=False)
class FirstRow:
    """``lookup`` takes ``row`` for the first position."""

    lookup: Op
    row: int


def first_row(query: Query, position: Position) -> FirstRow | None:
    """The first row of the learned table that ``position`` adds; None where it is no lookup or cannot be followed."""
    if position.kind is not PositionKind.LEARNED:
        return None
    for operand in position.op.operands:
        source = query.skip(operand.source, Group.LAYOUT | {OpKind.SLICE, OpKind.MUL})
        indices = source.operand("input") if source.kind is OpKind.EMBEDDING else None
        row = _first(indices) if indices is not None else None
        if row is not None and query.get(_tables).get(source, True):
            return FirstRow(source, row)
    return None


def _tables(query: Query) -> dict[Op, bool]:
    """Lookups by whether their table has more rows than one."""
    return {op: _rows(op) > 1 for op in query.ops(OpKind.EMBEDDING)}


def _rows(lookup: Op) -> int:
    table = lookup.operand("weight")
    return int(table.outputs[0].shape[0]) if table is not None and table.outputs[0].shape else 0


def _first(op: Op) -> int | None:
    """The index at the first position, with a mask of ones; None where the arithmetic is not followed."""
    match op.kind:
        case OpKind.ARANGE:
            return int(plain(number(op.arguments.get("start")) or 0))
        case OpKind.CUMULATIVE:
            return 1
        case OpKind.BUFFER | OpKind.SLICE | OpKind.CAT if op.operands:
            return _first(op.operands[0].source)
        case OpKind.ADD | OpKind.SUB:
            return _shifted(op)
        case OpKind.MUL:
            found = [_first(operand.source) for operand in op.operands]
            return next((value for value in found if value is not None), None)
        case _ if op.kind in Group.LAYOUT and op.operands:
            return _first(op.operands[0].source)
    return None


def _shifted(op: Op) -> int | None:
    found = constant_side(op)
    if found is None:
        pair = sides(op) or ()
        values = [_first(side) for side in pair if isinstance(side, Op)]
        return next((value for value in values if value is not None), None)
    base = _first(found[0])
    step = int(plain(found[1]))
    return None if base is None else base + step if op.kind is OpKind.ADD else base - step


def padding_row(lookup: Op) -> int | float | None:
    """The row of a table that stands for padding, None without one."""
    return number(lookup.arguments.get("padding_idx"))
