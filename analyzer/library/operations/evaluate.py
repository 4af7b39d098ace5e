"""Numbers of small results, where the numbers of all operands are known."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence

import numpy as np

from analyzer.graph import TensorType
from analyzer.library.operations.binding import Bound
from analyzer.library.operations.dtypes import LIMIT, to_numpy
from analyzer.library.operations.numeric import EVALUATE
from analyzer.values import Array, Tensor, plain

_NUMERIC_ERRORS = (ValueError, TypeError, IndexError, FloatingPointError, OverflowError)


def evaluate(name: str, bound: Bound, types: Sequence[TensorType]) -> tuple[Array | None, ...]:
    """The numbers of each output of the operation ``name``, None where they are not computed."""
    nothing = (None,) * len(types)
    function = EVALUATE.get(name)
    if not types or sum(math.prod(map(int, item.shape)) for item in types) > LIMIT:
        return nothing
    if name == "reshape":
        return (_reshaped(bound.arguments["input"], types[0]),)
    if function is None:
        return nothing
    arguments = {key: _numbers(value) for key, value in bound.arguments.items()}
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = list(_flat(bound.call(function, arguments)))
            return _checked(found, types) if len(found) == len(types) else nothing
    except _NUMERIC_ERRORS:
        return nothing


def _reshaped(source: object, kind: TensorType) -> Array | None:
    """All forms of ``view`` and ``squeeze``; not the one that reads the bits as another type."""
    if not isinstance(source, Tensor) or source.data is None or source.dtype is not kind.dtype:
        return None
    return source.data.reshape(tuple(map(int, kind.shape)))


def _checked(found: Sequence[object], types: Sequence[TensorType]) -> tuple[Array | None, ...]:
    arrays = (to_numpy(np.asarray(numbers), kind.dtype) for numbers, kind in zip(found, types, strict=True))
    return tuple(
        array if array.shape == tuple(map(int, kind.shape)) else None for array, kind in zip(arrays, types, strict=True)
    )


def _numbers(value: object) -> object:
    """Tensors as arrays, traced scalars as plain ones, in sequences and slices too."""
    match value:
        case Tensor(data=None):
            return np.broadcast_to(np.zeros(()), tuple(map(int, value.shape)))
        case Tensor():
            return value.data
        case tuple():
            return tuple(_numbers(item) for item in value)
        case list() | range():
            return [_numbers(item) for item in value]
        case slice():
            return slice(*(_bound(part) for part in (value.start, value.stop, value.step)))
        case _:
            return plain(value)


def _bound(part: object) -> object:
    number = _numbers(part)
    return int(number) if isinstance(number, np.ndarray) else number


def _flat(result: object) -> Iterator[object]:
    if isinstance(result, tuple | list):
        for item in result:
            yield from _flat(item)
    else:
        yield result
