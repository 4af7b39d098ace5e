"""Indexing, gathering, scattering, sorting, searching."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from analyzer.library.operations.numeric.arithmetic import Numbers


def getitem(input: Numbers, index: Any) -> Numbers:
    basic, advanced = _passes(index)
    return input[basic][advanced] if advanced else input[basic]


def setitem(input: Numbers, index: Any, value: Numbers) -> Numbers:
    result = np.array(input)
    basic, advanced = _passes(index)
    if advanced:
        result[basic][advanced] = value
    else:
        result[basic] = value
    return result


def _passes(index: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The index in two steps, the first without and the second with arrays.

    An integer beside an array removes a dimension in torch; in NumPy it would take part in broadcasting.
    """
    items = index if isinstance(index, tuple) else (index,)
    if not any(map(_is_array, items)):
        return items, ()
    basic: list[Any] = []
    advanced: list[Any] = []
    for item in items:
        if _is_array(item):
            rank = item.ndim if isinstance(item, np.ndarray) and item.dtype == bool else 1
            basic.extend([slice(None)] * rank)
            advanced.append(item)
        elif item is Ellipsis:
            basic.append(item)
            advanced.append(item)
        else:
            basic.append(item)
            if not isinstance(item, int | np.ndarray):
                advanced.append(slice(None))
    return tuple(basic), tuple(advanced)


def _is_array(item: Any) -> bool:
    return isinstance(item, list) or (isinstance(item, np.ndarray) and (item.ndim > 0 or item.dtype == bool))


def index_put(input: Numbers, indices: Any, values: Numbers, accumulate: bool = False) -> Numbers:
    result = np.array(input)
    place: Any = tuple(slice(None) if index is None else index for index in indices)
    if accumulate:
        np.add.at(result, place, values)
    else:
        result[place] = values
    return result


def method_where(input: Numbers, condition: Numbers, other: Numbers) -> Numbers:
    return np.where(condition, input, other)


def masked_fill(input: Numbers, mask: Numbers, value: Numbers) -> Numbers:
    return np.where(mask, np.asarray(value).astype(input.dtype), input)


def masked_select(input: Numbers, mask: Numbers) -> Numbers:
    numbers, chosen = np.broadcast_arrays(input, mask)
    return numbers[chosen]


def masked_scatter(input: Numbers, mask: Numbers, source: Numbers) -> Numbers:
    result = np.array(input)
    chosen = np.broadcast_to(mask, result.shape)
    result[chosen] = source.reshape(-1)[: np.count_nonzero(chosen)]
    return result


def gather(input: Numbers, dim: int, index: Numbers, *, sparse_grad: bool = False) -> Numbers:
    return input[_positions(dim, index)]


def _positions(dim: int, index: Numbers) -> Any:
    """Where ``index`` points along ``dim``, its own position along the other dimensions."""
    places = list(np.indices(index.shape, sparse=True))
    places[dim] = index
    return tuple(places)


def take_along_dim(input: Numbers, indices: Numbers, dim: int | None = None) -> Numbers:
    return input.reshape(-1)[indices.reshape(-1)] if dim is None else np.take_along_axis(input, indices, axis=dim)


def take(input: Numbers, index: Numbers) -> Numbers:
    return input.reshape(-1)[index]


def index_select(input: Numbers, dim: int, index: Numbers) -> Numbers:
    return np.take(input, np.atleast_1d(index), axis=dim)


def select(input: Numbers, dim: int, index: Any) -> Numbers:
    return np.take(input, int(index), axis=dim)


def narrow(input: Numbers, dim: int, start: Any, length: Any) -> Numbers:
    first = int(start) % input.shape[dim] if int(start) < 0 else int(start)
    return np.take(input, range(first, first + int(length)), axis=dim)


def scatter(
    input: Numbers, dim: int, index: Numbers, src: Numbers = None, *, value: Any = None, reduce: str | None = None
) -> Numbers:
    if reduce is not None:
        raise ValueError("scatter with a reduction is not computed")
    result = np.array(input)
    source = value if src is None else src
    if isinstance(source, np.ndarray) and source.ndim:
        source = source[tuple(slice(size) for size in index.shape)]
    result[_positions(dim, index)] = source
    return result


def scatter_add(input: Numbers, dim: int, index: Numbers, src: Numbers) -> Numbers:
    result = np.array(input)
    np.add.at(result, _positions(dim, index), src[tuple(slice(size) for size in index.shape)])
    return result


def index_add(input: Numbers, dim: int, index: Numbers, source: Numbers, *, alpha: Any = 1) -> Numbers:
    result = np.moveaxis(np.array(input), dim, 0).copy()
    np.add.at(result, index, alpha * np.moveaxis(source, dim, 0))
    return np.moveaxis(result, 0, dim)


def index_copy(input: Numbers, dim: int, index: Numbers, source: Numbers) -> Numbers:
    result = np.moveaxis(np.array(input), dim, 0).copy()
    result[index] = np.moveaxis(source, dim, 0)
    return np.moveaxis(result, 0, dim)


def index_fill(input: Numbers, dim: int, index: Numbers, value: Any) -> Numbers:
    result = np.moveaxis(np.array(input), dim, 0).copy()
    result[index] = value
    return np.moveaxis(result, 0, dim)


def _order(input: Numbers, dim: int, descending: bool) -> Numbers:
    """Positions in stable order."""
    if not input.ndim:
        return np.zeros((), dtype=np.int64)
    if not descending:
        return np.argsort(input, axis=dim, kind="stable")
    backwards = np.argsort(np.flip(input, axis=dim), axis=dim, kind="stable")
    return np.flip(input.shape[dim] - 1 - backwards, axis=dim)


def _at(input: Numbers, order: Numbers, dim: int) -> Numbers:
    return np.take_along_axis(input, order, axis=dim) if input.ndim else input


def topk(input: Numbers, k: Any, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    order = _order(input, dim, largest)
    order = np.take(order, range(int(k)), axis=dim) if input.ndim else order
    return _at(input, order, dim), order


def sort(input: Numbers, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    order = _order(input, dim, descending)
    return _at(input, order, dim), order


def argsort(input: Numbers, dim: int = -1, descending: bool = False, stable: bool = False) -> Numbers:
    return _order(input, dim, descending)


def searchsorted(
    sorted_sequence: Numbers, input: Numbers, *, out_int32: bool = False, right: bool = False,
    side: str | None = None, sorter: Numbers = None,
) -> Numbers:  # fmt: skip
    if sorted_sequence.ndim != 1:
        raise ValueError("only one sequence is searched")
    return np.searchsorted(sorted_sequence, input, side="right" if right or side == "right" else "left", sorter=sorter)


def bucketize(input: Numbers, boundaries: Numbers, *, out_int32: bool = False, right: bool = False) -> Numbers:
    return np.searchsorted(boundaries, input, side="right" if right else "left")


def unique(
    input: Numbers,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    values, inverse, counts = np.unique(input, return_inverse=True, return_counts=True, axis=dim)
    inverse = inverse.reshape(input.shape if dim is None else -1)
    return [values, *([inverse] if return_inverse else []), *([counts] if return_counts else [])]


def unique_consecutive(
    input: Numbers, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    rows = input.reshape(-1) if dim is None else np.moveaxis(input, dim, 0)
    flat = rows.reshape(len(rows), -1)
    fresh = np.concatenate(([True], np.any(flat[1:] != flat[:-1], axis=1))) if len(flat) else np.zeros(0, dtype=bool)
    values = rows[fresh] if dim is None else np.moveaxis(rows[fresh], 0, dim)
    inverse = (np.cumsum(fresh) - 1).reshape(input.shape if dim is None else -1)
    counts = np.bincount(np.cumsum(fresh) - 1) if len(flat) else np.zeros(0, dtype=np.int64)
    return [values, *([inverse] if return_inverse else []), *([counts] if return_counts else [])]


def tril(input: Numbers, diagonal: int = 0) -> Numbers:
    return np.tril(input, diagonal)


def triu(input: Numbers, diagonal: int = 0) -> Numbers:
    return np.triu(input, diagonal)


def diag(input: Numbers, diagonal: int = 0) -> Numbers:
    return np.diag(input, diagonal)


def diagonal_of(input: Numbers, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Numbers:
    return np.diagonal(input, offset, dim1, dim2)


def one_hot(input: Numbers, num_classes: int = -1) -> Numbers:
    count = int(input.max()) + 1 if num_classes == -1 else num_classes
    if input.size and (input.min() < 0 or input.max() >= count):
        raise ValueError("a class out of range")
    return np.eye(count, dtype=np.int64)[input.astype(np.int64)]


PICKING: Mapping[str, Callable[..., Any]] = {
    "getitem": getitem,
    "setitem": setitem,
    "index_put": index_put,
    "method_where": method_where,
    "masked_fill": masked_fill,
    "masked_select": masked_select,
    "masked_scatter": masked_scatter,
    "gather": gather,
    "take_along_dim": take_along_dim,
    "take": take,
    "index_select": index_select,
    "select": select,
    "narrow": narrow,
    "scatter": scatter,
    "scatter_add": scatter_add,
    "index_add": index_add,
    "index_copy": index_copy,
    "index_fill": index_fill,
    "topk": topk,
    "sort": sort,
    "argsort": argsort,
    "searchsorted": searchsorted,
    "bucketize": bucketize,
    "unique": unique,
    "unique_consecutive": unique_consecutive,
    "tril": tril,
    "triu": triu,
    "diag": diag,
    "diagonal": diagonal_of,
    "one_hot": one_hot,
}
