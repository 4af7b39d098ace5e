"""Products of activations with learned matrices, however written: linear, matmul, einsum, convolution."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.facts.dataflow.learned import learned
from analyzer.graph import Group, Op, Operand, OpKind
from analyzer.query import Query, constant_side, number, sides

WEIGHT_WAY = Group.LAYOUT | Group.SELECTION
"""Kinds that lead from a stored matrix to the part of it that is used."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """One use of a learned matrix.

    ``input`` is the activation as the product reads it, ``output`` the product with its bias added; widths are sizes
    of the feature axis (channels of a convolution). ``bias`` is the learned vector. ``chosen`` says that data chose the
    matrix from several (or the rows it applies to), ``stack`` is the number of matrices that are applied at once (each
    to inputs of its own).
    """

    op: Op
    input: Op
    weight: Op
    bias: Op | None
    output: Op
    in_width: int
    out_width: int
    chosen: bool = False
    stack: int = 1

    @property
    def expert(self) -> bool:
        """Whether the matrix is one of several."""
        return self.chosen or self.stack > 1

    @property
    def module(self) -> str:
        return self.op.module


def projections(query: Query) -> tuple[Projection, ...]:
    """Every product of an activation with a learned matrix in the forward call, in order of execution."""
    found = (_projection(query, op) for op in query.ops(*Group.PRODUCT))
    return tuple(projection for projection in found if projection is not None)


def projection_at(query: Query) -> dict[Op, Projection]:
    """Projections by every operation that belongs to them: the product and the addition of its bias."""
    index: dict[Op, Projection] = {}
    for projection in query.facts(projections):
        index[projection.op] = projection
        index[projection.output] = projection
    return index


def matrix_behind(op: Op) -> Op | None:
    """The parameter that ``op`` is a view, a cast, a part or a constant multiple of; None for anything else."""
    while op.operands:
        if op.kind in WEIGHT_WAY:
            op = op.operands[0].source
        elif op.kind in (OpKind.MUL, OpKind.DIV) and (scaled := constant_side(op)) is not None:
            op = scaled[0]
        else:
            break
    return op if op.kind is OpKind.PARAMETER else None


def chosen_by_data(op: Op) -> bool:
    """Whether on the way from the parameter to ``op`` a part was selected by a tensor."""
    while op.kind in WEIGHT_WAY and op.operands:
        if op.kind in (OpKind.INDEX, OpKind.GATHER):
            return True
        op = op.operands[0].source
    return False


_PARTED = Group.LAYOUT | {OpKind.SPLIT}
_RANKING = WEIGHT_WAY | {OpKind.DIV, OpKind.ROUND}


def _rows_chosen(query: Query, op: Op) -> bool:
    """Whether ``op`` is made of those rows of a tensor that a condition or a ranking picked, or is a product of two
    such (rows and their weights)."""
    source = query.skip(op, _PARTED)
    factors = query.operands(source) if source.kind is OpKind.MUL else (source,)
    return all(_picked(query, query.skip(one, _PARTED)) for one in factors)


def _picked(query: Query, rows: Op) -> bool:
    if rows.kind is not OpKind.INDEX:
        return False
    by = (query.skip(one.source, _RANKING) for one in rows.operands if one.slot.startswith("index"))
    return any(index.kind in (OpKind.NONZERO, OpKind.SORT, OpKind.TOPK, OpKind.ARGMAX) for index in by)


def feature_width(operand: Operand) -> int:
    """The size of the last axis of what an operand reads; 0 for a scalar."""
    shape = operand.source.outputs[operand.output].shape
    return shape[-1] if shape else 0


def _projection(query: Query, op: Op) -> Projection | None:
    if not op.outputs or not op.outputs[0].shape:
        return None
    pair = _read(op)
    if pair is None or _within_channels(op):
        return None
    value, weight_use = pair
    weight = matrix_behind(weight_use.source)
    if weight is None or matrix_behind(value.source) is not None:
        return None
    own = _own_bias(op)
    bias, output = (own, op) if own is not None else _added_bias(query, op)
    channels = op.kind is OpKind.CONV
    return Projection(
        op=op,
        input=value.source,
        weight=weight,
        bias=bias,
        output=output,
        in_width=_channels(value) if channels else _contracted(op, value),
        out_width=op.outputs[0].shape[1] if channels and len(op.outputs[0].shape) > 1 else op.outputs[0].shape[-1],
        chosen=chosen_by_data(weight_use.source) or _rows_chosen(query, value.source),
        stack=_stack(op, weight_use, weight),
    )


def _own_bias(op: Op) -> Op | None:
    """The bias that the call itself adds (``addmm`` has it as its first argument)."""
    return op.operand("input") if op.operand("mat1") is not None and op.operand("input") else op.operand("bias")


def _within_channels(op: Op) -> bool:
    """Whether a convolution keeps groups of channels apart (a filter along positions, not a mix of features)."""
    groups = op.arguments.get("groups", 1)
    return op.kind is OpKind.CONV and isinstance(groups, int) and int(groups) > 1


def _read(op: Op) -> tuple[Operand, Operand] | None:
    """(activation, weight) of a product."""
    by_slot = {operand.slot: operand for operand in op.operands}
    if "input" in by_slot and "weight" in by_slot:
        return by_slot["input"], by_slot["weight"]
    tensors = [operand for operand in op.operands if operand.slot not in ("bias", "beta", "alpha")]
    if "batch1" in by_slot:
        tensors = [by_slot["batch1"], by_slot["batch2"]]
    if "mat1" in by_slot:
        tensors = [by_slot["mat1"], by_slot["mat2"]]
    if len(tensors) != 2:
        return None
    first, second = tensors
    return (second, first) if matrix_behind(first.source) is not None else (first, second)


def _contracted(op: Op, value: Operand) -> int:
    width = feature_width(value)
    if op.kind is OpKind.EINSUM:
        from_equation = einsum_contracted(op, value)
        return from_equation if from_equation else width
    return width


def einsum_contracted(op: Op, value: Operand) -> int:
    """Product of the sizes of ``value``'s axes that an einsum sums over; 0 where the equation cannot be read."""
    equation = op.arguments.get("equation")
    if not isinstance(equation, str) or "->" not in equation or "." in equation:
        return 0
    left, result = equation.replace(" ", "").split("->")
    position = next(i for i, operand in enumerate(op.operands) if operand is value)
    labels = left.split(",")
    if position >= len(labels):
        return 0
    sizes = value.source.outputs[value.output].shape
    size = 1
    for label, length in zip(labels[position], sizes, strict=False):
        if label not in result:
            size = length if size == 1 else size * length
    return size


def _channels(value: Operand) -> int:
    shape = value.source.outputs[value.output].shape
    return shape[1] if len(shape) > 1 else 0


def _added_bias(query: Query, op: Op) -> tuple[Op | None, Op]:
    """(parameter, addition) where a learned vector is added to the product at once."""
    product, users = op, query.users(op)
    while len(users) == 1 and users[0].kind is OpKind.COPY:
        product, users = users[0], query.users(users[0])
    if op.name == "addmm" or len(users) != 1:
        return None, op
    step = users[0]
    if step.kind is not OpKind.ADD or (pair := sides(step)) is None or number(pair[1]) is not None:
        return None, op
    for tensor, other in (pair, pair[::-1]):
        if tensor is product and isinstance(other, Op):
            bias = learned(other)
            vector = bias.parameter if bias is not None else matrix_behind(other)
            return (vector, step) if vector is not None else (None, op)
    return None, op


def _stack(op: Op, weight_use: Operand, weight: Op) -> int:
    """The number of matrices that one product applies side by side."""
    used = weight_use.source.outputs[weight_use.output].shape
    batched = op.kind is OpKind.MATMUL and len(used) == 3 and len(weight.outputs[0].shape) == 3
    return used[0] if batched else 1
