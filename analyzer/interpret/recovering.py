"""Sizes of a configuration that do not agree: how an operation that PyTorch refuses can be followed all the same.

The defaults of a class can be at odds with each other (heads that do not divide the width), so that no inputs are found
with which a call runs. As a compiler goes on behind an error that it reports, the operation is then recorded as if the
size at odds were the one that fits. What the code does behind it shows again, only those sizes do not mean anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analyzer.values import Tensor, Value, origin_of


def agreeing(target: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Iterator[list[Value]]:
    """The arguments with one size in place of another that is at odds with it."""
    tensors = [(place, arg) for place, arg in enumerate(args) if isinstance(arg, Tensor) and arg.shape]
    name = target.rpartition(".")[2]
    if name == "split" and len(tensors) == 1:
        yield from _in_pieces(args, *tensors[0], kwargs.get("dim"))
    if len(tensors) < 2:
        return
    (_, first), (right, second) = tensors[:2]
    if name in _BY_ELEMENT and (fitted := _fitted(second, first)) is not second:
        yield _with(args, right, fitted)
    axes = next((axes for names, axes in _SUMMED.items() if name in names), None)
    if axes is None or min(len(first.shape), len(second.shape)) < 2:
        return
    size, wanted = first.shape[axes[0]], second.shape[axes[1]]
    if _at_odds(size, wanted):
        yield _with(args, right, _resized(second, axes[1], size))


_BY_ELEMENT = frozenset({"add", "sub", "mul", "div", "add_", "sub_", "mul_", "div_", "where", "maximum", "minimum"})
_SUMMED: Mapping[frozenset[str], tuple[int, int]] = {
    frozenset({"linear"}): (-1, -1),
    frozenset({"matmul", "mm", "bmm"}): (-1, -2),
    frozenset({"conv1d", "conv2d", "conv3d"}): (1, 1),
}
"""The axes of both operands that operations sum over."""


def _in_pieces(args: Sequence[Value], place: int, tensor: Tensor, named: Value) -> Iterator[list[Value]]:
    """``args`` of a split into pieces of fixed sizes, of something of as much as they are together."""
    pieces = next((arg for arg in args if isinstance(arg, list | tuple)), ())
    dim = next((arg for arg in (named, *reversed(args)) if type(arg) is int), 0)
    sizes = [size for size in pieces if isinstance(size, int)]
    if pieces and len(sizes) == len(pieces) and dim < len(tensor.shape) and _at_odds(tensor.shape[dim], sum(sizes)):
        yield _with(args, place, _resized(tensor, dim, sum(sizes)))


def _fitted(tensor: Tensor, other: Tensor) -> Tensor:
    """``tensor`` with the sizes of ``other`` where theirs differ, counted from the last axis."""
    for axis in range(-min(len(tensor.shape), len(other.shape)), 0):
        mine, its = tensor.shape[axis], other.shape[axis]
        if 1 not in (mine, its) and _at_odds(mine, its):
            tensor = _resized(tensor, axis, its)
    return tensor


def _resized(tensor: Tensor, axis: int, size: int) -> Tensor:
    """What stands in for ``tensor`` as an operand: the same result of the same operation, but for one size."""
    sizes = list(tensor.shape)
    sizes[axis] = size
    return Tensor(tuple(sizes), tensor.dtype, tensor.op, tensor.output)


def _with(args: Sequence[Value], place: int, tensor: Tensor) -> list[Value]:
    return [*args[:place], tensor, *args[place + 1 :]]


def _at_odds(one: int, other: int) -> bool:
    """Whether two sizes differ of which the configuration has a part in one."""
    origins = (origin_of(one), origin_of(other))
    return one != other and any(origin is not None and origin.fields for origin in origins)
