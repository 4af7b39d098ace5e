"""The position whose vector stands for a whole sequence: picked out of the result of a stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.stacks.main_stacks import end
from analyzer.facts.stacks.stacks import Stack, stacks
from analyzer.graph import Group, Op, OperandRef, OpKind
from analyzer.query import Query, constant_side
from analyzer.values import origin_of, plain


class Pooled(StrEnum):
    """``first`` and ``last`` by number, whatever stands there (``last`` is padding where rows are padded on the right);
    ``last_unpadded``: the last token that is not padding, found by a mask, a length or the tokens; ``marker``: where a
    certain token stands, the end of a text for instance."""

    FIRST = "first"
    LAST = "last"
    LAST_UNPADDED = "last_unpadded"
    MARKER = "marker"


@dataclass(frozen=True, slots=True, eq=False)
class Pooling:
    """``op`` picks one position out of what ``stack`` returns; ``which`` is None where its arithmetic is not known."""

    stack: Stack
    op: Op
    which: Pooled | None


def poolings(query: Query) -> tuple[Pooling, ...]:
    """Every operation that picks one position of each sequence, in order of execution."""
    return tuple(_poolings(query))


_ON = (
    Group.LAYOUT
    | Group.NORMALISATION
    | Group.ACTIVATION
    | {OpKind.LINEAR, OpKind.ADD, OpKind.SUB, OpKind.MUL, OpKind.DIV, OpKind.POW, OpKind.SQUARE, OpKind.MEAN}
    | {OpKind.SQRT, OpKind.RSQRT, OpKind.VAR}
)
"""Kinds between the last block and the choice: norms and heads, which leave every position its own vector."""


def _poolings(query: Query) -> Iterator[Pooling]:
    ends = {end(stack): stack for stack in query.facts(stacks)}
    for op in query.ops(OpKind.SLICE, OpKind.INDEX, OpKind.GATHER):
        source = op.operands[0].source
        axis = sequence_axis(source)
        if axis is None or not op.outputs[0].dtype.is_floating:
            continue
        index = _indices(op).get(axis)
        found = _which(query, op, index, int(source.outputs[0].shape[axis])) if index is not None else ()
        stack = origin_stack(query, source, ends) if found else None
        if found and stack is not None:
            yield Pooling(stack, op, found[0])


def origin_stack(query: Query, source: Op, ends: Mapping[Op, Stack]) -> Stack | None:
    """The stack whose result ``source`` is."""
    if source in ends:
        return ends[source]
    above = query.above(source, within=_ON | {end.kind for end in ends})
    last = max((op for op in ends if op in above), key=lambda op: op.index, default=None)
    return ends[last] if last is not None and query.reaches(last, source, through=_ON) else None


def sequence_axis(op: Op) -> int | None:
    """Of a tensor of vectors the axis of positions: the one of the first two that is not the batch."""
    shape = op.outputs[0].shape if op.outputs else ()
    if len(shape) != 3:
        return None
    axis = 0 if _is_batch(shape[1]) and not _is_batch(shape[0]) else 1
    return axis if int(shape[axis]) > 1 else None


def _is_batch(size: int) -> bool:
    origin = origin_of(size)
    return origin is not None and origin.symbols == {"batch"}


_SELECTING = frozenset({"select", "index_select"})


def _indices(op: Op) -> dict[int, object]:
    """What selects along each axis: numbers, slices, tensors."""
    if op.kind is OpKind.GATHER or op.name in _SELECTING:
        chosen = op.operand("index") or op.arguments.get("index")
        axis = plain(op.arguments.get("dim"))
        return {axis % 3: chosen} if isinstance(axis, int) else {}
    tensors = {one.slot: one.source for one in op.operands[1:]}
    given = op.arguments.get("index", tuple(map(OperandRef, tensors)))
    items: list[object] = [item for item in (given if isinstance(given, tuple) else (given,)) if item is not None]
    if Ellipsis in items:
        place = items.index(Ellipsis)
        items[place : place + 1] = [slice(None)] * (4 - len(items))
    return {axis: tensors[item.slot] if isinstance(item, OperandRef) else item for axis, item in enumerate(items)}


def _which(query: Query, op: Op, index: object, size: int) -> tuple[Pooled | None, ...]:
    """Which position ``index`` picks; nothing where it is no choice of one."""
    match plain(index):
        case bool():
            return ()
        case int() as number:
            return (Pooled.FIRST,) if number == 0 else (Pooled.LAST,) if number in (-1, size - 1) else ()
        case slice() as part:
            start, stop = plain(part.start), plain(part.stop)
            first, last = start in (None, 0) and stop == 1, start in (-1, size - 1) and stop in (None, size)
            return (Pooled.FIRST,) if first else (Pooled.LAST,) if last else ()
        case Op() as chosen:
            return _by_tensor(query, op, chosen)
    return ()


def _by_tensor(query: Query, op: Op, chosen: Op) -> tuple[Pooled | None, ...]:
    above = {chosen, *query.above(chosen)}
    if not any(one.kind is OpKind.INPUT for one in above):
        return ()
    compared = [_compared(query, one, above) for one in above if one.kind is OpKind.COMPARE]
    if chosen.outputs[0].dtype.value == "bool":
        return (Pooled.MARKER,) if compared == [True] else ()
    if len(chosen.outputs[0].shape) > 1 and op.kind is not OpKind.GATHER:
        return ()
    searched = any(one.kind is OpKind.ARGMAX for one in above)
    before = any(_steps_back(one) for one in above)
    counted = any(one.kind in (OpKind.SUM, OpKind.CUMULATIVE) for one in above)
    if compared and not all(compared):
        return (Pooled.LAST_UNPADDED,) if searched or (counted and before) else (None,)
    if searched:
        return (Pooled.LAST_UNPADDED if before else Pooled.MARKER,)
    return (Pooled.LAST_UNPADDED,) if before else (None,)


def _compared(query: Query, op: Op, within: set[Op]) -> bool:
    """Whether ``op`` holds where two are equal, and not where they differ."""
    negated = any(user.name in ("bitwise_not", "logical_not") for user in query.users(op) if user in within)
    return (op.name == "eq") is not negated


def _steps_back(op: Op) -> bool:
    found = constant_side(op) if op.kind in (OpKind.SUB, OpKind.ADD) else None
    return found is not None and float(found[1]) == (1 if op.kind is OpKind.SUB else -1)
