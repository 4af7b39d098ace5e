"""Arithmetic, comparison and logic element by element."""

from __future__ import annotations

from analyzer.frameworks.torch.operations.spelling import BOTH, FREE, METHOD, POINTWISE, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import broadcast, shape_of
from analyzer.library.operations.dtypes import floating, real, result_type
from analyzer.library.operations.errors import BindingError
from analyzer.library.operations.rule import Outputs, RuleOutcome, merge
from analyzer.values import Tensor


def _pair(input: object, other: object) -> tuple[int, ...]:
    return broadcast(shape_of(input), shape_of(other))


def binary(input: object, other: object) -> Outputs:
    """Broadcast; the type by promotion."""
    return TensorType(_pair(input, other), result_type(input, other))


def scaled_binary(input: object, other: object, *, alpha: object = 1) -> Outputs:
    """``input ± alpha * other``."""
    return binary(input, other)


def floating_binary(input: object, other: object) -> Outputs:
    """Like ``binary``, and integers become floating point."""
    return TensorType(_pair(input, other), floating(result_type(input, other)))


def divide(input: object, other: object, *, rounding_mode: str | None = None) -> RuleOutcome:
    """True division gives floating point; a rounding mode keeps integers."""
    if rounding_mode is None:
        return RuleOutcome(floating_binary(input, other))
    return RuleOutcome(binary(input, other), kind=OpKind.ROUND)


def comparison(input: object, other: object) -> Outputs:
    """Broadcast to bool."""
    return TensorType(_pair(input, other), Dtype.BOOL)


def same(input: Tensor) -> Outputs:
    """Shape and type of the input."""
    return TensorType(input.shape, input.dtype)


def rounding(input: Tensor, *, decimals: int = 0) -> Outputs:
    """Shape and type of the input."""
    return TensorType(input.shape, input.dtype)


def magnitude(input: Tensor) -> Outputs:
    """Real numbers even from complex ones."""
    return TensorType(input.shape, real(input.dtype))


def floating_unary(input: Tensor) -> Outputs:
    """Shape of the input; integers become floating point."""
    return TensorType(input.shape, floating(input.dtype))


def predicate(input: Tensor) -> Outputs:
    """Bool in the shape of the input."""
    return TensorType(input.shape, Dtype.BOOL)


def clamp(input: Tensor, min: object = None, max: object = None) -> Outputs:
    """Limits are numbers or tensors that broadcast."""
    present = [limit for limit in (min, max) if limit is not None]
    if not present:
        raise BindingError("NoneType where a limit is expected")
    return TensorType(broadcast(input.shape, *map(shape_of, present)), result_type(input, *present))


def clamp_min(input: Tensor, min: object) -> Outputs:
    """A lower limit only."""
    return clamp(input, min=min)


def clamp_max(input: Tensor, max: object) -> Outputs:
    """An upper limit only."""
    return clamp(input, max=max)


def where(condition: Tensor, input: object = None, other: object = None) -> Outputs:
    """Element-wise choice; the form with one argument is a rule of its own."""
    shape = broadcast(condition.shape, shape_of(input), shape_of(other))
    return TensorType(shape, result_type(input, other))


def lerp(input: Tensor, end: Tensor, weight: object) -> Outputs:
    """``input + weight * (end - input)``."""
    return TensorType(broadcast(input.shape, end.shape, shape_of(weight)), result_type(input, end))


def fused(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: object = 1) -> Outputs:
    """``input + value * tensor1 (* or /) tensor2``."""
    return TensorType(broadcast(input.shape, tensor1.shape, tensor2.shape), result_type(input, tensor1, tensor2))


def nan_to_num(input: Tensor, nan: object = 0.0, posinf: object = None, neginf: object = None) -> Outputs:
    """Finite numbers in place of the others."""
    return same(input)


def logit(input: Tensor, eps: object = None) -> Outputs:
    """Inverse of the logistic function."""
    return floating_unary(input)


def polygamma(n: int, input: Tensor) -> Outputs:
    """Derivatives of the digamma function."""
    return floating_unary(input)


def close(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Outputs:
    """Element-wise closeness."""
    return comparison(input, other)


def isin(elements: object, test_elements: object, *, assume_unique: bool = False, invert: bool = False) -> Outputs:
    """Whether each element is one of ``test_elements``."""
    return TensorType(shape_of(elements), Dtype.BOOL)


_OPERATORS = merge(
    rules(OpKind.SUB, binary, ("__rsub__",), METHOD, "rsub"),
    rules(OpKind.SUB, scaled_binary, ("rsub",), BOTH),
    rules(OpKind.DIV, floating_binary, ("__rtruediv__", "__rdiv__"), METHOD, "rdiv"),
    rules(OpKind.POW, binary, ("__rpow__",), METHOD, "rpow"),
    rules(OpKind.POW, binary, ("__pow__",), METHOD, "pow"),
    rules(OpKind.ROUND, binary, ("__floordiv__",), METHOD, "floor_divide"),
    rules(OpKind.ROUND, binary, ("__rfloordiv__",), METHOD, "rfloor_divide"),
    rules(OpKind.ROUND, binary, ("__rmod__",), METHOD, "rremainder"),
    rules(OpKind.ROUND, binary, ("__mod__",), METHOD, "remainder"),
    rules(OpKind.LOGICAL, binary, ("__and__", "__rand__", "__iand__"), METHOD, "bitwise_and"),
    rules(OpKind.LOGICAL, binary, ("__or__", "__ror__", "__ior__"), METHOD, "bitwise_or"),
    rules(OpKind.LOGICAL, binary, ("__xor__", "__rxor__", "__ixor__"), METHOD, "bitwise_xor"),
    rules(OpKind.LOGICAL, same, ("__invert__",), METHOD, "bitwise_not"),
    rules(OpKind.ELEMENTWISE, binary, ("__lshift__", "__ilshift__"), METHOD, "bitwise_left_shift"),
    rules(OpKind.ELEMENTWISE, binary, ("__rshift__", "__irshift__"), METHOD, "bitwise_right_shift"),
    rules(OpKind.ELEMENTWISE, binary, ("__rlshift__", "__rrshift__"), METHOD),
    rules(OpKind.COMPARE, comparison, ("__eq__",), METHOD, "eq"),
)

_BINARY = merge(
    rules(OpKind.ADD, scaled_binary, ("add",), POINTWISE),
    rules(OpKind.SUB, scaled_binary, ("sub", "subtract"), POINTWISE, "sub"),
    rules(OpKind.MUL, binary, ("mul", "multiply"), POINTWISE, "mul"),
    rules(OpKind.DIV, divide, ("div", "divide"), POINTWISE, "div"),
    rules(OpKind.DIV, floating_binary, ("true_divide",), POINTWISE, "true_divide"),
    rules(OpKind.POW, binary, ("pow",), POINTWISE),
    rules(OpKind.POW, floating_binary, ("float_power",), POINTWISE),
    rules(OpKind.ROUND, binary, ("floor_divide",), POINTWISE),
    rules(OpKind.ROUND, binary, ("remainder",), POINTWISE),
    rules(OpKind.ROUND, binary, ("fmod",), POINTWISE),
    rules(OpKind.MAXIMUM, binary, ("maximum", "fmax"), BOTH, "maximum"),
    rules(OpKind.MINIMUM, binary, ("minimum", "fmin"), BOTH, "minimum"),
    rules(OpKind.ELEMENTWISE, floating_binary, ("atan2", "arctan2"), POINTWISE, "atan2"),
    rules(OpKind.ELEMENTWISE, floating_binary, ("copysign", "xlogy"), POINTWISE),
    rules(OpKind.ELEMENTWISE, floating_binary, ("xlogy", "xlog1py", "zeta"), ("special.{}",)),
    rules(OpKind.ELEMENTWISE, binary, ("hypot", "nextafter", "heaviside", "gcd", "lcm", "ldexp"), POINTWISE),
    rules(OpKind.ELEMENTWISE, binary, ("logaddexp", "logaddexp2"), BOTH),
    rules(OpKind.ELEMENTWISE, binary, ("bitwise_left_shift", "bitwise_right_shift"), POINTWISE),
    rules(OpKind.LOGICAL, binary, ("bitwise_and", "bitwise_or", "bitwise_xor"), POINTWISE),
    rules(OpKind.LOGICAL, comparison, ("logical_and", "logical_or", "logical_xor"), POINTWISE),
    rules(OpKind.LOGICAL, same, ("bitwise_not",), POINTWISE),
    rules(OpKind.LOGICAL, predicate, ("logical_not",), POINTWISE),
    rules(OpKind.COMPARE, comparison, ("eq", "ne", "lt", "le", "gt", "ge"), POINTWISE),
    rules(OpKind.COMPARE, comparison, ("not_equal",), POINTWISE, "ne"),
    rules(OpKind.COMPARE, comparison, ("less",), POINTWISE, "lt"),
    rules(OpKind.COMPARE, comparison, ("less_equal",), POINTWISE, "le"),
    rules(OpKind.COMPARE, comparison, ("greater",), POINTWISE, "gt"),
    rules(OpKind.COMPARE, comparison, ("greater_equal",), POINTWISE, "ge"),
    rules(OpKind.COMPARE, close, ("isclose",), BOTH),
    rules(OpKind.COMPARE, isin, ("isin",), FREE),
)

_FLOATING = (
    *("acos", "acosh", "asin", "asinh", "atan", "atanh", "cosh", "sinh", "tan"),
    *("deg2rad", "rad2deg", "expm1", "exp2", "log2", "log10", "log1p"),
    *("erfc", "erfinv", "lgamma", "digamma", "frac", "sinc", "i0"),
)
_INVERSE = ("cos", "cosh", "sin", "sinh", "tan", "tanh")
_SPECIAL = (
    *("erfc", "erfinv", "erfcx", "gammaln", "digamma", "psi", "entr", "ndtr", "ndtri", "log_ndtr"),
    *("i0", "i0e", "i1", "i1e", "expm1", "exp2", "log1p", "sinc", "bessel_j0", "bessel_j1"),
)

_UNARY = merge(
    rules(OpKind.NEG, same, ("neg", "negative"), POINTWISE, "neg"),
    rules(OpKind.NEG, same, ("__neg__",), METHOD, "neg"),
    rules(OpKind.ABS, magnitude, ("abs", "absolute"), POINTWISE, "abs"),
    rules(OpKind.ABS, magnitude, ("__abs__",), METHOD, "abs"),
    rules(OpKind.SQRT, floating_unary, ("sqrt",), POINTWISE),
    rules(OpKind.RSQRT, floating_unary, ("rsqrt",), POINTWISE),
    rules(OpKind.RECIPROCAL, floating_unary, ("reciprocal",), POINTWISE),
    rules(OpKind.SQUARE, same, ("square",), POINTWISE),
    rules(OpKind.EXP, floating_unary, ("exp",), POINTWISE),
    rules(OpKind.LOG, floating_unary, ("log",), POINTWISE),
    rules(OpKind.SIN, floating_unary, ("sin",), POINTWISE),
    rules(OpKind.COS, floating_unary, ("cos",), POINTWISE),
    rules(OpKind.ERF, floating_unary, ("erf",), (*POINTWISE, "special.{}")),
    rules(OpKind.ROUND, rounding, ("round",), (*POINTWISE, "special.{}")),
    rules(OpKind.ROUND, same, ("floor", "ceil", "trunc"), POINTWISE),
    rules(OpKind.ROUND, same, ("fix",), POINTWISE, "trunc"),
    rules(OpKind.ELEMENTWISE, floating_unary, _FLOATING, POINTWISE),
    *(rules(OpKind.ELEMENTWISE, floating_unary, (f"arc{name}",), POINTWISE, f"a{name}") for name in _INVERSE),
    rules(OpKind.ELEMENTWISE, floating_unary, _SPECIAL, ("special.{}",)),
    rules(OpKind.ELEMENTWISE, polygamma, ("polygamma",), ("{}", "special.{}")),
    rules(OpKind.ELEMENTWISE, same, ("sign", "sgn"), POINTWISE, "sign"),
    rules(OpKind.ELEMENTWISE, same, ("positive",), BOTH),
    rules(OpKind.ELEMENTWISE, same, ("__pos__",), METHOD, "positive"),
    rules(OpKind.ELEMENTWISE, logit, ("logit",), (*POINTWISE, "special.{}")),
    rules(OpKind.ELEMENTWISE, nan_to_num, ("nan_to_num",), POINTWISE),
    rules(OpKind.COMPARE, predicate, ("isnan", "isinf", "isfinite", "isposinf", "isneginf", "signbit", "isreal"), BOTH),
)

_OTHERS = merge(
    rules(OpKind.CLAMP, clamp, ("clamp", "clip"), POINTWISE, "clamp"),
    rules(OpKind.CLAMP, clamp_min, ("clamp_min",), POINTWISE),
    rules(OpKind.CLAMP, clamp_max, ("clamp_max",), POINTWISE),
    rules(OpKind.ELEMENTWISE, lerp, ("lerp",), POINTWISE),
    rules(OpKind.ELEMENTWISE, fused, ("addcmul", "addcdiv"), POINTWISE),
)

ELEMENTWISE = merge(_OPERATORS, _BINARY, _UNARY, _OTHERS)
