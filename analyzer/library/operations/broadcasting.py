"""Sizes of results: broadcasting, positions of dimensions, reductions."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.base import Gap, GapCode
from analyzer.library.operations.errors import BindingError, DataDependent, ShapeError
from analyzer.library.operations.symbolic import FEW, depends_on_data, prefer_traced
from analyzer.values import Tensor, Unknown

Shape = tuple[int, ...]


def broadcast(*shapes: Shape) -> Shape:
    """The common shape; of equal sizes the traced one is kept. Raises ``ShapeError`` where they do not fit."""
    if len(shapes) == 1:
        return shapes[0]
    rank = max(map(len, shapes), default=0)
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    return tuple(_common(sizes, shapes) for sizes in zip(*padded, strict=True))


def _common(sizes: tuple[int, ...], shapes: tuple[Shape, ...]) -> int:
    wide = [size for size in sizes if size != 1]
    if not wide:
        return prefer_traced(*sizes)
    if any(size != wide[0] for size in wide):
        raise ShapeError(f"shapes {', '.join(str(tuple(map(int, shape))) for shape in shapes)} do not broadcast")
    return prefer_traced(*wide)


def shape_of(operand: object) -> Shape:
    """The shape of a tensor; () for a Python scalar."""
    return operand.shape if isinstance(operand, Tensor) else ()


def axis(dim: object, rank: int) -> int:
    """The position of dimension ``dim`` counted from the front; a tensor without dimensions has one."""
    number = integer(dim)
    limit = max(rank, 1)
    if not -limit <= number < limit:
        raise ShapeError(f"dimension {number} of a tensor with {rank} dimensions")
    return int(number) % limit


def axes(dim: object, rank: int) -> tuple[int, ...]:
    """Positions of all dimensions that ``dim`` (None: all, an integer, or a sequence) stands for."""
    if dim is None or (isinstance(dim, Sequence) and not dim):
        return tuple(range(rank))
    dims = dim if isinstance(dim, Sequence) else (dim,)
    found = tuple(axis(one, rank) for one in dims)
    if len(set(found)) != len(found):
        raise ShapeError(f"dimension given twice in {dims}")
    return found


def reduce(shape: Shape, dim: object, keepdim: object) -> Shape:
    """``shape`` without the dimensions ``dim``; with ``keepdim`` they stay with size 1."""
    gone = axes(dim, len(shape))
    if keepdim:
        return tuple(1 if place in gone else size for place, size in enumerate(shape))
    return tuple(size for place, size in enumerate(shape) if place not in gone)


def replace(shape: Shape, place: int, size: int) -> Shape:
    """``shape`` with another size at ``place``."""
    return (*shape[:place], size, *shape[place + 1 :])


def integer(value: object) -> int:
    """``value`` as an integer with its origin kept; a tensor gives its only number.

    Raises:
        DataDependent: the tensor's number is not known.
        BindingError: it is no integer at all.
    """
    match value:
        case int():
            return value
        case Tensor(data=None):
            raise DataDependent("an integer argument is a tensor whose number is not known")
        case Tensor(data=data) if data is not None and data.size == 1:
            return int(data.reshape(-1)[0])
        case Unknown():
            raise DataDependent("an integer argument is not known")
        case float() if value.is_integer():
            return int(value)
        case _:
            raise BindingError(f"{type(value).__name__} where an integer is expected")


def extent(value: object) -> int:
    """``value`` as a size: as ``integer``, with a witness for one that only data decides."""
    match value:
        case Tensor(data=None) | Unknown(gap=Gap(code=GapCode.DATA_DEPENDENT)):
            return depends_on_data(FEW, "data")
        case _:
            return integer(value)


def extents(values: object) -> Shape:
    """A shape: one size, or a sequence of them."""
    if isinstance(values, Tensor) and values.shape:
        return integers(values)
    if isinstance(values, Sequence) and not isinstance(values, str):
        return tuple(extent(value) for value in values)
    return (extent(values),)


def integers(values: object) -> Shape:
    """A shape or list of positions: one integer, or a sequence of them."""
    if isinstance(values, Tensor) and values.shape and values.data is not None:
        return tuple(int(value) for value in values.data.reshape(-1))
    if isinstance(values, Sequence) and not isinstance(values, str):
        return tuple(integer(value) for value in values)
    return (integer(values),)


def repeated(value: object, count: int) -> Shape:
    """``count`` integers: a single one stands for all (kernel sizes, strides)."""
    numbers = integers(value)
    if len(numbers) == 1:
        return numbers * count
    if len(numbers) != count:
        raise ShapeError(f"{len(numbers)} numbers where {count} are expected")
    return numbers
