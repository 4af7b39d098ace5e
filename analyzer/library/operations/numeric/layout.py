"""The same numbers in another layout, joined, cut or repeated; products of small tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from analyzer.library.operations.numeric.arithmetic import Numbers


def identity(input: Numbers, *args: object, **options: object) -> Numbers:
    return input


def cast(input: Numbers = None, *args: object, data: Numbers = None, **options: object) -> Numbers:
    return data if input is None else input


def copy_from(input: Numbers, src: Numbers) -> Numbers:
    return np.broadcast_to(src, input.shape)


def _flat(sizes: Sequence[Any]) -> tuple[int, ...]:
    return tuple(int(size) for size in sizes)


def transpose(input: Numbers, dim0: int, dim1: int) -> Numbers:
    return np.swapaxes(input, dim0, dim1) if input.ndim else input


def permute(input: Numbers, *dims: Any) -> Numbers:
    order = dims[0] if len(dims) == 1 and isinstance(dims[0], tuple | list) else dims
    return np.transpose(input, _flat(order))


def movedim(input: Numbers, source: Any, destination: Any) -> Numbers:
    return np.moveaxis(input, source, destination)


def reversed_dims(input: Numbers) -> Numbers:
    return input.T


def last_transposed(input: Numbers) -> Numbers:
    return np.swapaxes(input, -2, -1)


def expand(input: Numbers, *size: Any, implicit: bool = False) -> Numbers:
    wanted = _flat(size[0] if len(size) == 1 and isinstance(size[0], tuple | list) else size)
    own = (1,) * (len(wanted) - input.ndim) + input.shape
    return np.broadcast_to(input, [o if w == -1 else w for o, w in zip(own, wanted, strict=True)])


def expand_as(input: Numbers, other: Numbers) -> Numbers:
    return np.broadcast_to(input, other.shape)


def tile(input: Numbers, *dims: Any) -> Numbers:
    return np.tile(input, _flat(dims))


def repeat_interleave(input: Numbers, repeats: Any, dim: int | None = None, *, output_size: Any = None) -> Numbers:
    return np.repeat(input, repeats, axis=dim)


def flip(input: Numbers, *dims: Any) -> Numbers:
    return np.flip(input, _flat(dims))


def roll(input: Numbers, shifts: Any, dims: Any = None) -> Numbers:
    return np.roll(input, shifts, dims if dims not in ((), []) else None)


def rot90(input: Numbers, k: int = 1, dims: Any = (0, 1)) -> Numbers:
    return np.rot90(input, k, tuple(dims))


def unfold(input: Numbers, dimension: int, size: int, step: int) -> Numbers:
    windows = np.lib.stride_tricks.sliding_window_view(input, size, axis=dimension)
    return np.take(windows, range(0, windows.shape[dimension], step), axis=dimension)


def cat(tensors: Sequence[Numbers], dim: int = 0) -> Numbers:
    real = [tensor for tensor in tensors if tensor.shape != (0,)]
    return np.concatenate(real or list(tensors), axis=dim)


def stack(tensors: Sequence[Numbers], dim: int = 0) -> Numbers:
    return np.stack(list(tensors), axis=dim)


def hstack(tensors: Sequence[Numbers]) -> Numbers:
    return np.hstack(list(tensors))


def vstack(tensors: Sequence[Numbers]) -> Numbers:
    return np.vstack(list(tensors))


def _cut(tensor: Numbers, sizes: Sequence[int], dim: int) -> list[Numbers]:
    return np.split(tensor, np.cumsum(sizes)[:-1], axis=dim)


def split(tensor: Numbers, sizes: Any, dim: int = 0) -> list[Numbers]:
    if isinstance(sizes, tuple | list):
        return _cut(tensor, sizes, dim)
    return np.split(tensor, range(int(sizes), tensor.shape[dim], int(sizes)), axis=dim)


def chunk(input: Numbers, chunks: int, dim: int = 0) -> list[Numbers]:
    return split(input, -(-input.shape[dim] // chunks), dim)


def unbind(input: Numbers, dim: int = 0) -> list[Numbers]:
    return [np.take(input, place, axis=dim) for place in range(input.shape[dim])]


def _several(tensors: tuple[Any, ...]) -> Sequence[Numbers]:
    return tensors[0] if len(tensors) == 1 and isinstance(tensors[0], tuple | list) else tensors


def meshgrid(*tensors: Any, indexing: str = "ij") -> list[Numbers]:
    return list(np.meshgrid(*_several(tensors), indexing="xy" if indexing == "xy" else "ij"))


def broadcast_tensors(*tensors: Any) -> list[Numbers]:
    return list(np.broadcast_arrays(*_several(tensors)))


def pad(input: Numbers, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Numbers:
    if mode != "constant" or any(amount < 0 for amount in pad):
        raise ValueError("only constant padding is computed")
    pairs = [(pad[2 * number], pad[2 * number + 1]) for number in range(len(pad) // 2)]
    widths = [(0, 0)] * (input.ndim - len(pairs)) + pairs[::-1]
    return np.pad(input, widths, constant_values=0 if value is None else value)


MOST_PRODUCTS = 1 << 28
"""Multiplications of one sum of products."""


def _few_products(count: int) -> None:
    if count > MOST_PRODUCTS:
        raise ValueError("too many products to compute")


def matmul(input: Numbers, other: Numbers) -> Numbers:
    _few_products(input.size * (other.shape[-1] if other.ndim > 1 else 1))
    return np.matmul(input, other)


def rmatmul(input: Numbers, other: Numbers) -> Numbers:
    return matmul(other, input)


def outer(input: Numbers, vec2: Numbers) -> Numbers:
    return np.outer(input, vec2)


def einsum(equation: str, *operands: Any) -> Numbers:
    arrays = _several(operands)
    sizes: dict[str, int] = {}
    for term, array in zip(equation.replace(" ", "").partition("->")[0].split(","), arrays, strict=True):
        before, _, after = term.partition("...")
        sizes |= zip(before, array.shape, strict=False)
        sizes |= zip(reversed(after), reversed(array.shape), strict=False)
    hidden = prod(array.size for array in arrays if "..." in equation)
    _few_products(prod(sizes.values()) * hidden)
    return np.einsum(equation, *arrays)


LAYOUT: Mapping[str, Callable[..., Any]] = {
    "identity": identity,
    "cast": cast,
    "copy_from": copy_from,
    "transpose": transpose,
    "permute": permute,
    "movedim": movedim,
    "reverse_dims": reversed_dims,
    "matrix_transpose": last_transposed,
    "expand": expand,
    "expand_as": expand_as,
    "tile": tile,
    "repeat_interleave": repeat_interleave,
    "flip": flip,
    "roll": roll,
    "rot90": rot90,
    "unfold": unfold,
    "cat": cat,
    "stack": stack,
    "hstack": hstack,
    "vstack": vstack,
    "split": split,
    "chunk": chunk,
    "unbind": unbind,
    "meshgrid": meshgrid,
    "broadcast_tensors": broadcast_tensors,
    "pad": pad,
    "matmul": matmul,
    "rmatmul": rmatmul,
    "outer": outer,
    "einsum": einsum,
}
