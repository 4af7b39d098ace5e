"""Convolutions, pooling and sliding windows."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.frameworks.torch.operations.spelling import FREE, FUNCTIONAL, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import Shape, integer, integers, repeated
from analyzer.library.operations.errors import BindingError, ShapeError
from analyzer.library.operations.rule import Outputs, RuleOutcome, Table, merge
from analyzer.library.operations.symbolic import add, floor_divide, multiply, subtract, window
from analyzer.values import Tensor

ConvRule = Callable[..., Outputs]


def _positive(sizes: tuple[int, ...]) -> tuple[int, ...]:
    if any(size < 1 for size in sizes):
        raise ShapeError(f"the window does not fit: {tuple(map(int, sizes))}")
    return sizes


def _windows(
    sizes: Shape,
    kernel: Shape,
    stride: Shape,
    padding: tuple[tuple[int, int], ...],
    dilation: Shape,
    ceil: bool = False,
) -> Shape:
    rows = zip(sizes, kernel, stride, padding, dilation, strict=True)
    return _positive(tuple(window(n, k, s, p, d, ceil=ceil) for n, k, s, p, d in rows))


def _conv(rank: int) -> ConvRule:
    def conv(
        input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: object = 1, padding: object = 0,
        dilation: object = 1, groups: int = 1,
    ) -> Outputs:  # fmt: skip
        leading, channels, sizes = _parts(input, rank)
        if multiply((weight.shape[1], groups)) != channels:
            raise ShapeError(f"{int(channels)} channels for a weight of {tuple(map(int, weight.shape))}")
        kernel, steps, spread = weight.shape[2:], repeated(stride, rank), repeated(dilation, rank)
        if padding == "same":
            return TensorType((*leading, weight.shape[0], *sizes), input.dtype)
        around = (0,) * rank if padding == "valid" else repeated(padding, rank)
        found = _windows(sizes, kernel, steps, tuple((p, p) for p in around), spread)
        return TensorType((*leading, weight.shape[0], *found), input.dtype)

    return conv


def _parts(input: Tensor, rank: int) -> tuple[Shape, int, Shape]:
    """Batch (may be missing), channels, sizes."""
    if len(input.shape) not in (rank + 1, rank + 2):
        raise ShapeError(f"{len(input.shape)} dimensions where {rank + 2} are expected")
    return input.shape[: -rank - 1], input.shape[-rank - 1], input.shape[-rank:]


def _conv_transpose(rank: int) -> ConvRule:
    def conv_transpose(
        input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: object = 1, padding: object = 0,
        output_padding: object = 0, groups: int = 1, dilation: object = 1,
    ) -> Outputs:  # fmt: skip
        leading, channels, sizes = _parts(input, rank)
        if weight.shape[0] != channels:
            raise ShapeError(f"{int(channels)} channels for a weight of {tuple(map(int, weight.shape))}")
        options = (repeated(option, rank) for option in (stride, padding, output_padding, dilation))
        found = tuple(_grown(*row) for row in zip(sizes, weight.shape[2:], *options, strict=True))
        return TensorType((*leading, multiply((weight.shape[1], groups)), *_positive(found)), input.dtype)

    return conv_transpose


def _grown(size: int, kernel: int, stride: int, padding: int, extra: int, dilation: int) -> int:
    """``(size - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1``."""
    reach = add(multiply((dilation, subtract(kernel, 1))), 1)
    return add(subtract(multiply((add(size, -1), stride)), multiply((2, padding))), reach, extra)


def _average_pool(rank: int) -> ConvRule:
    def average_pool(
        input: Tensor, kernel_size: object, stride: object = None, padding: object = 0, ceil_mode: bool = False,
        count_include_pad: bool = True, divisor_override: int | None = None,
    ) -> Outputs:  # fmt: skip
        return _pooled(input, rank, kernel_size, stride, padding, 1, ceil_mode)

    return average_pool


def _max_pool(rank: int, *, indices: bool = False) -> ConvRule:
    def max_pool(
        input: Tensor, kernel_size: object, stride: object = None, padding: object = 0, dilation: object = 1,
        ceil_mode: bool = False, return_indices: bool = indices,
    ) -> Outputs:  # fmt: skip
        result = _pooled(input, rank, kernel_size, stride, padding, dilation, ceil_mode)
        return (result, TensorType(result.shape, Dtype.INT64)) if return_indices else result

    return max_pool


def _pooled(
    input: Tensor, rank: int, kernel_size: object, stride: object, padding: object, dilation: object, ceil: bool
) -> TensorType:
    kernel = repeated(kernel_size, rank)
    steps = kernel if stride is None or stride in ((), []) else repeated(stride, rank)
    around = tuple((p, p) for p in repeated(padding, rank))
    sizes = _windows(input.shape[-rank:], kernel, steps, around, repeated(dilation, rank), ceil)
    return TensorType((*input.shape[:-rank], *sizes), input.dtype)


def lp_pool(rank: int) -> ConvRule:
    """``lp_pool1d`` to ``lp_pool3d``."""

    def pool(
        input: Tensor, norm_type: float, kernel_size: object, stride: object = None, ceil_mode: bool = False
    ) -> Outputs:
        return _pooled(input, rank, kernel_size, stride, 0, 1, ceil_mode)

    return pool


def _adaptive_pool(rank: int, *, indices: bool = False) -> ConvRule:
    def adaptive_pool(input: Tensor, output_size: object, return_indices: bool = indices) -> Outputs:
        wanted = tuple(output_size) if isinstance(output_size, list | tuple) else (output_size,) * rank
        sizes = input.shape[-rank:]
        found = tuple(own if want is None else integer(want) for own, want in zip(sizes, wanted, strict=True))
        result = TensorType((*input.shape[:-rank], *found), input.dtype)
        return (result, TensorType(result.shape, Dtype.INT64)) if return_indices else result

    return adaptive_pool


def _max_unpool(rank: int) -> ConvRule:
    def max_unpool(
        input: Tensor, indices: Tensor, kernel_size: object, stride: object = None, padding: object = 0,
        output_size: object = None,
    ) -> Outputs:  # fmt: skip
        if output_size is not None:
            return TensorType((*input.shape[:-rank], *integers(output_size)[-rank:]), input.dtype)
        kernel = repeated(kernel_size, rank)
        steps = kernel if stride is None else repeated(stride, rank)
        rows = zip(input.shape[-rank:], kernel, steps, repeated(padding, rank), strict=True)
        return TensorType((*input.shape[:-rank], *(_grown(n, k, s, p, 0, 1) for n, k, s, p in rows)), input.dtype)

    return max_unpool


def unfold(
    input: Tensor, kernel_size: object, dilation: object = 1, padding: object = 0, stride: object = 1
) -> Outputs:
    """Patches as columns: (batch, channels * kernel, positions)."""
    leading, channels, sizes = _parts(input, 2)
    kernel, steps, spread = (repeated(option, 2) for option in (kernel_size, stride, dilation))
    found = _windows(sizes, kernel, steps, tuple((p, p) for p in repeated(padding, 2)), spread)
    return TensorType((*leading, multiply((channels, *kernel)), multiply(found)), input.dtype)


def fold(
    input: Tensor,
    output_size: object,
    kernel_size: object,
    dilation: object = 1,
    padding: object = 0,
    stride: object = 1,
) -> Outputs:
    """Columns added up to an image."""
    kernel = repeated(kernel_size, 2)
    area = multiply(kernel)
    if input.shape[-2] % area:
        raise ShapeError(f"{int(input.shape[-2])} rows do not divide into patches of {int(area)}")
    channels = floor_divide(input.shape[-2], area)
    return TensorType((*input.shape[:-2], channels, *repeated(output_size, 2)), input.dtype)


def convolution(
    input: Tensor, weight: Tensor, bias: Tensor | None, stride: object, padding: object, dilation: object,
    transposed: bool, output_padding: object, groups: int,
) -> RuleOutcome:  # fmt: skip
    """``torch.convolution``, of any rank."""
    rank = len(weight.shape) - 2
    if rank < 1:
        raise BindingError("a convolution without dimensions")
    if transposed:
        rule = _conv_transpose(rank)
        return RuleOutcome(rule(input, weight, bias, stride, padding, output_padding, groups, dilation))
    return RuleOutcome(_conv(rank)(input, weight, bias, stride, padding, dilation, groups))


_SPELLINGS = (*FREE, *FUNCTIONAL)


def _of_rank(rank: int) -> Table:
    return merge(
        rules(OpKind.CONV, _conv(rank), (f"conv{rank}d",), _SPELLINGS),
        rules(OpKind.CONV, _conv_transpose(rank), (f"conv_transpose{rank}d",), _SPELLINGS),
        rules(OpKind.POOL, _average_pool(rank), (f"avg_pool{rank}d",), FUNCTIONAL),
        rules(OpKind.POOL, _max_pool(rank), (f"max_pool{rank}d",), _SPELLINGS),
        rules(OpKind.POOL, _max_pool(rank, indices=True), (f"max_pool{rank}d_with_indices",), FUNCTIONAL),
        rules(OpKind.POOL, lp_pool(rank), (f"lp_pool{rank}d",), FUNCTIONAL),
        rules(
            OpKind.POOL, _adaptive_pool(rank), (f"adaptive_avg_pool{rank}d", f"adaptive_max_pool{rank}d"), FUNCTIONAL
        ),
        rules(OpKind.POOL, _max_unpool(rank), (f"max_unpool{rank}d",), FUNCTIONAL),
    )


CONVOLUTION = merge(
    *(_of_rank(rank) for rank in (1, 2, 3)),
    rules(OpKind.POOL, _average_pool(1), ("avg_pool1d",), FREE),
    rules(OpKind.POOL, _adaptive_pool(1), ("adaptive_avg_pool1d",), FREE),
    rules(OpKind.CONV, convolution, ("convolution",), FREE),
    rules(OpKind.FOLD, unfold, ("unfold",), FUNCTIONAL),
    rules(OpKind.FOLD, fold, ("fold",), FUNCTIONAL),
)
