"""Random tensors."""

from __future__ import annotations

from analyzer.frameworks.torch.operations.elementwise import same
from analyzer.frameworks.torch.operations.spelling import BOTH, FREE, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import broadcast, extent, extents, integer, shape_of
from analyzer.library.operations.dtypes import default_dtype
from analyzer.library.operations.errors import BindingError
from analyzer.library.operations.rule import Outputs, merge
from analyzer.values import Tensor

IN_PLACE = ("Tensor.{}_",)


def sample(*size: object, dtype: Dtype | None = None) -> Outputs:
    """``rand``, ``randn``."""
    return TensorType(extents(size), dtype or default_dtype())


def sample_like(input: Tensor, *, dtype: Dtype | None = None) -> Outputs:
    """``rand_like``, ``randn_like``."""
    return TensorType(input.shape, dtype or input.dtype)


def randint(
    *limits: object, low: object = None, high: object = None, size: object = None, dtype: Dtype | None = None
) -> Outputs:
    """``randint(high, size)`` or ``randint(low, high, size)``."""
    shape = size if size is not None else (limits[-1] if limits else None)
    if shape is None:
        raise BindingError("randint without a size")
    return TensorType(extents(shape), dtype or Dtype.INT64)


def randint_like(input: Tensor, low: object, high: object = None, *, dtype: Dtype | None = None) -> Outputs:
    """Random integers in the shape of the input."""
    return sample_like(input, dtype=dtype)


def randperm(n: object, *, dtype: Dtype | None = None) -> Outputs:
    """A random order."""
    return TensorType((integer(n),), dtype or Dtype.INT64)


def normal(mean: object, std: object = 1.0, size: object = None, *, dtype: Dtype | None = None) -> Outputs:
    """Mean and deviation are numbers (then with a size) or tensors."""
    if size is not None:
        return TensorType(extents(size), dtype or default_dtype())
    return TensorType(broadcast(shape_of(mean), shape_of(std)), dtype or default_dtype())


def bernoulli(input: Tensor, p: float | None = None) -> Outputs:
    """0 or 1."""
    return same(input)


def multinomial(input: Tensor, num_samples: object, replacement: bool = False) -> Outputs:
    """Positions drawn with the probabilities of each row."""
    return TensorType((*input.shape[:-1], extent(num_samples)), Dtype.INT64)


def fill_normal(input: Tensor, mean: float = 0, std: float = 1) -> Outputs:
    """``normal_``: new numbers in the input's place."""
    return same(input)


def fill_log_normal(input: Tensor, mean: float = 1, std: float = 2) -> Outputs:
    """``log_normal_``."""
    return same(input)


def fill_uniform(input: Tensor, from_: float = 0, to: float = 1) -> Outputs:
    """``uniform_``; the lower limit is called ``from``, which no parameter can be."""
    return same(input)


def fill_integers(input: Tensor, from_: int = 0, to: int | None = None) -> Outputs:
    """``random_``."""
    return same(input)


def fill_exponential(input: Tensor, lambd: float = 1) -> Outputs:
    """``exponential_``."""
    return same(input)


def fill_cauchy(input: Tensor, median: float = 0, sigma: float = 1) -> Outputs:
    """``cauchy_``."""
    return same(input)


def fill_by_probability(input: Tensor, p: object = 0.5) -> Outputs:
    """``bernoulli_``, ``geometric_``."""
    return same(input)


RANDOM = merge(
    rules(OpKind.RANDOM, sample, ("rand", "randn"), FREE),
    rules(OpKind.RANDOM, sample_like, ("rand_like", "randn_like"), FREE),
    rules(OpKind.RANDOM, randint, ("randint",), FREE),
    rules(OpKind.RANDOM, randint_like, ("randint_like",), FREE),
    rules(OpKind.RANDOM, randperm, ("randperm",), FREE),
    rules(OpKind.RANDOM, normal, ("normal",), FREE),
    rules(OpKind.RANDOM, bernoulli, ("bernoulli",), BOTH),
    rules(OpKind.RANDOM, bernoulli, ("poisson",), FREE),
    rules(OpKind.RANDOM, multinomial, ("multinomial",), BOTH),
    rules(OpKind.RANDOM, fill_normal, ("normal",), IN_PLACE),
    rules(OpKind.RANDOM, fill_log_normal, ("log_normal",), IN_PLACE),
    rules(OpKind.RANDOM, fill_uniform, ("uniform",), IN_PLACE),
    rules(OpKind.RANDOM, fill_integers, ("random",), IN_PLACE),
    rules(OpKind.RANDOM, fill_exponential, ("exponential",), IN_PLACE),
    rules(OpKind.RANDOM, fill_cauchy, ("cauchy",), IN_PLACE),
    rules(OpKind.RANDOM, fill_by_probability, ("bernoulli", "geometric"), IN_PLACE),
)
