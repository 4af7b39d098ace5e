"""``torch.nn.init``: they overwrite their tensor and return it."""

from __future__ import annotations

from analyzer.frameworks.torch.operations.creation import filled
from analyzer.frameworks.torch.operations.elementwise import same
from analyzer.frameworks.torch.operations.spelling import rules
from analyzer.graph import OpKind
from analyzer.library.operations.rule import Outputs, RuleOutcome, merge
from analyzer.values import Tensor

SPELLING = ("nn.init.{}",)


def uniform(tensor: Tensor, a: float = 0.0, b: float = 1.0) -> Outputs:
    """Between ``a`` and ``b``."""
    return same(tensor)


def normal(tensor: Tensor, mean: float = 0.0, std: float = 1.0) -> Outputs:
    """A normal distribution."""
    return same(tensor)


def truncated(tensor: Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0) -> Outputs:
    """A normal distribution within limits."""
    return same(tensor)


def constant(tensor: Tensor, val: float) -> RuleOutcome:
    """One number."""
    return filled(tensor.shape, val, tensor.dtype)


def ones(tensor: Tensor) -> RuleOutcome:
    """All 1."""
    return filled(tensor.shape, 1, tensor.dtype)


def zeros(tensor: Tensor) -> RuleOutcome:
    """All 0."""
    return filled(tensor.shape, 0, tensor.dtype)


def eye(tensor: Tensor) -> Outputs:
    """The identity."""
    return same(tensor)


def dirac(tensor: Tensor, groups: int = 1) -> Outputs:
    """A convolution that changes nothing."""
    return same(tensor)


def xavier(tensor: Tensor, gain: float = 1.0) -> Outputs:
    """Variance by fan in and fan out."""
    return same(tensor)


def kaiming(tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> Outputs:
    """Variance by fan in or fan out."""
    return same(tensor)


def sparse(tensor: Tensor, sparsity: float, std: float = 0.01) -> Outputs:
    """Mostly zeros."""
    return same(tensor)


INITIALISERS = merge(
    rules(OpKind.RANDOM, uniform, ("uniform_",), SPELLING),
    rules(OpKind.RANDOM, normal, ("normal_",), SPELLING),
    rules(OpKind.RANDOM, truncated, ("trunc_normal_",), SPELLING, "truncated_normal"),
    rules(OpKind.CREATE, constant, ("constant_",), SPELLING, "fill", renamed={"val": "value"}),
    rules(OpKind.CREATE, ones, ("ones_",), SPELLING, "fill"),
    rules(OpKind.CREATE, zeros, ("zeros_",), SPELLING, "fill"),
    rules(OpKind.CREATE, eye, ("eye_",), SPELLING, "identity_matrix"),
    rules(OpKind.CREATE, dirac, ("dirac_",), SPELLING),
    rules(OpKind.RANDOM, xavier, ("xavier_uniform_", "xavier_normal_", "orthogonal_"), SPELLING),
    rules(OpKind.RANDOM, kaiming, ("kaiming_uniform_", "kaiming_normal_"), SPELLING),
    rules(OpKind.RANDOM, sparse, ("sparse_",), SPELLING),
)
