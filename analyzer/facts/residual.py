"""Residual additions ``x + f(x)``: found from each addition by asking whether one side is computed from the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analyzer.facts.bodies import norm_bodies
from analyzer.facts.parameters import Learned, learned, weight_side
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, constant_side, number, sides

CARRY = frozenset(
    {
        OpKind.CAST,
        OpKind.COPY,
        OpKind.DROPOUT,
        OpKind.RESHAPE,
        OpKind.TRANSPOSE,
        OpKind.SQUEEZE,
        OpKind.UNSQUEEZE,
        OpKind.ROLL,
        OpKind.EXPAND,
    }
)
"""Kinds that hand the values of the stream on as they are."""

_WORK = frozenset(
    {
        *Group.PRODUCT,
        *Group.NORMALISATION,
        OpKind.ATTENTION,
        OpKind.RECURRENT,
        OpKind.SCAN,
        OpKind.POOL,
        OpKind.UNKNOWN,
        OpKind.OTHER,
        OpKind.MEAN,
    }
)


@dataclass(frozen=True, slots=True)
class Scale:
    """A multiplier on the way to an addition: a constant ``value``, or a learned ``parameter``."""

    op: Op
    value: int | float | None = None
    divides: bool = False
    parameter: Learned | None = None

    @property
    def factor(self) -> float:
        """The constant as a multiplier (1 for a learned one)."""
        if self.value is None:
            return 1.0
        return 1.0 / float(self.value) if self.divides else float(self.value)


@dataclass(frozen=True, slots=True)
class Peeled:
    """``root`` is the operation below casts, dropout, changes of shape and multipliers; ``scales`` the multipliers,
    ``passed`` everything above the root, outermost first."""

    root: Op
    scales: tuple[Scale, ...] = ()
    passed: tuple[Op, ...] = ()

    def down_to(self, op: Op) -> tuple[Scale, ...]:
        """The multipliers that are applied after ``op``."""
        return tuple(scale for scale in self.scales if scale.op.index > op.index)


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


def peel(query: Query, op: Op) -> Peeled:
    """``op`` without what hands it on unchanged or times a constant or a parameter (that is not a norm's weight)."""
    bodies = query.once(norm_bodies)
    scales: list[Scale] = []
    passed: list[Op] = []
    while True:
        top = op
        if op.kind in CARRY and op.operands:
            op = op.operands[0].source
        elif op not in bodies and (found := _scale(op)) is not None:
            op, scale = found
            scales.append(scale)
        else:
            return Peeled(op, tuple(scales), tuple(passed))
        passed.append(top)


def _scale(op: Op) -> tuple[Op, Scale] | None:
    if op.kind not in (OpKind.MUL, OpKind.DIV):
        return None
    if (constant := constant_side(op)) is not None:
        pair = sides(op)
        if op.kind is OpKind.DIV and pair is not None and pair[0] is not constant[0]:
            return None
        return constant[0], Scale(op, value=constant[1], divides=op.kind is OpKind.DIV)
    if op.kind is OpKind.MUL:
        return _learned_scale(op)
    return None


def _learned_scale(op: Op) -> tuple[Op, Scale] | None:
    if (found := weight_side(op)) is not None:
        return found[0], Scale(op, parameter=found[1])
    pair = sides(op)
    for tensor, gate in (pair, pair[::-1]) if pair else ():
        if isinstance(tensor, Op) and isinstance(gate, Op) and gate.kind in (OpKind.TANH, OpKind.SIGMOID, OpKind.EXP):
            parameter = learned(gate.operands[0].source)
            if parameter is not None and learned(tensor) is None:
                return tensor, Scale(op, parameter=parameter)
    return None


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
    peeled = peel(query, left), peel(query, right)
    orders = ((left, right, *peeled), (right, left, *peeled[::-1]))
    # the later root can not be what the earlier one is computed from
    for carried, branch, stream, work in sorted(orders, key=lambda order: order[2].root.index):
        first = known.get(stream.root)
        if (region := _region(query, work.root, stream.root)) is not None:
            return _assembled(query, op, carried, branch, stream, work, region)
        if first is not None and (region := _region(query, work.root, first.stream)) is not None:
            scales = stream.scales, work.scales
            return Residual(op, first.stream, carried, branch, *scales, work.root, region, beside=first)
    return None


def _assembled(
    query: Query, op: Op, carried: Op, branch: Op, stream: Peeled, work: Peeled, region: frozenset[Op]
) -> Residual:
    """The stream is the last point on the carried side that the branch is computed from."""
    start = next((point for point in stream.passed if point in region), stream.root)
    inner = _region(query, work.root, start) or region
    return Residual(op, start, carried, branch, stream.down_to(start), work.scales, work.root, inner)


def _region(query: Query, end: Op, start: Op) -> frozenset[Op] | None:
    """What ``end`` is computed by after ``start``, if it is computed from it by more than element-wise arithmetic."""
    if end is start or end.index < start.index or start.kind in Group.SOURCE:
        return None
    region, stack, reached = {end}, [end], False
    while stack:
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
        op = peel(query, stack.pop()).root
        if op.kind is OpKind.ADD and op not in kept and _adds_activations(op):
            stack.extend(operand.source for operand in reversed(op.operands))
        else:
            parts.append(op)
    return tuple(part for part in parts if part in residual.region)
