"""Loss functions: a number, or one for each element with ``reduction="none"``."""

from __future__ import annotations

from analyzer.frameworks.torch.operations.spelling import FREE, FUNCTIONAL, rules
from analyzer.graph import OpKind, TensorType
from analyzer.library.operations.broadcasting import Shape, broadcast
from analyzer.library.operations.rule import Outputs, merge
from analyzer.values import Tensor


def _reduced(shape: Shape, like: Tensor, reduction: str) -> TensorType:
    return TensorType(shape if reduction == "none" else (), like.dtype)


def pointwise(
    input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None,
    reduction: str = "mean", weight: Tensor | None = None,
) -> Outputs:  # fmt: skip
    """``mse_loss``, ``l1_loss``."""
    return _reduced(broadcast(input.shape, target.shape), input, reduction)


def huber(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Outputs:
    """``huber_loss``."""
    return pointwise(input, target, reduction=reduction)


def smooth_l1(
    input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None,
    reduction: str = "mean", beta: float = 1.0,
) -> Outputs:  # fmt: skip
    """``smooth_l1_loss``."""
    return pointwise(input, target, reduction=reduction)


def binary_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, size_average: bool | None = None,
    reduce: bool | None = None, reduction: str = "mean", pos_weight: Tensor | None = None,
) -> Outputs:  # fmt: skip
    """With or without logits."""
    return pointwise(input, target, reduction=reduction)


def cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, size_average: bool | None = None,
    ignore_index: int = -100, reduce: bool | None = None, reduction: str = "mean", label_smoothing: float = 0.0,
) -> Outputs:  # fmt: skip
    """Classes along the second dimension; ``target`` holds classes or probabilities."""
    shape = target.shape
    if target.shape == input.shape and target.dtype.is_floating:
        shape = (*input.shape[:1], *input.shape[2:]) if len(input.shape) > 1 else ()
    return _reduced(shape, input, reduction)


def kl_div(
    input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None,
    reduction: str = "mean", log_target: bool = False,
) -> Outputs:  # fmt: skip
    """Divergence of ``input`` (logarithms) from ``target``."""
    return pointwise(input, target, reduction=reduction)


def likelihood(
    input: Tensor, target: Tensor, log_input: bool = True, full: bool = False, size_average: bool | None = None,
    eps: float = 1e-8, reduce: bool | None = None, reduction: str = "mean",
) -> Outputs:  # fmt: skip
    """``poisson_nll_loss``."""
    return pointwise(input, target, reduction=reduction)


def gaussian(
    input: Tensor, target: Tensor, var: Tensor, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Outputs:
    """``gaussian_nll_loss``."""
    return pointwise(input, target, reduction=reduction)


def cosine_embedding(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0, size_average: bool | None = None,
    reduce: bool | None = None, reduction: str = "mean",
) -> Outputs:  # fmt: skip
    """One number a pair."""
    return _reduced(target.shape, input1, reduction)


def ranking(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0, size_average: bool | None = None,
    reduce: bool | None = None, reduction: str = "mean",
) -> Outputs:  # fmt: skip
    """``margin_ranking_loss``."""
    return _reduced(broadcast(input1.shape, input2.shape), input1, reduction)


def triplet(
    anchor: Tensor, positive: Tensor, negative: Tensor, margin: float = 1.0, p: float = 2, eps: float = 1e-6,
    swap: bool = False, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
) -> Outputs:  # fmt: skip
    """One number a triple."""
    return _reduced(broadcast(anchor.shape, positive.shape)[:-1], anchor, reduction)


def ctc(
    log_probs: Tensor, targets: Tensor, input_lengths: object, target_lengths: object, blank: int = 0,
    reduction: str = "mean", zero_infinity: bool = False,
) -> Outputs:  # fmt: skip
    """One number a sequence."""
    return _reduced(log_probs.shape[1:2] if len(log_probs.shape) == 3 else (), log_probs, reduction)


def per_sample(
    input: Tensor, target: Tensor, weight: Tensor | None = None, size_average: bool | None = None,
    reduce: bool | None = None, reduction: str = "mean",
) -> Outputs:  # fmt: skip
    """``multilabel_soft_margin_loss``: one number a row."""
    return _reduced(input.shape[:-1], input, reduction)


LOSSES = merge(
    rules(OpKind.LOSS, pointwise, ("mse_loss", "l1_loss", "soft_margin_loss", "hinge_embedding_loss"), FUNCTIONAL),
    rules(OpKind.LOSS, huber, ("huber_loss",), FUNCTIONAL),
    rules(OpKind.LOSS, smooth_l1, ("smooth_l1_loss",), FUNCTIONAL),
    rules(OpKind.LOSS, binary_cross_entropy, ("binary_cross_entropy", "binary_cross_entropy_with_logits"), FUNCTIONAL),
    rules(OpKind.LOSS, binary_cross_entropy, ("binary_cross_entropy_with_logits",), FREE),
    rules(OpKind.LOSS, cross_entropy, ("cross_entropy", "nll_loss"), FUNCTIONAL),
    rules(OpKind.LOSS, kl_div, ("kl_div",), (*FREE, *FUNCTIONAL)),
    rules(OpKind.LOSS, likelihood, ("poisson_nll_loss",), FUNCTIONAL),
    rules(OpKind.LOSS, gaussian, ("gaussian_nll_loss",), FUNCTIONAL),
    rules(OpKind.LOSS, cosine_embedding, ("cosine_embedding_loss",), FUNCTIONAL),
    rules(OpKind.LOSS, ranking, ("margin_ranking_loss",), FUNCTIONAL),
    rules(OpKind.LOSS, triplet, ("triplet_margin_loss",), FUNCTIONAL),
    rules(OpKind.LOSS, ctc, ("ctc_loss",), FUNCTIONAL),
    rules(OpKind.LOSS, per_sample, ("multilabel_soft_margin_loss", "multilabel_margin_loss"), FUNCTIONAL),
)
