"""Reductions and cumulative operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from analyzer.library.operations.numeric.arithmetic import Numbers


def _axis(dim: Any) -> Any:
    """Torch's ``dim`` as NumPy's axis: an empty list means all."""
    if dim is None or (isinstance(dim, tuple | list) and not dim):
        return None
    return tuple(dim) if isinstance(dim, list) else dim


def _reduction(function: Callable[..., Numbers]) -> Callable[..., Numbers]:
    def reduce(input: Numbers, dim: Any = None, keepdim: bool = False, *, dtype: object = None) -> Numbers:
        return function(input, axis=_axis(dim), keepdims=keepdim)

    return reduce


def _spread(function: Callable[..., Numbers]) -> Callable[..., Numbers]:
    def reduce(
        input: Numbers, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: Any = 1
    ) -> Numbers:
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        return function(input, axis=_axis(dim), keepdims=keepdim, ddof=correction if unbiased else 0)

    return reduce


def _extreme(
    function: Callable[..., Numbers], position: Callable[..., Numbers], pairwise: Callable[..., Numbers]
) -> Callable[..., Any]:
    def reduce(input: Numbers, dim: Any = None, keepdim: bool = False, *, other: Numbers = None) -> Any:
        second = other if other is not None else dim
        if isinstance(second, np.ndarray):
            return pairwise(input, second)
        if dim is None:
            return function(input)
        if not input.ndim:
            return input, np.zeros((), dtype=np.int64)
        return function(input, axis=dim, keepdims=keepdim), position(input, axis=dim, keepdims=keepdim)

    return reduce


def _position(function: Callable[..., Numbers]) -> Callable[..., Numbers]:
    def reduce(input: Numbers, dim: int | None = None, keepdim: bool = False) -> Numbers:
        if dim is None or not input.ndim:
            return function(input)
        return function(input, axis=dim, keepdims=keepdim)

    return reduce


def _cumulative(function: Callable[..., Numbers]) -> Callable[..., Numbers]:
    def accumulate(input: Numbers, dim: int, *, dtype: object = None) -> Numbers:
        return function(input, axis=dim) if input.ndim else input

    return accumulate


def _cumulative_extreme(function: Any, take: Callable[[Numbers, Numbers], Numbers]) -> Callable[..., Any]:
    def accumulate(input: Numbers, dim: int) -> Any:
        values = function.accumulate(input, axis=dim)
        positions = np.broadcast_to(
            np.arange(input.shape[dim]).reshape((-1,) + (1,) * (-dim - 1 if dim < 0 else input.ndim - dim - 1)),
            input.shape,
        )
        latest = np.maximum.accumulate(np.where(take(input, values), positions, 0), axis=dim)
        return values, latest

    return accumulate


def logsumexp(input: Numbers, dim: Any, keepdim: bool = False) -> Numbers:
    top = np.max(input, axis=_axis(dim), keepdims=True)
    total = np.log(np.sum(np.exp(input - top), axis=_axis(dim), keepdims=True)) + top
    return total if keepdim else np.squeeze(total, axis=_axis(dim) if dim is not None else None)


def count_nonzero(input: Numbers, dim: Any = None) -> Numbers:
    return np.count_nonzero(input, axis=_axis(dim))


def norm(input: Numbers, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: object = None) -> Numbers:
    if p not in ("fro", None, 2):
        raise ValueError("only the Euclidean norm is computed")
    return np.sqrt(np.sum(np.square(np.abs(input)), axis=_axis(dim), keepdims=keepdim))


def all_true(input: Numbers) -> Numbers:
    return np.all(input)


def diff(input: Numbers, n: int = 1, dim: int = -1, prepend: Numbers = None, append: Numbers = None) -> Numbers:
    parts = [part for part in (prepend, input, append) if part is not None]
    joined = np.concatenate(parts, axis=dim) if len(parts) > 1 else input
    return np.diff(joined, n=n, axis=dim)


def bincount(input: Numbers, weights: Numbers = None, minlength: int = 0) -> Numbers:
    return np.bincount(input, weights, minlength)


REDUCING: Mapping[str, Callable[..., Any]] = {
    "sum": _reduction(np.sum),
    "nansum": _reduction(np.nansum),
    "mean": _reduction(np.mean),
    "nanmean": _reduction(np.nanmean),
    "prod": _reduction(np.prod),
    "amax": _reduction(np.max),
    "amin": _reduction(np.min),
    "all": _reduction(np.all),
    "any": _reduction(np.any),
    "var": _spread(np.var),
    "std": _spread(np.std),
    "max": _extreme(np.max, np.argmax, np.maximum),
    "min": _extreme(np.min, np.argmin, np.minimum),
    "argmax": _position(np.argmax),
    "argmin": _position(np.argmin),
    "cumsum": _cumulative(np.cumsum),
    "cumprod": _cumulative(np.cumprod),
    "cummax": _cumulative_extreme(np.maximum, np.greater_equal),
    "cummin": _cumulative_extreme(np.minimum, np.less_equal),
    "logsumexp": logsumexp,
    "count_nonzero": count_nonzero,
    "norm": norm,
    "vector_norm": norm,
    "all_true": all_true,
    "diff": diff,
    "bincount": bincount,
}
