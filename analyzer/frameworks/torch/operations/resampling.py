"""Padding, interpolation, sampling on grids, pixels to channels."""

from __future__ import annotations

import math

from analyzer.frameworks.torch.operations.elementwise import same
from analyzer.frameworks.torch.operations.spelling import FREE, FUNCTIONAL, rules
from analyzer.graph import OpKind, TensorType
from analyzer.library.operations.broadcasting import Shape, extents, integers, replace
from analyzer.library.operations.errors import BindingError, ShapeError
from analyzer.library.operations.rule import Outputs, merge
from analyzer.library.operations.symbolic import add, floor_divide, multiply
from analyzer.values import Tensor


def pad(input: Tensor, pad: object, mode: str = "constant", value: float | None = None) -> Outputs:
    """``pad`` lists (before, after) from the last dimension to the first; negative numbers cut off."""
    amounts = extents(pad)
    if len(amounts) % 2 or len(amounts) > 2 * len(input.shape):
        raise ShapeError(f"{len(amounts)} numbers to pad {len(input.shape)} dimensions")
    shape = input.shape
    for number in range(len(amounts) // 2):
        place = len(shape) - 1 - number
        size = add(shape[place], amounts[2 * number], amounts[2 * number + 1])
        if size < 0:
            raise ShapeError(f"padding leaves {int(size)} elements")
        shape = replace(shape, place, size)
    return TensorType(shape, input.dtype)


def constant_pad(input: Tensor, pad_: object, value: float = 0) -> Outputs:
    """``constant_pad_nd``."""
    return pad(input, pad_)


def interpolate(
    input: Tensor, size: object = None, scale_factor: object = None, mode: str = "nearest",
    align_corners: bool | None = None, recompute_scale_factor: bool | None = None, antialias: bool = False,
) -> Outputs:  # fmt: skip
    """To a size, or by a factor (rounded down)."""
    spatial = input.shape[2:]
    if size is not None:
        wanted = extents(size)
        sizes = wanted * len(spatial) if len(wanted) == 1 else wanted
        if len(sizes) != len(spatial):
            raise ShapeError(f"{len(sizes)} sizes for {len(spatial)} dimensions")
    elif scale_factor is not None:
        factors = tuple(scale_factor) if isinstance(scale_factor, list | tuple) else (scale_factor,) * len(spatial)
        sizes = tuple(_scaled(*pair) for pair in zip(spatial, factors, strict=True))
    else:
        raise BindingError("interpolate without size and factor")
    return TensorType((*input.shape[:2], *sizes), input.dtype)


def _scaled(size: int, factor: object) -> int:
    if isinstance(factor, int):
        return multiply((size, factor))
    if isinstance(factor, float) and factor.is_integer():
        return multiply((size, int(factor)))
    if not isinstance(factor, float):
        raise BindingError("a factor that is no number")
    return math.floor(int(size) * factor)


def upsample(
    input: Tensor, size: object = None, scale_factor: object = None, mode: str = "nearest",
    align_corners: bool | None = None,
) -> Outputs:  # fmt: skip
    """The old name of ``interpolate``."""
    return interpolate(input, size, scale_factor, mode)


def grid_sample(
    input: Tensor, grid: Tensor, mode: str = "bilinear", padding_mode: str = "zeros", align_corners: bool | None = None
) -> Outputs:
    """Samples at positions: (batch, channels, *positions)."""
    if len(input.shape) != len(grid.shape) or input.shape[0] != grid.shape[0]:
        raise ShapeError("input and grid do not fit")
    return TensorType((input.shape[0], input.shape[1], *grid.shape[1:-1]), input.dtype)


def affine_grid(theta: Tensor, size: object, align_corners: bool | None = None) -> Outputs:
    """Positions for ``grid_sample``."""
    sizes = integers(size)
    return TensorType((sizes[0], *sizes[2:], len(sizes) - 2), theta.dtype)


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Outputs:
    """Channels become pixels."""
    leading, (channels, height, breadth) = input.shape[:-3], input.shape[-3:]
    area = multiply((upscale_factor, upscale_factor))
    if channels % area:
        raise ShapeError(f"{int(channels)} channels do not divide by {int(area)}")
    sizes: Shape = (multiply((height, upscale_factor)), multiply((breadth, upscale_factor)))
    return TensorType((*leading, floor_divide(channels, area), *sizes), input.dtype)


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Outputs:
    """Pixels become channels."""
    leading, (channels, height, breadth) = input.shape[:-3], input.shape[-3:]
    if height % downscale_factor or breadth % downscale_factor:
        raise ShapeError(f"{int(height)} x {int(breadth)} does not divide by {int(downscale_factor)}")
    sizes = (floor_divide(height, downscale_factor), floor_divide(breadth, downscale_factor))
    return TensorType((*leading, multiply((channels, downscale_factor, downscale_factor)), *sizes), input.dtype)


def channel_shuffle(input: Tensor, groups: int) -> Outputs:
    """Channels in another order."""
    return same(input)


RESAMPLING = merge(
    rules(OpKind.PAD, pad, ("pad",), FUNCTIONAL),
    rules(OpKind.PAD, constant_pad, ("constant_pad_nd",), FREE),
    rules(OpKind.INTERPOLATE, interpolate, ("interpolate",), FUNCTIONAL),
    rules(OpKind.INTERPOLATE, upsample, ("upsample", "upsample_nearest", "upsample_bilinear"), FUNCTIONAL),
    rules(OpKind.INTERPOLATE, grid_sample, ("grid_sample",), FUNCTIONAL),
    rules(OpKind.CREATE, affine_grid, ("affine_grid",), FUNCTIONAL),
    rules(OpKind.FOLD, pixel_shuffle, ("pixel_shuffle",), (*FREE, *FUNCTIONAL)),
    rules(OpKind.FOLD, pixel_unshuffle, ("pixel_unshuffle",), (*FREE, *FUNCTIONAL)),
    rules(OpKind.RESHAPE, channel_shuffle, ("channel_shuffle",), (*FREE, *FUNCTIONAL)),
)
