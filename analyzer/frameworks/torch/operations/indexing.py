"""``tensor[index]`` and ``tensor[index] = value``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analyzer.frameworks.torch.operations.spelling import METHOD, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import Shape, broadcast, extent, shape_of
from analyzer.library.operations.errors import BindingError, DataDependent, ShapeError
from analyzer.library.operations.rule import RuleOutcome, merge
from analyzer.library.operations.symbolic import add, depends_on_data, floor_divide, multiply, subtract
from analyzer.values import Tensor, TracedBool, TracedInt, Unknown


@dataclass(slots=True)
class _Cursor:
    """Progress through the dimensions of the indexed tensor."""

    shape: Shape
    at: int = 0
    sizes: list[int] = field(default_factory=list)
    advanced: list[Shape] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    """For each advanced index, how many sizes of the result precede it."""
    separated: bool = False
    last_advanced: bool = False

    def take(self) -> int:
        if self.at >= len(self.shape):
            raise ShapeError(f"too many indices for {len(self.shape)} dimensions")
        size = self.shape[self.at]
        self.at += 1
        return size

    def keep(self, size: int) -> None:
        self.sizes.append(size)
        self.last_advanced = False

    def advance(self, shape: Shape) -> None:
        if self.advanced and not self.last_advanced:
            self.separated = True
        self.advanced.append(shape)
        self.places.append(len(self.sizes))
        self.last_advanced = True


def indexed_shape(shape: Shape, index: object) -> Shape:
    """The shape of ``tensor[index]``.

    Raises:
        ShapeError: the index does not fit.
        BindingError: something in it is no index.
        DataDependent: a bound of a slice is a tensor whose number is not known.
    """
    items = index_items(index)
    cursor = _Cursor(tuple(shape))
    consumed = sum(map(_consumes, items))
    for item in items:
        if item is Ellipsis:
            for _ in range(len(shape) - consumed):
                cursor.keep(cursor.take())
        else:
            _step(cursor, item)
    rest = list(cursor.shape[cursor.at :])
    if not cursor.advanced:
        return (*cursor.sizes, *rest)
    common = broadcast(*cursor.advanced)
    place = 0 if cursor.separated else cursor.places[0]
    return (*cursor.sizes[:place], *common, *cursor.sizes[place:], *rest)


def index_items(index: object) -> tuple[object, ...]:
    """What an index has for each dimension. A list with slices in it stands for the tuple, as in older programs."""
    if isinstance(index, list) and any(item is None or item is Ellipsis or isinstance(item, slice) for item in index):
        return tuple(index)
    return index if isinstance(index, tuple) else (index,)


def _consumes(item: object) -> int:
    """How many dimensions of the tensor an index item uses up."""
    if item is None or item is Ellipsis or isinstance(item, bool | TracedBool):
        return 0
    if isinstance(item, Tensor) and item.dtype in (Dtype.BOOL, Dtype.UINT8):
        return len(item.shape)
    return 1


def _step(cursor: _Cursor, item: object) -> None:
    match item:
        case None:
            cursor.keep(1)
        case bool() | TracedBool():
            cursor.advance((1 if item else 0,))
        case slice():
            cursor.keep(slice_size(cursor.take(), item))
        case Tensor():
            _advance(cursor, item)
        case int():
            _check(item, cursor.take())
        case list() | tuple() | range():
            cursor.take()
            cursor.advance(_list_shape(item))
        case Unknown():
            raise DataDependent("an index is not known")
        case _:
            raise BindingError(f"{type(item).__name__} as an index")


def _check(position: int, size: int) -> None:
    if not -size <= position < size:
        raise ShapeError(f"index {int(position)} of a dimension of size {int(size)}")


def _advance(cursor: _Cursor, item: Tensor) -> None:
    if item.dtype not in (Dtype.BOOL, Dtype.UINT8):
        cursor.take()
        if item.shape:
            cursor.advance(item.shape)
        return
    for size in item.shape:
        own = cursor.take()
        if own != size:
            raise ShapeError(f"a mask of size {int(size)} over a dimension of size {int(own)}")
    cursor.advance((true_count(item),))


def _list_shape(items: Sequence[object]) -> Shape:
    if items and all(isinstance(item, bool | TracedBool) for item in items):
        return (sum(map(bool, items)),)
    inner = [_list_shape(item) if isinstance(item, Sequence) else shape_of(item) for item in items]
    return (len(inner), *(inner[0] if inner else ()))


def true_count(mask: Tensor) -> int:
    """How many elements of a mask are true: all, as a witness, where its numbers are not known."""
    if mask.data is not None:
        return int(np.count_nonzero(mask.data))
    return depends_on_data(multiply(mask.shape), "nonzero")


def slice_size(size: int, part: slice) -> int:
    """How many of ``size`` positions a slice selects."""
    start, stop, step = (None if bound is None else extent(bound) for bound in (part.start, part.stop, part.step))
    if step is not None and step < 1:
        raise ShapeError("the step of a slice is not positive")
    plain_range = range(*slice(*(None if b is None else int(b) for b in (start, stop, step))).indices(int(size)))
    count = len(plain_range)
    if count == size and (start is None or start <= 0) and (stop is None or not isinstance(stop, TracedInt)):
        return size
    length = _length(size, start, stop)
    if step is None or step == 1:
        return length if length == count else count
    exact = floor_divide(length, step) if length % step == 0 else add(floor_divide(add(length, -1), step), 1)
    return exact if exact == count else count


def _length(size: int, start: int | None, stop: int | None) -> int:
    first = _bound(size, 0 if start is None else start)
    last = size if stop is None else _bound(size, stop)
    return subtract(last, first)


def _bound(size: int, position: int) -> int:
    """A bound counted from the front, within the dimension."""
    if position < 0:
        position = add(size, position) if size + position > 0 else 0
    return position if position <= size else size


def _is_basic(index: object) -> bool:
    items = index_items(index)
    return all(
        item is None
        or item is Ellipsis
        or isinstance(item, slice)
        or (isinstance(item, int) and not isinstance(item, bool))
        for item in items
    )


def getitem(input: Tensor, index: object) -> RuleOutcome:
    """SLICE without, INDEX with tensors or lists in the index."""
    kind = OpKind.SLICE if _is_basic(index) else OpKind.INDEX
    return RuleOutcome(TensorType(indexed_shape(input.shape, index), input.dtype), kind=kind)


def setitem(input: Tensor, index: object, value: object) -> RuleOutcome:
    """The value broadcasts to what the index selects."""
    selected = indexed_shape(input.shape, index)
    own = shape_of(value)
    while len(own) > len(selected) and own[0] == 1:
        own = own[1:]
    if isinstance(value, Tensor) and not _witness(index) and broadcast(selected, own) != selected:
        raise ShapeError(f"{tuple(map(int, own))} does not fit into {tuple(map(int, selected))}")
    return RuleOutcome(TensorType(input.shape, input.dtype))


def _witness(index: object) -> bool:
    """Whether the selected number of elements is only a witness."""
    items = index_items(index)
    return any(isinstance(item, Tensor) and item.dtype is Dtype.BOOL and item.data is None for item in items)


def index_put(input: Tensor, indices: object, values: object, accumulate: bool = False) -> RuleOutcome:
    """``index_put``: assignment, or addition, to an index."""
    if not isinstance(indices, Sequence):
        raise BindingError("index_put without a sequence of indices")
    return setitem(input, tuple(slice(None) if item is None else item for item in indices), values)


INDEXING = merge(
    rules(OpKind.SLICE, getitem, ("__getitem__",), METHOD, "getitem"),
    rules(OpKind.SCATTER, setitem, ("__setitem__",), METHOD, "setitem"),
    rules(OpKind.SCATTER, index_put, ("index_put",), ("{}", "Tensor.{}", "Tensor.{}_")),
)
