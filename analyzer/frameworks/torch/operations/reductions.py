"""Sums, means, extremes, norms and cumulative operations."""

from __future__ import annotations

import numpy as np

from analyzer.frameworks.torch.operations.spelling import BOTH, FREE, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import axis, broadcast, integer, reduce, replace, shape_of
from analyzer.library.operations.dtypes import accumulated, category, floating, real, result_type
from analyzer.library.operations.errors import BindingError, ShapeError
from analyzer.library.operations.rule import Outputs, RuleOutcome, merge
from analyzer.library.operations.symbolic import add
from analyzer.values import Tensor

VALUES = ("values", "indices")


def total(input: Tensor, dim: object = None, keepdim: bool = False, *, dtype: Dtype | None = None) -> Outputs:
    """``sum``, ``nansum``: bool and integers add up to int64."""
    return TensorType(reduce(input.shape, dim, keepdim), dtype or accumulated(input.dtype))


def prod(input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: Dtype | None = None) -> Outputs:
    """The product over one dimension or all."""
    return total(input, dim, keepdim, dtype=dtype)


def mean(input: Tensor, dim: object = None, keepdim: bool = False, *, dtype: Dtype | None = None) -> Outputs:
    """Only of floating point numbers, unless ``dtype`` says so."""
    result = dtype or input.dtype
    if category(result) < 2:
        raise BindingError(f"mean of {result.value}")
    return TensorType(reduce(input.shape, dim, keepdim), result)


def spread(
    input: Tensor, dim: object = None, unbiased: bool = True, keepdim: bool = False, *, correction: object = 1
) -> Outputs:
    """``var``, ``std``; a bool in the place of ``dim`` is ``unbiased``."""
    return TensorType(reduce(input.shape, None if isinstance(dim, bool) else dim, keepdim), real(input.dtype))


def spread_and_mean(
    input: Tensor, dim: object = None, unbiased: bool = True, keepdim: bool = False, *, correction: object = 1
) -> Outputs:
    """``var_mean``, ``std_mean``."""
    result = spread(input, dim, unbiased, keepdim)
    return (result, result)


def extreme(input: Tensor, dim: object = None, keepdim: bool = False) -> RuleOutcome:
    """``max``, ``min``: of all elements, along a dimension with indices, or of two tensors."""
    if isinstance(dim, Tensor):
        return RuleOutcome(TensorType(broadcast(input.shape, dim.shape), result_type(input, dim)))
    if dim is None:
        return RuleOutcome(TensorType((), input.dtype))
    shape = reduce(input.shape, integer(dim), keepdim)
    return RuleOutcome((TensorType(shape, input.dtype), TensorType(shape, Dtype.INT64)), VALUES)


def maximum_of(input: Tensor, dim: object = None, keepdim: bool = False, *, other: Tensor | None = None) -> RuleOutcome:
    """``max`` in all its forms."""
    return _pairwise(input, dim, keepdim, other, OpKind.MAXIMUM)


def minimum_of(input: Tensor, dim: object = None, keepdim: bool = False, *, other: Tensor | None = None) -> RuleOutcome:
    """``min`` in all its forms."""
    return _pairwise(input, dim, keepdim, other, OpKind.MINIMUM)


def _pairwise(input: Tensor, dim: object, keepdim: bool, other: Tensor | None, kind: OpKind) -> RuleOutcome:
    second = other if other is not None else dim
    if not isinstance(second, Tensor):
        return extreme(input, dim, keepdim)
    return RuleOutcome(TensorType(broadcast(input.shape, second.shape), result_type(input, second)), kind=kind)


def amax(input: Tensor, dim: object = None, keepdim: bool = False) -> Outputs:
    """The extreme over dimensions."""
    return TensorType(reduce(input.shape, dim, keepdim), input.dtype)


def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> RuleOutcome:
    """Both extremes."""
    result = amax(input, dim, keepdim)
    return RuleOutcome((result, result), ("min", "max"))


def argument(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Outputs:
    """``argmax``, ``argmin``: positions."""
    return TensorType(reduce(input.shape, dim, keepdim and dim is not None), Dtype.INT64)


def truth(input: Tensor, dim: object = None, keepdim: bool = False) -> Outputs:
    """``all``, ``any``."""
    return TensorType(reduce(input.shape, dim, keepdim), Dtype.UINT8 if input.dtype is Dtype.UINT8 else Dtype.BOOL)


def all_true(input: Tensor) -> Outputs:
    """Whether everything is true."""
    return TensorType((), Dtype.BOOL)


def equal(input: Tensor, other: Tensor) -> RuleOutcome:
    """Same shape and same numbers, as a Python bool."""
    if input.shape != other.shape:
        return RuleOutcome((), value=False)
    if input.data is None or other.data is None:
        return RuleOutcome(())
    return RuleOutcome((), value=bool(np.array_equal(input.data, other.data)))


def logsumexp(input: Tensor, dim: object, keepdim: bool = False) -> Outputs:
    """log of the sum of exponentials."""
    return TensorType(reduce(input.shape, dim, keepdim), floating(input.dtype))


def count_nonzero(input: Tensor, dim: object = None) -> Outputs:
    """How many are not zero."""
    return TensorType(reduce(input.shape, dim, False), Dtype.INT64)


def selected(input: Tensor, dim: int | None = None, keepdim: bool = False) -> RuleOutcome:
    """``median``, ``nanmedian``, ``mode``: without ``dim`` one number."""
    return extreme(input, dim, keepdim)


def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> RuleOutcome:
    """The most frequent value along a dimension."""
    return extreme(input, dim, keepdim)


def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> RuleOutcome:
    """The k-th smallest along a dimension."""
    return extreme(input, dim, keepdim)


def quantile(
    input: Tensor, q: object, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Outputs:
    """One result for each of ``q``, which lead."""
    return TensorType((*shape_of(q), *reduce(input.shape, dim, keepdim)), input.dtype)


def norm(
    input: Tensor, p: object = "fro", dim: object = None, keepdim: bool = False, dtype: Dtype | None = None
) -> Outputs:
    """``Tensor.norm`` and ``torch.norm``."""
    return TensorType(reduce(input.shape, dim, keepdim), dtype or real(floating(input.dtype)))


def linalg_norm(
    input: Tensor,
    ord: object = None,
    dim: object = None,
    keepdim: bool = False,
    *,
    dtype: Dtype | None = None,
) -> Outputs:
    """``linalg.norm``, ``linalg.vector_norm``."""
    return norm(input, ord, dim, keepdim, dtype)


def matrix_norm(
    input: Tensor,
    ord: object = "fro",
    dim: object = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: Dtype | None = None,
) -> Outputs:
    """Over the last two dimensions."""
    return norm(input, ord, dim, keepdim, dtype)


def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Outputs:
    """Slices scaled down to a norm."""
    return TensorType(input.shape, input.dtype)


def cumulative(input: Tensor, dim: int, *, dtype: Dtype | None = None) -> Outputs:
    """``cumsum``, ``cumprod``: bool and integers give int64."""
    axis(dim, len(input.shape))
    return TensorType(input.shape, dtype or accumulated(input.dtype))


def cumulative_log(input: Tensor, dim: int) -> Outputs:
    """``logcumsumexp``."""
    axis(dim, len(input.shape))
    return TensorType(input.shape, floating(input.dtype))


def cumulative_extreme(input: Tensor, dim: int) -> RuleOutcome:
    """``cummax``, ``cummin`` with positions."""
    axis(dim, len(input.shape))
    return RuleOutcome((TensorType(input.shape, input.dtype), TensorType(input.shape, Dtype.INT64)), VALUES)


def diff(
    input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None, append: Tensor | None = None
) -> Outputs:
    """Differences of neighbours, ``n`` times."""
    place = axis(dim, len(input.shape))
    parts = [tensor.shape[place] for tensor in (prepend, input, append) if tensor is not None and tensor.shape]
    size = add(*parts)
    if size < n:
        return TensorType(replace(input.shape, place, 0), input.dtype)
    return TensorType(replace(input.shape, place, _less(parts, n)), input.dtype)


def _less(parts: list[int], n: int) -> int:
    """The sum less ``n``; a part of that very size cancels, so that the others keep their identity."""
    if n in parts and len(parts) > 1:
        rest = list(parts)
        rest.remove(n)
        return add(*rest)
    return add(*parts, -n)


def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1, dim: int = -1) -> Outputs:
    """Integral along a dimension."""
    return TensorType(reduce(y.shape, dim, False), floating(y.dtype))


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Outputs:
    """How often each number occurs; as long as the largest number needs."""
    if input.data is None:
        if minlength:
            return TensorType((minlength,), Dtype.INT64 if weights is None else weights.dtype)
        raise ShapeError("the length of bincount depends on data")
    length = max(int(minlength), int(input.data.max()) + 1 if input.data.size else 0)
    return TensorType((length,), Dtype.INT64 if weights is None else weights.dtype)


def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Outputs:
    """A histogram."""
    return TensorType((bins,), input.dtype)


def trace(input: Tensor) -> Outputs:
    """The sum of the diagonal."""
    return TensorType((), accumulated(input.dtype))


def cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Outputs:
    """Covariance of the rows."""
    rows = input.shape[0] if len(input.shape) > 1 else 1
    return TensorType((rows, rows) if len(input.shape) > 1 else (), floating(input.dtype))


REDUCTIONS = merge(
    rules(OpKind.SUM, total, ("sum", "nansum"), BOTH),
    rules(OpKind.MEAN, mean, ("mean", "nanmean"), BOTH),
    rules(OpKind.VAR, spread, ("var",), BOTH),
    rules(OpKind.STD, spread, ("std",), BOTH),
    rules(OpKind.VAR, spread_and_mean, ("var_mean",), FREE),
    rules(OpKind.STD, spread_and_mean, ("std_mean",), FREE),
    rules(OpKind.PROD, prod, ("prod",), BOTH),
    rules(OpKind.AMAX, maximum_of, ("max",), BOTH),
    rules(OpKind.AMIN, minimum_of, ("min",), BOTH),
    rules(OpKind.AMAX, amax, ("amax",), BOTH),
    rules(OpKind.AMIN, amax, ("amin",), BOTH),
    rules(OpKind.REDUCE, aminmax, ("aminmax",), BOTH),
    rules(OpKind.ARGMAX, argument, ("argmax", "argmin"), BOTH),
    rules(OpKind.REDUCE, truth, ("all", "any"), BOTH),
    rules(OpKind.REDUCE, all_true, ("_is_all_true",), BOTH, "all_true"),
    rules(OpKind.REDUCE, all_true, ("_is_any_true",), BOTH, "any_true"),
    rules(OpKind.HOST, equal, ("equal",), BOTH),
    rules(OpKind.REDUCE, logsumexp, ("logsumexp",), (*BOTH, "special.{}")),
    rules(OpKind.REDUCE, count_nonzero, ("count_nonzero",), BOTH),
    rules(OpKind.REDUCE, selected, ("median", "nanmedian"), BOTH),
    rules(OpKind.REDUCE, mode, ("mode",), BOTH),
    rules(OpKind.SORT, kthvalue, ("kthvalue",), BOTH),
    rules(OpKind.REDUCE, quantile, ("quantile", "nanquantile"), BOTH),
    rules(OpKind.NORM, norm, ("norm",), ("functional.{}", "Tensor.{}")),
    rules(OpKind.NORM, linalg_norm, ("norm", "vector_norm"), ("linalg.{}",), renamed={"ord": "p"}),
    rules(OpKind.NORM, matrix_norm, ("matrix_norm",), ("linalg.{}",), renamed={"ord": "p"}),
    rules(OpKind.NORMALIZE, renorm, ("renorm",), ("{}", "Tensor.{}", "Tensor.{}_")),
    rules(OpKind.CUMULATIVE, cumulative, ("cumsum", "cumprod"), ("{}", "Tensor.{}", "Tensor.{}_")),
    rules(OpKind.CUMULATIVE, cumulative_log, ("logcumsumexp",), BOTH),
    rules(OpKind.CUMULATIVE, cumulative_extreme, ("cummax", "cummin"), BOTH),
    rules(OpKind.SUB, diff, ("diff",), BOTH),
    rules(OpKind.REDUCE, trapezoid, ("trapezoid", "trapz"), FREE, "trapezoid"),
    rules(OpKind.REDUCE, bincount, ("bincount",), BOTH),
    rules(OpKind.REDUCE, histc, ("histc",), BOTH),
    rules(OpKind.SUM, trace, ("trace",), BOTH),
    rules(OpKind.MATMUL, cov, ("cov", "corrcoef"), BOTH),
)
