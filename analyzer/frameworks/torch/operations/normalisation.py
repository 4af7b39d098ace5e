"""Normalisations that are one call."""

from __future__ import annotations

from analyzer.frameworks.torch.operations.elementwise import same
from analyzer.frameworks.torch.operations.spelling import FREE, FUNCTIONAL, rules
from analyzer.graph import OpKind, TensorType
from analyzer.library.operations.broadcasting import integers
from analyzer.library.operations.errors import ShapeError
from analyzer.library.operations.rule import Outputs, merge
from analyzer.values import Tensor


def _check(input: Tensor, normalized_shape: object) -> None:
    sizes = integers(normalized_shape)
    if tuple(input.shape[-len(sizes) :]) != tuple(sizes):
        raise ShapeError(f"normalisation over {tuple(map(int, sizes))} of {tuple(map(int, input.shape))}")


def layer_norm(
    input: Tensor,
    normalized_shape: object,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enable: bool = True,
) -> Outputs:
    """Over the last dimensions."""
    _check(input, normalized_shape)
    return same(input)


def rms_norm(
    input: Tensor, normalized_shape: object, weight: Tensor | None = None, eps: float | None = None
) -> Outputs:
    """Over the last dimensions, without centring."""
    _check(input, normalized_shape)
    return same(input)


def batch_norm(
    input: Tensor, running_mean: Tensor | None, running_var: Tensor | None, weight: Tensor | None = None,
    bias: Tensor | None = None, training: bool = False, momentum: float = 0.1, eps: float = 1e-5,
) -> Outputs:  # fmt: skip
    """Channel by channel over batch and positions."""
    if running_mean is not None and (len(input.shape) < 2 or input.shape[1] != running_mean.shape[0]):
        raise ShapeError(f"{int(running_mean.shape[0])} channels expected in {tuple(map(int, input.shape))}")
    return same(input)


def instance_norm(
    input: Tensor, running_mean: Tensor | None = None, running_var: Tensor | None = None, weight: Tensor | None = None,
    bias: Tensor | None = None, use_input_stats: bool = True, momentum: float = 0.1, eps: float = 1e-5,
) -> Outputs:  # fmt: skip
    """Channel by channel over positions."""
    return same(input)


def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Outputs:
    """Over groups of channels."""
    if input.shape[1] % num_groups:
        raise ShapeError(f"{int(input.shape[1])} channels in {int(num_groups)} groups")
    return same(input)


def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Outputs:
    """Over neighbouring channels."""
    return same(input)


def normalize(input: Tensor, p: float = 2.0, dim: object = 1, eps: float = 1e-12) -> Outputs:
    """Divided by the norm along ``dim``."""
    return same(input)


def weight_norm(v: Tensor, g: Tensor, dim: int = 0) -> Outputs:
    """``g * v / norm(v)``."""
    return TensorType(v.shape, v.dtype)


NORMALISATION = merge(
    rules(OpKind.LAYER_NORM, layer_norm, ("layer_norm",), (*FREE, *FUNCTIONAL)),
    rules(OpKind.RMS_NORM, rms_norm, ("rms_norm",), (*FREE, *FUNCTIONAL)),
    rules(OpKind.BATCH_NORM, batch_norm, ("batch_norm",), FUNCTIONAL),
    rules(OpKind.GROUP_NORM, instance_norm, ("instance_norm",), FUNCTIONAL),
    rules(OpKind.GROUP_NORM, group_norm, ("group_norm",), (*FREE, *FUNCTIONAL)),
    rules(OpKind.OTHER, local_response_norm, ("local_response_norm",), FUNCTIONAL),
    rules(OpKind.NORMALIZE, normalize, ("normalize",), FUNCTIONAL),
    rules(OpKind.NORMALIZE, weight_norm, ("_weight_norm",), FREE),
)
