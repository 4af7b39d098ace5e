"""Residual additions ``x + f(x)``: found from each addition by asking whether one side is computed from the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analyzer.facts.residual.parallel_streams import spread
from analyzer.facts.residual.scaling import Scale, Stripped, strip_scales
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, number

_BACK = 4
"""How many additions may lie between a branch and the point of the stream that it was computed from."""

_LARGEST = 5_000
"""Operations of a branch: models of thousands of layers would take time and memory with the square of their number."""

_WORK = frozenset(
    {
        *Group.PRODUCT,
        *Group.NORMALISATION,
        OpKind.ATTENTION,
        OpKind.RECURRENT,
        OpKind.FOURIER,
        OpKind.POOL,
        OpKind.UNKNOWN,
        OpKind.OTHER,
        OpKind.MEAN,
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Residual:
    """``add`` = ``carried`` + ``branch``, where the branch is computed from ``stream``.

    ``stream`` is the root of ``carried``, or, when two branches read the same stream and are added one after the
    other, the root of what the first one (``beside``) was added to. ``region`` holds what the branch is computed by.
    """

    add: Op
    stream: Op
    carried: Op
    branch: Op
    carried_scales: tuple[Scale, ...]
    branch_scales: tuple[Scale, ...]
    root: Op
    region: frozenset[Op]
    beside: Residual | None = None
    streams: bool = False
    """The stream is several, along the axis before the last."""


def residuals(query: Query) -> tuple[Residual, ...]:
    """Every residual addition of the forward call, nested ones too, in order of execution."""
    found: dict[Op, Residual] = {}
    for op in query.ops(OpKind.ADD, OpKind.SUB):
        if _adds_activations(op) and (residual := _residual(query, op, found)) is not None:
            found[op] = residual
    return tuple(found.values())


def _adds_activations(op: Op) -> bool:
    if len(op.operands) != 2 or op.kind is OpKind.SUB:
        return False
    result = op.outputs[0]
    if not result.dtype.is_floating or len(result.shape) < 2:
        return False
    return all(operand.source.outputs[operand.output].shape == result.shape for operand in op.operands)


def _residual(query: Query, op: Op, known: dict[Op, Residual]) -> Residual | None:
    left, right = (operand.source for operand in op.operands)
    if number(left) is not None or number(right) is not None:
        return None
    if (several := _of_streams(query, op)) is not None:
        return several
    stripped = strip_scales(query, left), strip_scales(query, right)
    orders = ((left, right, *stripped), (right, left, *stripped[::-1]))
    # the later root cannot be what the earlier one is computed from
    for carried, branch, stream, work in sorted(orders, key=lambda order: order[2].root.index):
        if (region := _region(query, work.root, stream.root)) is not None:
            return _assembled(query, op, carried, branch, stream, work, region)
        if (earlier := _read_before(query, stream.root, work.root, known)) is not None:
            scales = stream.scales, work.scales
            first, region = earlier
            return Residual(op, first.stream, carried, branch, *scales, work.root, region, beside=first)
    return None


def _read_before(
    query: Query, carried: Op, work: Op, known: dict[Op, Residual]
) -> tuple[Residual, frozenset[Op]] | None:
    """A residual a few additions back on the carried side, whose stream the branch was computed from."""
    for _ in range(_BACK):
        if (first := known.get(carried)) is None:
            return None
        if (region := _region(query, work, first.stream)) is not None:
            return first, region
        carried = strip_scales(query, first.stream).root
    return None


def _of_streams(query: Query, op: Op) -> Residual | None:
    """A sum of several streams, mixed with each other or not, and a branch that is spread over them."""
    if (found := spread(query, op)) is None:
        return None
    value, carried = found
    work, streams = strip_scales(query, value), strip_scales(query, carried)
    shape = op.outputs[0].shape
    for start in (carried, *streams.passed, streams.root):
        if start.outputs[0].shape == shape and (region := _region(query, work.root, start)) is not None:
            return Residual(op, start, carried, value, (), work.scales, work.root, region, streams=True)
    return None


def _assembled(
    query: Query, op: Op, carried: Op, branch: Op, stream: Stripped, work: Stripped, region: frozenset[Op]
) -> Residual:
    """The stream is the last point on the carried side that the branch is computed from."""
    start = next((point for point in stream.passed if point in region), stream.root)
    inner = region if start is stream.root else _region(query, work.root, start) or region
    return Residual(op, start, carried, branch, stream.down_to(start), work.scales, work.root, inner)


def _region(query: Query, end: Op, start: Op) -> frozenset[Op] | None:
    """What ``end`` is computed by after ``start``, if it is computed from it by more than element-wise arithmetic.

    None, too, where that is more than any branch: a bias that is added in every layer is not the stream of them all.
    """
    if end is start or end.index < start.index or start.kind in Group.SOURCE - {OpKind.INPUT}:
        return None
    region, stack, reached = {end}, [end], False
    while stack:
        if len(region) > _LARGEST:
            return None
        for source in query.operands(stack.pop()):
            if source is start:
                reached = True
            elif source.index > start.index and source not in region:
                region.add(source)
                stack.append(source)
    return frozenset(region) if reached and any(op.kind in _WORK for op in region) else None


def addends(query: Query, residual: Residual, inner: Iterable[Op]) -> tuple[Op, ...]:
    """The branch, or its parts where it is itself a sum of branches; ``inner`` are additions not to take apart."""
    kept = set(inner)
    parts: list[Op] = []
    stack = [residual.branch]
    while stack:
        op = strip_scales(query, stack.pop()).root
        if op.kind is OpKind.ADD and op not in kept and _adds_activations(op):
            stack.extend(operand.source for operand in reversed(op.operands))
        else:
            parts.append(op)
    return tuple(part for part in parts if part in residual.region)
