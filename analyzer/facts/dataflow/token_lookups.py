"""Lookups in a table by the indices that the model is given."""

from __future__ import annotations

from analyzer.graph import Dtype, Group, Op, OpKind
from analyzer.query import Query

_INDEX = Group.LAYOUT | {
    OpKind.CLAMP,
    OpKind.WHERE,
    OpKind.MASKED_FILL,
    OpKind.SLICE,
    OpKind.CAT,
    OpKind.ADD,
    OpKind.SUB,
    OpKind.MUL,
    OpKind.SCATTER,
    OpKind.PAD,
    OpKind.ROLL,
    OpKind.STACK,
    OpKind.INDEX,
}


def token_lookups(query: Query) -> tuple[Op, ...]:
    """Embedding lookups whose indices are given to the model as integers, of the largest table for each input."""
    found: list[Op] = []
    for op in query.ops(OpKind.EMBEDDING):
        indices = op.operand("input")
        if indices is not None and _given(query, indices):
            found.append(op)
    rows = {op: table_rows(query, op) for op in found}
    groups: dict[frozenset[Op], list[Op]] = {}
    for op in found:
        groups.setdefault(_roots(query, op.operand("input") or op), []).append(op)
    return tuple(
        op for op in found if rows[op] == max(rows[one] for one in groups[_roots(query, op.operand("input") or op)])
    )


def table_rows(query: Query, lookup: Op) -> int:
    """The number of entries of the table that is looked up in."""
    table = lookup.operand("weight")
    while table is not None and table.kind in (OpKind.CAST, OpKind.COPY) and table.operands:
        table = table.operands[0].source
    if table is None or not table.outputs[0].shape:
        return 0
    return table.outputs[0].shape[0]


def _given(query: Query, op: Op) -> bool:
    return bool(_roots(query, op))


def _roots(query: Query, op: Op) -> frozenset[Op]:
    found = {op} if op.kind is OpKind.INPUT else query.sources(op, OpKind.INPUT, through=_INDEX)
    return frozenset(one for one in found if _is_integer(query, one))


def _is_integer(query: Query, given: Op) -> bool:
    declared = query.model.inputs.get(str(given.arguments.get("name", "")))
    dtype = declared[0] if declared else given.outputs[0].dtype
    return not dtype.is_floating and not dtype.is_complex and dtype is not Dtype.BOOL
