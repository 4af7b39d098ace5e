"""Activations, softmax and dropout."""

from __future__ import annotations

from analyzer.frameworks.torch.operations.elementwise import floating_unary, same
from analyzer.frameworks.torch.operations.spelling import ACTIVATION, EVERYWHERE, FUNCTIONAL, POINTWISE, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import axis, replace
from analyzer.library.operations.dtypes import floating
from analyzer.library.operations.errors import ShapeError
from analyzer.library.operations.rule import Outputs, RuleOutcome, merge
from analyzer.library.operations.symbolic import floor_divide
from analyzer.values import Tensor


def simple(input: Tensor, inplace: bool = False) -> Outputs:
    """relu, silu, mish … without parameters."""
    return same(input)


def gelu(input: Tensor, approximate: str = "none") -> Outputs:
    """``approximate`` is ``none`` or ``tanh``."""
    return same(input)


def softplus(input: Tensor, beta: float = 1, threshold: float = 20) -> Outputs:
    """A smooth relu."""
    return same(input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Outputs:
    """relu with a slope below zero."""
    return same(input)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Outputs:
    """Exponential below zero."""
    return same(input)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Outputs:
    """Limited to an interval."""
    return same(input)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Outputs:
    """``value`` where the input is not above the threshold."""
    return same(input)


def shrink(input: Tensor, lambd: float = 0.5) -> Outputs:
    """hardshrink, softshrink."""
    return same(input)


def prelu(input: Tensor, weight: Tensor) -> Outputs:
    """relu with a learned slope below zero."""
    return same(input)


def rrelu(
    input: Tensor,
    lower: float = 0.125,
    upper: float = 0.3333333333333333,
    training: bool = False,
    inplace: bool = False,
) -> Outputs:
    """relu with a random slope below zero."""
    return same(input)


def glu(input: Tensor, dim: int = -1) -> Outputs:
    """One half gated by the other; ``dim`` is halved."""
    place = axis(dim, len(input.shape))
    if input.shape[place] % 2:
        raise ShapeError(f"size {int(input.shape[place])} can not be halved")
    return TensorType(replace(input.shape, place, floor_divide(input.shape[place], 2)), input.dtype)


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Dtype | None = None) -> Outputs:
    """Computed and returned in ``dtype`` where it is given."""
    if dim is not None:
        axis(dim, len(input.shape))
    return TensorType(input.shape, dtype or floating(input.dtype))


def plain_softmax(input: Tensor, dim: int, dtype: Dtype | None = None) -> Outputs:
    """The free function and the method, which have no ``_stacklevel``."""
    return softmax(input, dim, dtype=dtype)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Dtype | None = None) -> Outputs:
    """Softmax of the negated input."""
    return softmax(input, dim, dtype=dtype)


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Outputs:
    """Softmax of randomly disturbed logits."""
    return same(logits)


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> RuleOutcome:
    """The input itself where nothing is dropped."""
    return RuleOutcome(same(input), alias=not training)


def free_dropout(input: Tensor, p: float, train: bool) -> RuleOutcome:
    """``torch.dropout``."""
    return dropout(input, p, train)


def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> RuleOutcome:
    """Dropout that keeps mean and variance; off by default."""
    return dropout(input, p, training)


ACTIVATIONS = merge(
    rules(OpKind.SIGMOID, floating_unary, ("sigmoid",), (*POINTWISE, *FUNCTIONAL)),
    rules(OpKind.SIGMOID, floating_unary, ("expit",), ("special.{}",), "sigmoid"),
    rules(OpKind.TANH, floating_unary, ("tanh",), (*POINTWISE, *FUNCTIONAL)),
    rules(OpKind.RELU, simple, ("relu",), ACTIVATION),
    rules(OpKind.GELU, gelu, ("gelu",), FUNCTIONAL),
    rules(OpKind.SILU, simple, ("silu",), FUNCTIONAL),
    rules(OpKind.SOFTPLUS, softplus, ("softplus",), FUNCTIONAL),
    rules(OpKind.GLU, glu, ("glu",), FUNCTIONAL),
    rules(
        OpKind.ACTIVATION, simple, ("relu6", "hardsigmoid", "hardswish", "mish", "logsigmoid", "tanhshrink"), FUNCTIONAL
    ),
    rules(OpKind.ACTIVATION, simple, ("softsign",), FUNCTIONAL),
    rules(OpKind.ACTIVATION, simple, ("selu",), ("nn.functional.{}", "nn.functional.{}_", "{}", "{}_")),
    rules(OpKind.ACTIVATION, leaky_relu, ("leaky_relu",), ("nn.functional.{}", "nn.functional.{}_")),
    rules(OpKind.ACTIVATION, elu, ("elu", "celu"), ("nn.functional.{}", "nn.functional.{}_")),
    rules(OpKind.ACTIVATION, elu, ("celu",), ("{}", "{}_")),
    rules(
        OpKind.ACTIVATION,
        hardtanh,
        ("hardtanh",),
        ("nn.functional.{}", "nn.functional.{}_"),
        renamed={"min_val": "min", "max_val": "max"},
    ),
    rules(OpKind.ACTIVATION, threshold, ("threshold",), ("nn.functional.{}", "nn.functional.{}_", "{}", "{}_")),
    rules(OpKind.ACTIVATION, shrink, ("hardshrink",), EVERYWHERE),
    rules(OpKind.ACTIVATION, shrink, ("softshrink",), FUNCTIONAL),
    rules(OpKind.ACTIVATION, prelu, ("prelu",), EVERYWHERE),
    rules(OpKind.ACTIVATION, rrelu, ("rrelu",), ("nn.functional.{}", "nn.functional.{}_", "{}", "{}_")),
    rules(OpKind.SOFTMAX, softmax, ("softmax",), FUNCTIONAL),
    rules(OpKind.SOFTMAX, plain_softmax, ("softmax",), ("{}", "Tensor.{}", "special.{}")),
    rules(OpKind.SOFTMAX, softmax, ("log_softmax",), FUNCTIONAL),
    rules(OpKind.SOFTMAX, plain_softmax, ("log_softmax",), ("{}", "Tensor.{}", "special.{}")),
    rules(OpKind.SOFTMAX, softmin, ("softmin",), FUNCTIONAL),
    rules(OpKind.SOFTMAX, gumbel_softmax, ("gumbel_softmax",), FUNCTIONAL),
    rules(OpKind.DROPOUT, dropout, ("dropout", "dropout1d", "dropout2d", "dropout3d"), FUNCTIONAL, "dropout"),
    rules(OpKind.DROPOUT, alpha_dropout, ("alpha_dropout", "feature_alpha_dropout"), FUNCTIONAL, "dropout"),
    rules(OpKind.DROPOUT, free_dropout, ("dropout", "feature_dropout", "alpha_dropout"), ("{}", "{}_"), "dropout"),
)
