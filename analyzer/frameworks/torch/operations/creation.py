"""Tensors from numbers: zeros, arange, tensor, eye."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce

import numpy as np

from analyzer.frameworks.torch.operations.spelling import FREE, METHOD, rules
from analyzer.graph import Constant, Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import Shape, extents, integer
from analyzer.library.operations.dtypes import LIMIT, default_dtype, from_numpy, promote, scalar_type, to_numpy
from analyzer.library.operations.errors import BindingError, DataDependent, ShapeError
from analyzer.library.operations.rule import RuleOutcome, merge
from analyzer.library.operations.symbolic import FEW, add, depends_on_data, floor_divide, subtract
from analyzer.values import Array, Tensor, TracedBool, TracedInt, plain

MOST_POSITIONS = 1 << 24


def _small(shape: Shape) -> bool:
    return math.prod(map(int, shape)) <= LIMIT


def filled(shape: Shape, value: object, dtype: Dtype) -> RuleOutcome:
    """A tensor of one number, which is an attribute; a tensor that gives the number has to be small."""
    result = TensorType(shape, dtype)
    number = value
    if isinstance(value, Tensor):
        if value.data is None:
            return RuleOutcome(result, data=(None,))
        number = value.data.reshape(-1)[0].item()
    if not isinstance(number, bool | int | float | complex):
        raise BindingError(f"{type(value).__name__} as the number to fill with")
    extra = {} if isinstance(value, Tensor) else {"fill": number}
    if not _small(shape):
        return RuleOutcome(result, data=(None,), extra=extra)
    data = to_numpy(np.full(tuple(map(int, shape)), plain(number)), dtype)
    return RuleOutcome(result, data=(data,), extra=extra)


def sizes(size: object) -> Shape:
    """The sizes of a new tensor."""
    shape = extents(size)
    if any(length < 0 for length in shape):
        raise ShapeError(f"a tensor of negative size {tuple(map(int, shape))}")
    return shape


def zeros(*size: object, dtype: Dtype | None = None) -> RuleOutcome:
    """All 0."""
    return filled(sizes(size), 0, dtype or default_dtype())


def ones(*size: object, dtype: Dtype | None = None) -> RuleOutcome:
    """All 1."""
    return filled(sizes(size), 1, dtype or default_dtype())


def empty(*size: object, dtype: Dtype | None = None) -> RuleOutcome:
    """Numbers that nobody knows."""
    return RuleOutcome(TensorType(sizes(size), dtype or default_dtype()), data=(None,))


def empty_strided(size: object, stride: object, *, dtype: Dtype | None = None) -> RuleOutcome:
    """Like ``empty``."""
    return empty(size, dtype=dtype)


def full(size: object, fill_value: object, *, dtype: Dtype | None = None) -> RuleOutcome:
    """All ``fill_value``, whose type decides."""
    own = fill_value.dtype if isinstance(fill_value, Tensor) else scalar_type(fill_value)
    return filled(sizes(size), fill_value, dtype or own)


def zeros_like(input: Tensor, *, dtype: Dtype | None = None) -> RuleOutcome:
    """All 0 in the shape and type of the input."""
    return filled(input.shape, 0, dtype or input.dtype)


def ones_like(input: Tensor, *, dtype: Dtype | None = None) -> RuleOutcome:
    """All 1 in the shape and type of the input."""
    return filled(input.shape, 1, dtype or input.dtype)


def empty_like(input: Tensor, *, dtype: Dtype | None = None) -> RuleOutcome:
    """Unknown numbers in the shape and type of the input."""
    return RuleOutcome(TensorType(input.shape, dtype or input.dtype), data=(None,))


def full_like(input: Tensor, fill_value: object, *, dtype: Dtype | None = None) -> RuleOutcome:
    """One number in the shape and type of the input."""
    return filled(input.shape, fill_value, dtype or input.dtype)


def new_zeros(input: Tensor, *size: object, dtype: Dtype | None = None) -> RuleOutcome:
    """All 0 in the type of the input."""
    return filled(sizes(size), 0, dtype or input.dtype)


def new_ones(input: Tensor, *size: object, dtype: Dtype | None = None) -> RuleOutcome:
    """All 1 in the type of the input."""
    return filled(sizes(size), 1, dtype or input.dtype)


def new_empty(input: Tensor, *size: object, dtype: Dtype | None = None) -> RuleOutcome:
    """Unknown numbers in the type of the input."""
    return empty(*size, dtype=dtype or input.dtype)


def new_full(input: Tensor, size: object, fill_value: object, *, dtype: Dtype | None = None) -> RuleOutcome:
    """One number in the type of the input."""
    return filled(sizes(size), fill_value, dtype or input.dtype)


def fill(input: Tensor, value: object) -> RuleOutcome:
    """``fill_``: one number in the input's place."""
    return filled(input.shape, value, input.dtype)


def zero(input: Tensor) -> RuleOutcome:
    """``zero_``."""
    return filled(input.shape, 0, input.dtype)


def new_tensor(input: Tensor, data: object, *, dtype: Dtype | None = None) -> RuleOutcome:
    """``tensor`` with the type of the input."""
    return tensor(data, dtype=dtype or input.dtype)


def scalar_tensor(s: object, *, dtype: Dtype | None = None) -> RuleOutcome:
    """A tensor without dimensions."""
    return filled((), s, dtype or default_dtype())


def as_tensor(data: object, dtype: Dtype | None = None, device: object = None) -> RuleOutcome:
    """Like ``tensor``; a tensor of the right type stays what it is."""
    if isinstance(data, Tensor):
        kept = dtype is None or dtype is data.dtype
        return RuleOutcome(TensorType(data.shape, dtype or data.dtype), alias=kept, kind=OpKind.CAST)
    return tensor(data, dtype=dtype)


def tensor(data: object, *, dtype: Dtype | None = None, device: object = None) -> RuleOutcome:
    """From nested sequences of numbers or of tensors without dimensions."""
    if isinstance(data, Tensor):
        return RuleOutcome(TensorType(data.shape, dtype or data.dtype))
    if isinstance(data, np.ndarray):
        result = TensorType(data.shape, dtype or from_numpy(data))
        return RuleOutcome(result, data=(to_numpy(data, result.dtype) if data.size <= LIMIT else None,))
    shape, found = _nested(data)
    result = TensorType(shape, dtype or found or default_dtype())
    extra = {"fill": data} if not shape and isinstance(data, bool | int | float | complex) else {}
    return RuleOutcome(result, data=(_numbers(data, result),), extra=extra)


_NUMBERS = frozenset({bool, int, float, complex})


def _nested(data: object) -> tuple[Shape, Dtype | None]:
    """Shape and type of nested sequences; the type is None where there is no element."""
    if isinstance(data, Tensor):
        return data.shape, data.dtype
    if not isinstance(data, Sequence) or isinstance(data, str):
        return (), scalar_type(data)
    kinds = set(map(type, data))
    if kinds <= _NUMBERS:  # One look at each of many numbers is enough.
        return (len(data),), reduce(promote, map(scalar_type, (kind() for kind in kinds))) if kinds else None
    parts = [_nested(item) for item in data]
    if any(tuple(shape) != tuple(parts[0][0]) for shape, _ in parts):
        raise BindingError("nested sequences of different lengths")
    dtype: Dtype | None = None
    for _, found in parts:
        dtype = found if dtype is None or found is None else promote(dtype, found)
    return (len(parts), *(parts[0][0] if parts else ())), dtype


def _numbers(data: object, result: TensorType) -> Array | None:
    if not _small(result.shape):
        return None
    values = _plain_numbers(data)
    return None if values is None else to_numpy(np.asarray(values).reshape(tuple(map(int, result.shape))), result.dtype)


def _plain_numbers(data: object) -> object:
    """Nested lists of plain numbers; None where a tensor's number is not known."""
    if isinstance(data, Tensor):
        return None if data.data is None else data.data.tolist()
    if not isinstance(data, Sequence):
        return plain(data)
    items = [_plain_numbers(item) for item in data]
    return None if any(item is None for item in items) else items


def arange(
    start: object = 0, end: object = None, step: object = 1, *, dtype: Dtype | None = None, device: object = None
) -> RuleOutcome:
    """From ``start`` (0 if there is one number only) to before ``end``."""
    if end is None:
        start, end = 0, start
    first, last, stride = (_number(value) for value in (start, end, step))
    if stride == 0:
        raise BindingError("arange with step 0")
    integral = all(isinstance(value, int) for value in (first, last, stride))
    size = _range_size(first, last, stride)
    result = TensorType((size,), dtype or (Dtype.INT64 if integral else default_dtype()))
    extra: dict[str, Constant] = {"start": first, "end": last, "step": stride}
    if not _small((size,)):
        return RuleOutcome(result, data=(None,), extra=extra)
    steps = np.arange(int(size))
    numbers = int(first) + steps * int(stride) if integral else float(first) + steps * float(stride)
    return RuleOutcome(result, data=(to_numpy(numbers, result.dtype),), extra=extra)


def _number(value: object) -> int | float:
    if isinstance(value, Tensor):
        if value.data is None:
            return depends_on_data(FEW, "data")
        number = value.data.reshape(-1)[0].item()
    else:
        number = plain(value) if isinstance(value, bool | TracedBool) else value
    if not isinstance(number, int | float):
        raise BindingError(f"{type(value).__name__} as the limit of a range")
    return number


def _range_size(first: float, last: float, stride: float) -> int:
    count = max(0, math.ceil((float(last) - float(first)) / float(stride)))
    if not (isinstance(first, int) and isinstance(last, int) and isinstance(stride, int)):
        return count
    length = subtract(last, first)
    if int(stride) == 1 and int(length) == count:
        return length
    if int(length) % int(stride) == 0 and int(length) // int(stride) == count:
        return floor_divide(length, stride)
    if isinstance(length, TracedInt) and stride > 0 and count:
        return add(floor_divide(add(length, -1), stride), 1)
    return count


def linspace(
    start: object, end: object, steps: object, *, dtype: Dtype | None = None, device: object = None
) -> RuleOutcome:
    """``steps`` numbers from ``start`` to ``end``, both included."""
    size = integer(steps)
    result = TensorType((size,), dtype or default_dtype())
    if not _small((size,)):
        return RuleOutcome(result, data=(None,))
    numbers = np.linspace(float(_number(start)), float(_number(end)), int(size))
    return RuleOutcome(result, data=(to_numpy(numbers, result.dtype),))


def logspace(
    start: object, end: object, steps: object, base: float = 10.0, *, dtype: Dtype | None = None, device: object = None
) -> RuleOutcome:
    """Powers of ``base`` with exponents as in ``linspace``."""
    exponents = linspace(start, end, steps).data
    result = TensorType((integer(steps),), dtype or default_dtype())
    if exponents is None or exponents[0] is None:
        return RuleOutcome(result, data=(None,))
    return RuleOutcome(result, data=(to_numpy(float(base) ** exponents[0].astype(np.float64), result.dtype),))


def eye(n: object, m: object = None, *, dtype: Dtype | None = None, device: object = None) -> RuleOutcome:
    """1 on the diagonal."""
    rows = integer(n)
    columns = rows if m is None else integer(m)
    result = TensorType((rows, columns), dtype or default_dtype())
    if not _small((rows, columns)):
        return RuleOutcome(result, data=(None,))
    return RuleOutcome(result, data=(to_numpy(np.eye(int(rows), int(columns)), result.dtype),))


def window(window_length: object, periodic: bool = True, *, dtype: Dtype | None = None) -> RuleOutcome:
    """``hann_window`` and others without a form parameter."""
    return RuleOutcome(TensorType((integer(window_length),), dtype or default_dtype()), data=(None,))


def hamming_window(
    window_length: object,
    periodic: bool = True,
    alpha: float = 0.54,
    beta: float = 0.46,
    *,
    dtype: Dtype | None = None,
) -> RuleOutcome:
    """A window with two coefficients."""
    return window(window_length, periodic, dtype=dtype)


def kaiser_window(
    window_length: object, periodic: bool = True, beta: float = 12.0, *, dtype: Dtype | None = None
) -> RuleOutcome:
    """A window with a form parameter."""
    return window(window_length, periodic, dtype=dtype)


def triangle_indices(row: object, col: object, offset: int = 0, *, dtype: Dtype | None = None) -> RuleOutcome:
    """Positions below the diagonal, as two rows."""
    rows, columns = int(integer(row)), int(integer(col))
    _enumerable(rows, columns)
    return _positions(np.tril_indices(rows, int(offset), columns), dtype)


def upper_indices(row: object, col: object, offset: int = 0, *, dtype: Dtype | None = None) -> RuleOutcome:
    """Positions above the diagonal, as two rows."""
    rows, columns = int(integer(row)), int(integer(col))
    _enumerable(rows, columns)
    return _positions(np.triu_indices(rows, int(offset), columns), dtype)


def _enumerable(rows: int, columns: int) -> None:
    """How many positions there are is found by looking at all."""
    if rows * columns > MOST_POSITIONS:
        raise DataDependent(f"the positions of a triangle of {rows:,} rows and {columns:,} columns are not counted")


def _positions(found: tuple[Array, ...], dtype: Dtype | None) -> RuleOutcome:
    data = np.stack(found)
    result = TensorType(data.shape, dtype or Dtype.INT64)
    return RuleOutcome(result, data=(to_numpy(data, result.dtype) if data.size <= LIMIT else None,))


CREATION = merge(
    rules(OpKind.CREATE, zeros, ("zeros",), FREE),
    rules(OpKind.CREATE, ones, ("ones",), FREE),
    rules(OpKind.CREATE, empty, ("empty",), FREE),
    rules(OpKind.CREATE, empty_strided, ("empty_strided",), FREE),
    rules(OpKind.CREATE, full, ("full",), FREE),
    rules(OpKind.CREATE, zeros_like, ("zeros_like",), FREE),
    rules(OpKind.CREATE, ones_like, ("ones_like",), FREE),
    rules(OpKind.CREATE, empty_like, ("empty_like",), FREE),
    rules(OpKind.CREATE, full_like, ("full_like",), FREE),
    rules(OpKind.CREATE, new_zeros, ("new_zeros",), METHOD),
    rules(OpKind.CREATE, new_ones, ("new_ones",), METHOD),
    rules(OpKind.CREATE, new_empty, ("new_empty",), METHOD),
    rules(OpKind.CREATE, new_full, ("new_full",), METHOD),
    rules(OpKind.CREATE, fill, ("fill",), ("{}", "{}_", "Tensor.{}_")),
    rules(OpKind.CREATE, zero, ("zero",), ("{}_", "Tensor.{}_")),
    rules(OpKind.CREATE, new_tensor, ("new_tensor",), METHOD),
    rules(OpKind.CREATE, scalar_tensor, ("scalar_tensor",), FREE),
    rules(OpKind.CREATE, tensor, ("tensor",), FREE, numbers="cast"),
    rules(OpKind.CREATE, as_tensor, ("as_tensor", "asarray"), FREE, "tensor", "cast"),
    rules(OpKind.CREATE, tensor, ("from_numpy",), FREE, "tensor", "cast"),
    rules(OpKind.ARANGE, arange, ("arange",), FREE),
    rules(OpKind.ARANGE, linspace, ("linspace",), FREE),
    rules(OpKind.ARANGE, logspace, ("logspace",), FREE),
    rules(OpKind.CREATE, eye, ("eye",), FREE),
    rules(OpKind.CREATE, window, ("hann_window", "blackman_window", "bartlett_window"), FREE),
    rules(OpKind.CREATE, hamming_window, ("hamming_window",), FREE),
    rules(OpKind.CREATE, kaiser_window, ("kaiser_window",), FREE),
    rules(OpKind.CREATE, triangle_indices, ("tril_indices",), FREE),
    rules(OpKind.CREATE, upper_indices, ("triu_indices",), FREE),
)
