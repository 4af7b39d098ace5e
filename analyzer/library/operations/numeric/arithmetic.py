"""Element by element."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Numbers = Any
"""An array or a Python scalar."""


def _floats(x: Numbers) -> Numbers:
    """Floating point numbers as torch computes them: integers become float32."""
    array = np.asarray(x)
    return array if array.dtype.kind in "fc" else array.astype(np.float32)


def _unary(function: Callable[[Numbers], Numbers]) -> Callable[[Numbers], Numbers]:
    return lambda x: function(_floats(x))


def add(input: Numbers, other: Numbers, *, alpha: Numbers = 1) -> Numbers:
    if alpha == 1:
        return np.add(input, other)
    return np.add(input, np.multiply(other, alpha))


def sub(input: Numbers, other: Numbers, *, alpha: Numbers = 1) -> Numbers:
    return np.subtract(input, other if alpha == 1 else np.multiply(other, alpha))


def rsub(input: Numbers, other: Numbers, *, alpha: Numbers = 1) -> Numbers:
    return sub(other, input, alpha=alpha)


def div(input: Numbers, other: Numbers, *, rounding_mode: str | None = None) -> Numbers:
    match rounding_mode:
        case "floor":
            return np.floor_divide(input, other)
        case "trunc":
            integral = np.asarray(input).dtype.kind in "iu" and np.asarray(other).dtype.kind in "iu"
            return _truncated(input, other) if integral else np.trunc(np.divide(input, other))
        case _:
            return np.divide(input, other)


def _truncated(input: Numbers, other: Numbers) -> Numbers:
    """Integer division towards zero."""
    return np.sign(input) * np.sign(other) * (np.abs(input) // np.abs(other))


def clamp(input: Numbers, min: Numbers = None, max: Numbers = None) -> Numbers:
    result = input if min is None else np.maximum(input, min)
    return result if max is None else np.minimum(result, max)


def clamp_min(input: Numbers, min: Numbers) -> Numbers:
    return np.maximum(input, min)


def clamp_max(input: Numbers, max: Numbers) -> Numbers:
    return np.minimum(input, max)


def lerp(input: Numbers, end: Numbers, weight: Numbers) -> Numbers:
    return input + weight * (end - input)


def addcmul(input: Numbers, tensor1: Numbers, tensor2: Numbers, *, value: Numbers = 1) -> Numbers:
    return input + value * tensor1 * tensor2


def addcdiv(input: Numbers, tensor1: Numbers, tensor2: Numbers, *, value: Numbers = 1) -> Numbers:
    return input + value * tensor1 / tensor2


def nan_to_num(input: Numbers, nan: Numbers = 0.0, posinf: Numbers = None, neginf: Numbers = None) -> Numbers:
    return np.nan_to_num(input, nan=0.0 if nan is None else nan, posinf=posinf, neginf=neginf)


def rounded(input: Numbers, *, decimals: int = 0) -> Numbers:
    return np.round(input, decimals)


def sigmoid(input: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-_floats(input)))


def relu(input: Numbers, inplace: bool = False) -> Numbers:
    return np.maximum(input, 0)


def softmax(input: Numbers, dim: int, _stacklevel: int = 3, dtype: object = None) -> Numbers:
    raised = np.exp(_floats(input) - np.max(input, axis=dim, keepdims=True))
    return raised / raised.sum(axis=dim, keepdims=True)


def logical_not(input: Numbers) -> Numbers:
    return np.logical_not(input)


def erf(input: Numbers) -> Numbers:
    return np.vectorize(math.erf, otypes=[np.float64])(input)


def close(input: Numbers, other: Numbers, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Numbers:
    return np.isclose(input, other, rtol=rtol, atol=atol, equal_nan=equal_nan)


def isin(elements: Numbers, test_elements: Numbers, *, assume_unique: bool = False, invert: bool = False) -> Numbers:
    return np.isin(elements, test_elements, invert=invert)


def where(condition: Numbers, input: Numbers, other: Numbers) -> Numbers:
    return np.where(condition, input, other)


def polar(abs: Numbers, angle: Numbers) -> Numbers:
    return abs * np.cos(angle) + 1j * (abs * np.sin(angle))


def paired(real: Numbers, imag: Numbers) -> Numbers:
    return real + 1j * imag


def view_as_real(input: Numbers) -> Numbers:
    return np.stack((input.real, input.imag), axis=-1)


def view_as_complex(input: Numbers) -> Numbers:
    return input[..., 0] + 1j * input[..., 1]


def _reflected(function: Callable[[Numbers, Numbers], Numbers]) -> Callable[[Numbers, Numbers], Numbers]:
    return lambda x, y: function(y, x)


def _binary(function: Callable[[Numbers, Numbers], Numbers]) -> Callable[[Numbers, Numbers], Numbers]:
    return lambda x, y: function(x, y)


def _same(function: Callable[[Numbers], Numbers]) -> Callable[[Numbers], Numbers]:
    return lambda x: function(x)


_FLOATING: Mapping[str, Callable[[Numbers], Numbers]] = {
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "expm1": np.expm1,
    "exp2": np.exp2,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "sinc": np.sinc,
    "deg2rad": np.deg2rad,
    "rad2deg": np.rad2deg,
    "reciprocal": np.reciprocal,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "frac": lambda x: x - np.trunc(x),
}
_ELEMENTWISE: Mapping[str, Callable[[Numbers], Numbers]] = {
    "neg": np.negative,
    "abs": np.abs,
    "square": np.square,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "sign": np.sign,
    "positive": np.positive,
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinite": np.isfinite,
    "logical_not": np.logical_not,
    "bitwise_not": np.invert,
    "conj": np.conj,
    "real": np.real,
    "imag": np.imag,
    "angle": np.angle,
}
_BINARY: Mapping[str, Callable[[Numbers, Numbers], Numbers]] = {
    "mul": np.multiply,
    "true_divide": np.divide,
    "pow": np.power,
    "float_power": np.float_power,
    "floor_divide": np.floor_divide,
    "remainder": np.remainder,
    "fmod": np.fmod,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "atan2": np.arctan2,
    "hypot": np.hypot,
    "gcd": np.gcd,
    "lcm": np.lcm,
    "logaddexp": np.logaddexp,
    "copysign": np.copysign,
    "heaviside": np.heaviside,
    "bitwise_and": np.bitwise_and,
    "bitwise_or": np.bitwise_or,
    "bitwise_xor": np.bitwise_xor,
    "bitwise_left_shift": np.left_shift,
    "bitwise_right_shift": np.right_shift,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "logical_xor": np.logical_xor,
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}

ARITHMETIC: Mapping[str, Callable[..., Numbers]] = {
    **{name: _unary(function) for name, function in _FLOATING.items()},
    **{name: _same(function) for name, function in _ELEMENTWISE.items()},
    **{name: _binary(function) for name, function in _BINARY.items()},
    "rdiv": _reflected(np.divide),
    "rpow": _reflected(np.power),
    "rfloor_divide": _reflected(np.floor_divide),
    "rremainder": _reflected(np.remainder),
    "add": add,
    "sub": sub,
    "rsub": rsub,
    "div": div,
    "clamp": clamp,
    "clamp_min": clamp_min,
    "clamp_max": clamp_max,
    "lerp": lerp,
    "addcmul": addcmul,
    "addcdiv": addcdiv,
    "nan_to_num": nan_to_num,
    "round": rounded,
    "sigmoid": sigmoid,
    "relu": relu,
    "softmax": softmax,
    "erf": erf,
    "isclose": close,
    "isin": isin,
    "where": where,
    "polar": polar,
    "complex": paired,
    "view_as_real": view_as_real,
    "view_as_complex": view_as_complex,
}
