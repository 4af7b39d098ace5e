"""Products of two activations: what is summed over, and which axes come from which side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from analyzer.graph import Op, Operand, OpKind
from analyzer.values import origin_of


@dataclass(frozen=True, slots=True, eq=False)
class Contraction:
    """``left`` and ``right`` are summed over an axis of size ``depth``.

    ``rows`` and ``columns`` are the sizes that only left or only right has, ``batch`` the sizes of the axes of the
    result that are neither.
    """

    op: Op
    left: Operand
    right: Operand
    depth: int
    rows: int
    columns: int
    batch: tuple[int, ...]


def contraction(op: Op) -> Contraction | None:
    """The product that ``op`` computes, None if it is not one of two tensors."""
    if op.kind is OpKind.EINSUM:
        return _einsum(op)
    if op.kind is not OpKind.MATMUL:
        return None
    slots = {operand.slot: operand for operand in op.operands}
    pair = [slots[name] for name in ("batch1", "batch2") if name in slots] or [
        operand for operand in op.operands if operand.slot in ("input", "other", "mat1", "mat2", "tensor1", "tensor2")
    ]
    if len(pair) != 2:
        return None
    left, right = pair
    one, other = _shape(left), _shape(right)
    if len(one) < 2 or len(other) < 2 or not op.outputs:
        return None
    return Contraction(op, left, right, one[-1], one[-2], other[-1], op.outputs[0].shape[:-2])


def _einsum(op: Op) -> Contraction | None:
    equation = op.arguments.get("equation")
    operands = [operand for operand in op.operands if operand.slot.startswith("operands")]
    if not isinstance(equation, str) or len(operands) != 2 or "->" not in equation or "." in equation:
        return None
    inputs, _, result = equation.replace(" ", "").partition("->")
    first, _, second = inputs.partition(",")
    sizes = dict(zip(first, _shape(operands[0]), strict=False)) | dict(zip(second, _shape(operands[1]), strict=False))
    if any(label not in sizes for label in first + second):
        return None
    summed = [label for label in first if label in second and label not in result]
    if not summed:
        return None
    rows = [label for label in result if label in first and label not in second]
    columns = [label for label in result if label in second and label not in first]
    along = _along_positions(columns, sizes, ())
    across = _along_positions(rows, sizes, along)
    alone = {*across, *along}
    return Contraction(
        op,
        operands[0],
        operands[1],
        _size(sizes, summed),
        _size(sizes, across),
        _size(sizes, along),
        tuple(sizes[label] for label in result if label not in alone),
    )


def _along_positions(labels: list[str], sizes: dict[str, int], other: Sequence[str]) -> list[str]:
    """Of the axes that only one side has the one that runs along positions, the others are groups of heads: the one
    that depends on the length of the input, else one as long as that of the other side, else the last."""
    lengths = {sizes[label] for label in other}
    by_input = [label for label in labels if (origin := origin_of(sizes[label])) and origin.symbols]
    as_long = [label for label in labels if sizes[label] in lengths]
    return (by_input or as_long or labels)[-1:]


def _size(sizes: dict[str, int], labels: list[str]) -> int:
    return sizes[labels[0]] if len(labels) == 1 else prod(sizes[label] for label in labels)


def _shape(operand: Operand) -> tuple[int, ...]:
    return operand.source.outputs[operand.output].shape
