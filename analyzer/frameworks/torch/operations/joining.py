"""Several tensors to one and one to several."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from analyzer.frameworks.torch.operations.spelling import BOTH, FREE, METHOD, rules
from analyzer.graph import OpKind, TensorType
from analyzer.library.operations.broadcasting import Shape, axis, broadcast, integer, integers, replace
from analyzer.library.operations.dtypes import result_type
from analyzer.library.operations.errors import BindingError, ShapeError
from analyzer.library.operations.rule import Outputs, RuleFunction, RuleOutcome, merge
from analyzer.library.operations.symbolic import add, floor_divide, multiply, prefer_traced, subtract
from analyzer.values import Tensor


def _tensors(tensors: object) -> tuple[Tensor, ...]:
    if isinstance(tensors, Tensor):
        return (tensors,)
    if not isinstance(tensors, Sequence) or not tensors or not all(isinstance(item, Tensor) for item in tensors):
        raise BindingError("a sequence of tensors is expected")
    return tuple(tensors)


def joined(tensors: Sequence[Tensor], dim: object) -> TensorType:
    """Concatenation along ``dim``; legacy empty tensors of one dimension are ignored."""
    dtype = result_type(*tensors)
    real = [tensor for tensor in tensors if tuple(tensor.shape) != (0,)] or list(tensors[:1])
    place = axis(dim, len(real[0].shape))
    sizes = list(real[0].shape)
    if not sizes:
        raise ShapeError("tensors without dimensions can not be concatenated")
    for tensor in real[1:]:
        if len(tensor.shape) != len(sizes):
            raise ShapeError(f"concatenation of {len(sizes)} and {len(tensor.shape)} dimensions")
        for at, (known, size) in enumerate(zip(sizes, tensor.shape, strict=True)):
            if at == place:
                continue
            if known != size:
                raise ShapeError(f"sizes {int(known)} and {int(size)} of dimension {at} differ")
            sizes[at] = prefer_traced(known, size)
    sizes[place] = add(*(tensor.shape[place] for tensor in real))
    return TensorType(tuple(sizes), dtype)


def cat(tensors: object, dim: int = 0) -> Outputs:
    """Concatenation along an existing dimension."""
    return joined(_tensors(tensors), dim)


def stack(tensors: object, dim: int = 0) -> Outputs:
    """Concatenation along a new dimension."""
    items = _tensors(tensors)
    if any(item.shape != items[0].shape for item in items):
        raise ShapeError("stacked tensors differ in shape")
    shape = tuple(prefer_traced(*sizes) for sizes in zip(*(item.shape for item in items), strict=True))
    place = axis(dim, len(shape) + 1)
    return TensorType((*shape[:place], len(items), *shape[place:]), result_type(*items))


def column_stack(tensors: object) -> Outputs:
    """Vectors become columns."""
    items = [item if len(item.shape) > 1 else Tensor((*item.shape, 1), item.dtype) for item in _tensors(tensors)]
    return joined(items, 1)


def hstack(tensors: object) -> Outputs:
    """Along the second dimension, vectors along their only one."""
    items = _tensors(tensors)
    return joined(items, 0 if len(items[0].shape) == 1 else 1)


def vstack(tensors: object) -> Outputs:
    """Along the first dimension; vectors become rows."""
    return joined(
        [item if len(item.shape) > 1 else Tensor((1, *item.shape), item.dtype) for item in _tensors(tensors)], 0
    )


MOST_PARTS = 65_536
"""Tensors that one operation gives; no model cuts one into as many."""


def _countable(count: int) -> None:
    if count > MOST_PARTS:
        raise ShapeError(f"a tensor cut into {count:,} parts; at most {MOST_PARTS:,} are followed")


def _pieces(shape: Shape, place: int, sizes: Sequence[int], like: Tensor) -> tuple[TensorType, ...]:
    _countable(len(sizes))
    return tuple(TensorType(replace(shape, place, size), like.dtype) for size in sizes)


def split(tensor: Tensor, split_size_or_sections: object, dim: int = 0) -> Outputs:
    """Pieces of one size, the last may be smaller; or of the sizes given."""
    place = axis(dim, len(tensor.shape))
    whole = tensor.shape[place]
    if isinstance(split_size_or_sections, Sequence):
        sizes = integers(split_size_or_sections)
        if sum(map(int, sizes)) != whole:
            raise ShapeError(f"pieces of {[*map(int, sizes)]} of a size of {int(whole)}")
        return _pieces(tensor.shape, place, sizes, tensor)
    return _pieces(tensor.shape, place, _steps(whole, integer(split_size_or_sections)), tensor)


def method_split(input: Tensor, split_size: object, dim: int = 0) -> Outputs:
    """``Tensor.split``."""
    return split(input, split_size, dim)


def split_with_sizes(input: Tensor, split_sizes: object, dim: int = 0) -> Outputs:
    """Pieces of the sizes given."""
    return split(input, split_sizes, dim)


def _steps(whole: int, step: int) -> list[int]:
    if step <= 0:
        if whole == 0:
            return [0]
        raise ShapeError(f"pieces of size {int(step)}")
    if whole <= step:
        return [whole]
    full, rest = divmod(int(whole), int(step))
    _countable(full)
    return [step] * full + ([subtract(whole, multiply((full, step)))] if rest else [])


def chunk(input: Tensor, chunks: int, dim: int = 0) -> Outputs:
    """At most ``chunks`` pieces of equal size, the last may be smaller."""
    place = axis(dim, len(input.shape))
    whole = input.shape[place]
    if chunks <= 0:
        raise ShapeError(f"{int(chunks)} chunks")
    exact = whole % chunks == 0
    _countable(int(chunks))
    step = floor_divide(whole, chunks) if exact else -(-int(whole) // int(chunks))
    sizes = [step] * int(chunks) if exact else _steps(whole, step)
    return _pieces(input.shape, place, sizes, input)


def tensor_split(input: Tensor, indices_or_sections: object, dim: int = 0) -> Outputs:
    """Pieces as even as possible, or cut at the positions given."""
    place = axis(dim, len(input.shape))
    whole = int(input.shape[place])
    if isinstance(indices_or_sections, Sequence) or (
        isinstance(indices_or_sections, Tensor) and indices_or_sections.shape
    ):
        cuts = [0, *(int(min(max(0, cut), whole)) for cut in integers(indices_or_sections)), whole]
        sizes: list[int] = [max(0, end - start) for start, end in pairwise(cuts)]
    else:
        count = int(integer(indices_or_sections))
        _countable(count)
        sizes = [whole // count + (1 if number < whole % count else 0) for number in range(count)]
    return _pieces(input.shape, place, sizes, input)


def unbind(input: Tensor, dim: int = 0) -> Outputs:
    """One tensor for each position of a dimension."""
    if not input.shape:
        raise ShapeError("unbind of a tensor without dimensions")
    place = axis(dim, len(input.shape))
    _countable(int(input.shape[place]))
    rest = (*input.shape[:place], *input.shape[place + 1 :])
    return (TensorType(rest, input.dtype),) * int(input.shape[place])


def _flat(tensors: tuple[object, ...]) -> tuple[Tensor, ...]:
    return _tensors(tensors[0] if len(tensors) == 1 and not isinstance(tensors[0], Tensor) else tensors)


def meshgrid(*tensors: object, indexing: str = "ij") -> Outputs:
    """Coordinates of a grid, one tensor for each vector."""
    items = _flat(tensors)
    sizes = [item.shape[0] if item.shape else 1 for item in items]
    if indexing == "xy" and len(sizes) > 1:
        sizes[0], sizes[1] = sizes[1], sizes[0]
    return tuple(TensorType(tuple(sizes), item.dtype) for item in items)


def broadcast_tensors(*tensors: object) -> RuleOutcome:
    """All expanded to the common shape."""
    items = _flat(tensors)
    shape = broadcast(*(item.shape for item in items))
    same = all(item.shape == shape for item in items)
    return RuleOutcome(tuple(TensorType(shape, item.dtype) for item in items), alias=same)


def cartesian_prod(*tensors: object) -> Outputs:
    """All combinations as rows."""
    items = _flat(tensors)
    if len(items) == 1:
        return TensorType(items[0].shape, items[0].dtype)
    return TensorType((multiply(item.shape[0] for item in items), len(items)), result_type(*items))


def block_diag(*tensors: object) -> Outputs:
    """Matrices along the diagonal."""
    items = [(1, 1) if not t.shape else (1, *t.shape) if len(t.shape) == 1 else t.shape for t in _flat(tensors)]
    return TensorType((add(*(s[0] for s in items)), add(*(s[1] for s in items))), result_type(*_flat(tensors)))


def _at_least(rank: int) -> RuleFunction:
    """``atleast_1d`` and its kin, of one tensor or several."""

    def at_least(*tensors: object) -> Outputs:
        several = len(tensors) != 1 or not isinstance(tensors[0], Tensor)
        found = tuple(_raised(item, rank) for item in _flat(tensors))
        return found if several else found[0]

    return at_least


def _raised(tensor: Tensor, rank: int) -> TensorType:
    """With dimensions of size 1 in front; the third comes last."""
    shape = tensor.shape
    if rank == 3 and len(shape) in (1, 2):
        return TensorType((*(1,) * (2 - len(shape)), *shape, 1), tensor.dtype)
    return TensorType((*(1,) * (rank - len(shape)), *shape), tensor.dtype)


def pad_sequence(
    sequences: object, batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Outputs:
    """Sequences of different length in one tensor."""
    items = _tensors(sequences)
    longest = max((item.shape[0] for item in items), key=int)
    leading = (len(items), longest) if batch_first else (longest, len(items))
    return TensorType((*leading, *items[0].shape[1:]), items[0].dtype)


JOINING = merge(
    rules(OpKind.CAT, cat, ("cat", "concat", "concatenate"), FREE, "cat"),
    rules(OpKind.STACK, stack, ("stack",), FREE),
    rules(OpKind.STACK, column_stack, ("column_stack",), FREE),
    rules(OpKind.CAT, hstack, ("hstack",), FREE),
    rules(OpKind.CAT, vstack, ("vstack", "row_stack"), FREE, "vstack"),
    rules(OpKind.SPLIT, split, ("split",), ("functional.{}",)),
    rules(OpKind.SPLIT, method_split, ("split",), METHOD),
    rules(OpKind.SPLIT, split_with_sizes, ("split_with_sizes",), BOTH, "split"),
    rules(OpKind.SPLIT, chunk, ("chunk",), BOTH),
    rules(OpKind.SPLIT, tensor_split, ("tensor_split",), BOTH),
    rules(OpKind.SPLIT, unbind, ("unbind",), BOTH),
    rules(OpKind.EXPAND, meshgrid, ("meshgrid",), ("functional.{}",)),
    rules(OpKind.EXPAND, broadcast_tensors, ("broadcast_tensors",), ("functional.{}",)),
    rules(OpKind.OTHER, cartesian_prod, ("cartesian_prod",), ("functional.{}",)),
    rules(OpKind.OTHER, block_diag, ("block_diag",), ("functional.{}",)),
    *(rules(OpKind.RESHAPE, _at_least(rank), (f"atleast_{rank}d",), ("functional.{}",)) for rank in (1, 2, 3)),
    rules(OpKind.STACK, pad_sequence, ("pad_sequence",), ("{}", "nn.utils.rnn.{}")),
)
