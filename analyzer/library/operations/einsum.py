"""Sizes of Einstein summation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analyzer.graph import TensorType
from analyzer.library.operations.broadcasting import Shape, broadcast
from analyzer.library.operations.dtypes import result_type
from analyzer.library.operations.errors import BindingError, ShapeError
from analyzer.values import Tensor

_ELLIPSIS = "."


def einsum(equation: object, operands: Sequence[object]) -> TensorType:
    """The type of ``einsum(equation, *operands)``; operands may come as one list.

    Raises:
        ShapeError: a label stands for different sizes, or a term does not have its operand's dimensions.
    """
    if not isinstance(equation, str):
        raise BindingError("einsum without an equation")
    if len(operands) == 1 and isinstance(operands[0], Sequence):
        operands = operands[0]
    tensors = [operand for operand in operands if isinstance(operand, Tensor)]
    inputs, output = _terms(equation)
    if len(tensors) != len(operands) or len(inputs) != len(tensors):
        raise BindingError(f"{len(inputs)} terms for {len(operands)} operands")
    sizes: dict[str, int] = {}
    batch: Shape = ()
    for term, tensor in zip(inputs, tensors, strict=True):
        batch = broadcast(batch, _assign(term, tensor.shape, sizes))
    shape: list[int] = []
    for label in output:
        if label == _ELLIPSIS:
            shape.extend(batch)
        elif label in sizes:
            shape.append(sizes[label])
        else:
            raise ShapeError(f"label {label} of the result has no size")
    return TensorType(tuple(shape), result_type(*tensors))


def _terms(equation: str) -> tuple[list[str], str]:
    """The inputs' terms and the output's, an ellipsis as one dot."""
    left, arrow, right = equation.replace(" ", "").replace("...", _ELLIPSIS).partition("->")
    inputs = left.split(",")
    if arrow:
        return inputs, right
    counts = Counter(label for label in left if label not in (",", _ELLIPSIS))
    free = "".join(sorted(label for label, count in counts.items() if count == 1))
    return inputs, (_ELLIPSIS if _ELLIPSIS in left else "") + free


def _assign(term: str, shape: Shape, sizes: dict[str, int]) -> Shape:
    """Note the sizes of the term's labels; the sizes that its ellipsis covers are returned."""
    hidden = len(shape) - len(term.replace(_ELLIPSIS, ""))
    if hidden < 0 or (hidden and _ELLIPSIS not in term):
        raise ShapeError(f"term {term} for {len(shape)} dimensions")
    before, _, after = term.partition(_ELLIPSIS)
    for label, size in zip(before + after, (*shape[: len(before)], *shape[len(before) + hidden :]), strict=True):
        sizes[label] = broadcast((sizes.get(label, 1),), (size,))[0]
    return tuple(shape[len(before) : len(before) + hidden])
