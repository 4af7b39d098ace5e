"""Sizes that do not agree: how an operation that a framework refuses can be followed all the same.

The defaults of a class can be at odds with each other (heads that do not divide the width), so that no inputs are found
with which a call runs. As a compiler goes on behind an error that it reports, the operation is then recorded as if the
size at odds were the one that fits. What the code does behind it shows again, only those sizes do not mean anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analyzer.values import Tensor, Value


def agreeing(name: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Iterator[list[Value]]:
    """The arguments of the canonical operation ``name`` with one size in place of another that is at odds with it."""
    tensors = [(place, arg) for place, arg in enumerate(args) if isinstance(arg, Tensor) and arg.shape]
    if name == "split" and len(tensors) == 1:
        yield from _in_pieces(args, *tensors[0], kwargs.get("dim"))
    if name == "cat":
        yield from _joined(args, kwargs.get("dim"))
    if len(tensors) < 2:
        return
    (_, first), (right, second) = tensors[:2]
    if name in _BY_ELEMENT and (fitted := _fitted(second, first)) is not second:
        yield _with(args, right, fitted)
    axes = next((axes for names, axes in _SUMMED.items() if name in names), None)
    if axes is None or min(len(first.shape), len(second.shape)) < 2:
        return
    size, wanted = first.shape[axes[0]], second.shape[axes[1]]
    if size != wanted:
        yield _with(args, right, _resized(second, axes[1], size))


_BY_ELEMENT = frozenset({"add", "sub", "mul", "div", "where", "maximum", "minimum"})
_SUMMED: Mapping[frozenset[str], tuple[int, int]] = {
    frozenset({"linear"}): (-1, -1),
    frozenset({"matmul", "mm"}): (-1, -2),
    frozenset({"conv1d", "conv2d", "conv3d"}): (1, 1),
}
"""The axes of both operands that operations sum over."""


def _dim(args: Sequence[Value], named: Value) -> int:
    """The axis that an operation is about, by name or as the last argument."""
    return next((arg for arg in (named, *reversed(args)) if type(arg) is int), 0)


def _joined(args: Sequence[Value], named: Value) -> Iterator[list[Value]]:
    """``args`` of a concatenation, of tensors with the sizes of the first but for the axis along which they join."""
    parts = args[0] if args and isinstance(args[0], list | tuple) else ()
    tensors = [part for part in parts if isinstance(part, Tensor)]
    if tensors and len({len(part.shape) for part in parts if isinstance(part, Tensor)}) == 1:
        dim = _dim(args[1:], named)
        axis = dim if dim < 0 else dim - len(tensors[0].shape)
        yield [[_fitted(part, tensors[0], but=axis) for part in tensors], *args[1:]]


def _in_pieces(args: Sequence[Value], place: int, tensor: Tensor, named: Value) -> Iterator[list[Value]]:
    """``args`` of a split into pieces of fixed sizes, of something of as much as they are together."""
    pieces = next((arg for arg in args if isinstance(arg, list | tuple)), ())
    dim = _dim(args, named)
    sizes = [size for size in pieces if isinstance(size, int)]
    if pieces and len(sizes) == len(pieces) and dim < len(tensor.shape):
        yield _with(args, place, _resized(tensor, dim, sum(sizes)))


def _fitted(tensor: Tensor, other: Tensor, but: int = 0) -> Tensor:
    """``tensor`` with the sizes of ``other`` where theirs differ, counted from the last axis (-1); not axis ``but``."""
    for axis in range(-min(len(tensor.shape), len(other.shape)), 0):
        mine, its = tensor.shape[axis], other.shape[axis]
        if axis != but and mine != its and 1 not in (mine, its):
            tensor = _resized(tensor, axis, its)
    return tensor


def _resized(tensor: Tensor, axis: int, size: int) -> Tensor:
    """What stands in for ``tensor`` as an operand: the same result of the same operation, but for one size."""
    sizes = list(tensor.shape)
    sizes[axis] = size
    return Tensor(tuple(sizes), tensor.dtype, tensor.op, tensor.output)


def _with(args: Sequence[Value], place: int, tensor: Tensor) -> list[Value]:
    return [*args[:place], tensor, *args[place + 1 :]]
