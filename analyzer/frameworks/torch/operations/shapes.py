"""Views, permutations, repetition: the same numbers in another layout."""

from __future__ import annotations

from analyzer.frameworks.torch.operations.elementwise import same
from analyzer.frameworks.torch.operations.spelling import BOTH, FREE, METHOD, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import Shape, axes, axis, extent, extents, integers, replace
from analyzer.library.operations.dtypes import complex_of, real, width
from analyzer.library.operations.errors import BindingError, ShapeError
from analyzer.library.operations.rule import Outputs, RuleOutcome, merge
from analyzer.library.operations.symbolic import FEW, depends_on_data, floor_divide, multiply, window
from analyzer.values import Tensor

ONE_OR_BOTH = ("{}", "Tensor.{}", "Tensor.{}_")


def filled(wanted: Shape, shape: Shape) -> Shape:
    """``wanted`` with its -1 replaced so that it has as many elements as ``shape``.

    Raises:
        ShapeError: the numbers of elements differ or do not divide.
    """
    holes = [place for place, size in enumerate(wanted) if size == -1]
    if len(holes) > 1:
        raise ShapeError("more than one size is -1")
    total = multiply(shape)
    rest = multiply(size for size in wanted if size != -1)
    if not holes:
        if total != rest:
            raise ShapeError(f"{_plain(shape)} has {int(total)} elements, {_plain(wanted)} has {int(rest)}")
        return wanted
    if rest == 0 or total % rest:
        raise ShapeError(f"{_plain(shape)} does not divide into {_plain(wanted)}")
    return replace(wanted, holes[0], floor_divide(total, rest))


def _plain(shape: Shape) -> tuple[int, ...]:
    return tuple(map(int, shape))


def view(input: Tensor, *shape: object, dtype: Dtype | None = None) -> RuleOutcome:
    """A new shape, or with an element type the same bits read as that type."""
    kind = dtype or (shape[0] if len(shape) == 1 else None)
    if isinstance(kind, Dtype):
        return RuleOutcome(_reinterpret(input, kind), kind=OpKind.CAST)
    return RuleOutcome(TensorType(filled(integers(shape), input.shape), input.dtype))


def _reinterpret(input: Tensor, dtype: Dtype) -> TensorType:
    old, new = width(input.dtype), width(dtype)
    if old == new:
        return TensorType(input.shape, dtype)
    if not input.shape or int(input.shape[-1]) * old % new:
        raise ShapeError(f"the last size does not fit {dtype.value}")
    last = floor_divide(multiply((input.shape[-1], old)), new)
    return TensorType(replace(input.shape, len(input.shape) - 1, last), dtype)


def reshape(input: Tensor, *shape: object) -> Outputs:
    """A new shape with the same number of elements."""
    return TensorType(filled(integers(shape), input.shape), input.dtype)


def view_as(input: Tensor, other: Tensor) -> Outputs:
    """The shape of ``other``."""
    return TensorType(filled(other.shape, input.shape), input.dtype)


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Outputs:
    """Dimensions ``start_dim`` to ``end_dim`` become one."""
    rank = len(input.shape)
    first, last = axis(start_dim, rank), axis(end_dim, rank)
    if first > last:
        raise ShapeError("flatten from a later to an earlier dimension")
    merged = multiply(input.shape[first : last + 1])
    return TensorType((*input.shape[:first], merged, *input.shape[last + 1 :]), input.dtype)


def ravel(input: Tensor) -> Outputs:
    """One dimension."""
    return flatten(input)


def unflatten(input: Tensor, dim: int, sizes: object) -> Outputs:
    """One dimension becomes several."""
    place = axis(dim, len(input.shape))
    inner = filled(integers(sizes), (input.shape[place],))
    return TensorType((*input.shape[:place], *inner, *input.shape[place + 1 :]), input.dtype)


def transpose(input: Tensor, dim0: int, dim1: int) -> Outputs:
    """Two dimensions exchanged."""
    rank = len(input.shape)
    first, second = axis(dim0, rank), axis(dim1, rank)
    sizes = list(input.shape)
    if sizes:
        sizes[first], sizes[second] = sizes[second], sizes[first]
    return TensorType(tuple(sizes), input.dtype)


def permuted(input: Tensor, dims: object) -> Outputs:
    """Dimensions in another order."""
    order = axes(integers(dims), len(input.shape)) if input.shape else ()
    if len(order) != len(input.shape):
        raise ShapeError(f"{len(order)} positions for {len(input.shape)} dimensions")
    return TensorType(tuple(input.shape[place] for place in order), input.dtype)


def permute(input: Tensor, *dims: object) -> Outputs:
    """``permute(0, 2, 1)`` or ``permute((0, 2, 1))``."""
    return permuted(input, dims)


def free_permute(input: Tensor, dims: object) -> Outputs:
    """``torch.permute``."""
    return permuted(input, dims)


def movedim(input: Tensor, source: object, destination: object) -> Outputs:
    """Dimensions moved to other positions, the rest in order."""
    rank = len(input.shape)
    pairs = dict(zip(axes(destination, rank), axes(source, rank), strict=True))
    rest = iter(place for place in range(rank) if place not in pairs.values())
    return TensorType(tuple(input.shape[pairs[p] if p in pairs else next(rest)] for p in range(rank)), input.dtype)


def matrix_transpose(input: Tensor) -> Outputs:
    """``t``: the two dimensions of a matrix exchanged."""
    if len(input.shape) > 2:
        raise ShapeError(f"t of a tensor with {len(input.shape)} dimensions")
    return TensorType(input.shape[::-1], input.dtype)


def reversed_dims(input: Tensor) -> Outputs:
    """``T``: all dimensions in reverse."""
    return TensorType(input.shape[::-1], input.dtype)


def last_transposed(input: Tensor) -> Outputs:
    """``mT``, ``mH``, ``adjoint``: the last two dimensions exchanged."""
    return transpose(input, -2, -1)


def expand(input: Tensor, *size: object, implicit: bool = False) -> Outputs:
    """Dimensions of size 1 repeated without a copy; -1 keeps a size."""
    return TensorType(expanded(input.shape, extents(size)), input.dtype)


def expanded(shape: Shape, wanted: Shape) -> Shape:
    """The sizes that ``expand`` gives."""
    added = len(wanted) - len(shape)
    if added < 0:
        raise ShapeError(f"{_plain(shape)} can not be expanded to {len(wanted)} dimensions")
    sizes: list[int] = []
    for place, size in enumerate(wanted):
        own = shape[place - added] if place >= added else None
        if own is None and size == -1:
            raise ShapeError("a new dimension can not be -1")
        if own is not None and own != 1 and size not in (-1, own):
            raise ShapeError(f"{_plain(shape)} can not be expanded to {_plain(wanted)}")
        sizes.append(own if own is not None and size == -1 else size)
    return tuple(sizes)


def expand_as(input: Tensor, other: Tensor) -> Outputs:
    """Expanded to the shape of ``other``."""
    return TensorType(expanded(input.shape, other.shape), input.dtype)


def broadcast_to(input: Tensor, size: object) -> Outputs:
    """``torch.broadcast_to``."""
    return TensorType(expanded(input.shape, integers(size)), input.dtype)


def squeeze(input: Tensor, dim: object = None) -> Outputs:
    """Without dimensions of size 1: all, or those named."""
    named = axes(dim, len(input.shape)) if input.shape else ()
    kept = tuple(size for place, size in enumerate(input.shape) if place not in named or size != 1)
    return TensorType(kept, input.dtype)


def unsqueeze(input: Tensor, dim: int) -> Outputs:
    """A new dimension of size 1 at ``dim``."""
    place = axis(dim, len(input.shape) + 1)
    return TensorType((*input.shape[:place], 1, *input.shape[place:]), input.dtype)


def repeat(input: Tensor, *repeats: object) -> Outputs:
    """The tensor repeated along each dimension; more numbers than dimensions add leading ones."""
    counts = integers(repeats)
    if len(counts) < len(input.shape):
        raise ShapeError(f"{len(counts)} repetitions for {len(input.shape)} dimensions")
    return TensorType(_tiled(input.shape, counts), input.dtype)


def tile(input: Tensor, *dims: object) -> Outputs:
    """Like ``repeat``; fewer numbers than dimensions mean the last ones."""
    return TensorType(_tiled(input.shape, integers(dims)), input.dtype)


def _tiled(shape: Shape, counts: Shape) -> Shape:
    rank = max(len(shape), len(counts))
    sizes = (1,) * (rank - len(shape)) + tuple(shape)
    times = (1,) * (rank - len(counts)) + tuple(counts)
    return tuple(multiply(pair) for pair in zip(sizes, times, strict=True))


def repeat_interleave(
    input: Tensor, repeats: object, dim: int | None = None, *, output_size: int | None = None
) -> Outputs:
    """Each element repeated; ``repeats`` is a number, or a tensor with a number for each."""
    shape = input.shape if dim is not None else (multiply(input.shape),)
    place = 0 if dim is None else axis(dim, len(shape))
    if output_size is not None:
        size = output_size
    elif isinstance(repeats, Tensor) and repeats.shape and repeats.shape != (1,):
        size = sum(integers(repeats)) if repeats.data is not None else depends_on_data(FEW, "data")
    else:
        size = multiply((shape[place], extent(repeats)))
    return TensorType(replace(shape, place, size), input.dtype)


def flip(input: Tensor, *dims: object) -> Outputs:
    """Reversed along dimensions."""
    axes(integers(dims), len(input.shape))
    return same(input)


def flip_fixed(input: Tensor) -> Outputs:
    """``fliplr``, ``flipud``."""
    return same(input)


def roll(input: Tensor, shifts: object, dims: object = None) -> Outputs:
    """Shifted with wrap-around."""
    return same(input)


def rot90(input: Tensor, k: int = 1, dims: object = (0, 1)) -> Outputs:
    """Rotated by 90 degrees ``k`` times."""
    first, second = axes(dims, len(input.shape))
    return transpose(input, first, second) if k % 2 else same(input)


def view_as_complex(input: Tensor) -> Outputs:
    """Pairs along the last dimension become complex numbers."""
    if not input.shape or input.shape[-1] != 2:
        raise ShapeError(f"the last size of {_plain(input.shape)} is not 2")
    return TensorType(input.shape[:-1], complex_of(input.dtype))


def view_as_real(input: Tensor) -> Outputs:
    """Complex numbers become pairs along a new last dimension."""
    if not input.dtype.is_complex:
        raise BindingError("view_as_real of real numbers")
    return TensorType((*input.shape, 2), real(input.dtype))


def complex_pair(real: Tensor, imag: Tensor) -> Outputs:
    """``complex(real, imag)`` and ``polar(abs, angle)``."""
    return TensorType(real.shape, complex_of(real.dtype))


def polar(abs: Tensor, angle: Tensor) -> Outputs:
    """Complex numbers from magnitudes and angles."""
    return TensorType(abs.shape, complex_of(abs.dtype))


def part(input: Tensor) -> Outputs:
    """``real``, ``imag``, ``angle``: real numbers."""
    return TensorType(input.shape, real(input.dtype))


def as_strided(input: Tensor, size: object, stride: object, storage_offset: int | None = None) -> Outputs:
    """Any window on the memory of the input."""
    return TensorType(integers(size), input.dtype)


def unfold(input: Tensor, dimension: int, size: int, step: int) -> Outputs:
    """Sliding windows of ``size`` along a dimension, as a new last one."""
    place = axis(dimension, len(input.shape))
    if input.shape and size > input.shape[place]:
        raise ShapeError(f"window of {int(size)} over {int(input.shape[place])} elements")
    count = window(input.shape[place], size, step, (0, 0), 1)
    return TensorType((*replace(input.shape, place, count), size), input.dtype)


def mapped(input: Tensor, dim: int) -> Outputs:
    """What a mapped function sees of an argument: one position of ``dim``, whichever it is."""
    place = axis(dim, len(input.shape))
    return TensorType((*input.shape[:place], *input.shape[place + 1 :]), input.dtype)


def gathered(input: Tensor, dim: int, size: int) -> Outputs:
    """The results of a mapped function for all positions, along a new dimension ``dim`` of ``size``."""
    place = axis(dim, len(input.shape) + 1)
    return TensorType((*input.shape[:place], size, *input.shape[place:]), input.dtype)


def resize(input: Tensor, *size: object) -> Outputs:
    """``resize_``: any shape."""
    return TensorType(integers(size), input.dtype)


SHAPES = merge(
    rules(OpKind.RESHAPE, view, ("view",), METHOD, "reshape"),
    rules(OpKind.RESHAPE, reshape, ("reshape",), BOTH),
    rules(OpKind.RESHAPE, view_as, ("view_as", "reshape_as"), METHOD, "reshape"),
    rules(OpKind.RESHAPE, flatten, ("flatten",), BOTH, "reshape"),
    rules(OpKind.RESHAPE, ravel, ("ravel",), BOTH, "reshape"),
    rules(OpKind.RESHAPE, unflatten, ("unflatten",), BOTH, "reshape"),
    rules(OpKind.TRANSPOSE, transpose, ("transpose", "swapaxes", "swapdims"), ONE_OR_BOTH, "transpose"),
    rules(OpKind.TRANSPOSE, permute, ("permute",), METHOD),
    rules(OpKind.TRANSPOSE, free_permute, ("permute",), FREE),
    rules(OpKind.TRANSPOSE, movedim, ("movedim", "moveaxis"), BOTH, "movedim"),
    rules(OpKind.TRANSPOSE, matrix_transpose, ("t",), ONE_OR_BOTH, "reverse_dims"),
    rules(OpKind.TRANSPOSE, reversed_dims, ("T", "H"), METHOD, "reverse_dims"),
    rules(OpKind.TRANSPOSE, last_transposed, ("mT", "mH"), METHOD, "matrix_transpose"),
    rules(OpKind.TRANSPOSE, last_transposed, ("adjoint",), BOTH, "matrix_transpose"),
    rules(OpKind.EXPAND, expand, ("expand",), METHOD),
    rules(OpKind.EXPAND, expand_as, ("expand_as",), METHOD),
    rules(OpKind.EXPAND, broadcast_to, ("broadcast_to",), BOTH, "expand"),
    rules(OpKind.SQUEEZE, squeeze, ("squeeze",), ONE_OR_BOTH, "reshape"),
    rules(OpKind.UNSQUEEZE, unsqueeze, ("unsqueeze",), ONE_OR_BOTH, "reshape"),
    rules(OpKind.REPEAT, repeat, ("repeat",), METHOD, "tile"),
    rules(OpKind.REPEAT, tile, ("tile",), BOTH, renamed={"dims": "repeats"}),
    rules(OpKind.REPEAT, repeat_interleave, ("repeat_interleave",), BOTH),
    rules(OpKind.FLIP, flip, ("flip",), BOTH),
    rules(OpKind.FLIP, flip_fixed, ("fliplr", "flipud"), BOTH),
    rules(OpKind.ROLL, roll, ("roll",), BOTH),
    rules(OpKind.TRANSPOSE, rot90, ("rot90",), BOTH),
    rules(OpKind.COMPLEX, view_as_complex, ("view_as_complex",), FREE),
    rules(OpKind.COMPLEX, view_as_real, ("view_as_real",), FREE),
    rules(OpKind.COMPLEX, complex_pair, ("complex",), FREE),
    rules(OpKind.COMPLEX, polar, ("polar",), FREE),
    rules(OpKind.COMPLEX, part, ("real", "imag", "angle"), BOTH),
    rules(OpKind.COMPLEX, same, ("conj", "conj_physical"), BOTH, "conj"),
    rules(OpKind.FOLD, as_strided, ("as_strided",), BOTH),
    rules(OpKind.FOLD, unfold, ("unfold",), METHOD),
    rules(OpKind.RESHAPE, resize, ("resize_",), METHOD),
    rules(OpKind.SQUEEZE, mapped, ("vmap.in",), FREE, "enter_map"),
    rules(OpKind.UNSQUEEZE, gathered, ("vmap.out",), FREE, "leave_map"),
)
