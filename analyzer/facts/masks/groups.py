"""Masks by groups of tokens: comparisons of what rows and columns belong to, and how they join comparisons of order."""

from __future__ import annotations

from collections.abc import Collection

from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, number, sides

_WAY = Group.LAYOUT | Group.SELECTION
_JOINING = Group.LAYOUT | {OpKind.LOGICAL, OpKind.MAXIMUM}


def compares_chunks(query: Query, op: Op) -> bool:
    """Whether the quotients of positions are compared: keys of the query's own chunk."""
    return op.name == "eq" and _of_quotients(query, op)


def orders_blocks(query: Query, op: Op) -> bool:
    """Whether the quotients of positions are compared by order: keys of earlier blocks and of the query's own."""
    return op.name in ("le", "lt", "ge", "gt") and _of_quotients(query, op)


def same_group(query: Query, op: Op) -> bool:
    """Whether rows and columns of one tensor are compared for equality, directly or by their difference."""
    if op.name not in ("eq", "ne") or (pair := sides(op)) is None:
        return False
    left, right = pair
    if isinstance(left, Op) and isinstance(right, Op):
        return _rows_and_columns(query, left, right)
    difference = left if isinstance(left, Op) else right
    if not isinstance(difference, Op) or {number(left), number(right)} != {None, 0}:
        return False
    inner = query.skip(difference, Group.LAYOUT)
    first, second = (sides(inner) if inner.kind is OpKind.SUB else None) or (None, None)
    return isinstance(first, Op) and isinstance(second, Op) and _rows_and_columns(query, first, second)


def widens(query: Query, op: Op, others: Collection[Op], region: Collection[Op]) -> bool:
    """Whether ``op``, a comparison of groups, lets more be seen than one of ``others``: equality meets it in an *or* of
    what is seen, inequality in an *and* of what is hidden."""
    joint = ("logical_or", "bitwise_or") if op.name == "eq" else ("logical_and", "bitwise_and")
    for step in region:
        if step.kind is OpKind.LOGICAL and step.name in joint:
            ways = [
                query.sources(source, OpKind.COMPARE, OpKind.TRIANGLE, through=_JOINING) | {source}
                for source in query.operands(step)
            ]
            if len(ways) == 2 and any(op in one and not other.isdisjoint(others) for one, other in (ways, ways[::-1])):
                return True
    return False


def _rows_and_columns(query: Query, left: Op, right: Op) -> bool:
    """Whether both are one tensor, laid out along different axes."""
    source = query.skip(left, _WAY)
    return source is query.skip(right, _WAY) and left.outputs[0].shape != right.outputs[0].shape


def _of_quotients(query: Query, op: Op) -> bool:
    pair = sides(op)
    return pair is not None and all(
        isinstance(side, Op) and query.skip(side, _WAY).kind is OpKind.ROUND for side in pair
    )
