"""What function of its input an element-wise computation is: evaluated on a few numbers and looked up.

Single calls and written-out arithmetic are treated alike, so every spelling of a function gets the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import erf, isclose
from typing import Any, TypeAlias

import numpy as np

from analyzer.graph import Group, Op, Operand, OpKind
from analyzer.query import number, sides

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"

SAMPLES: Numbers = np.linspace(-2.9, 2.9, 23)
"""Where functions are compared: away from 0, and inside the range that clamps of activations leave alone."""

_erf = np.vectorize(erf, otypes=[np.float64])


def sigmoid(x: Numbers) -> Numbers:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-x)))


def softplus(x: Numbers) -> Numbers:
    """A smooth relu: the logarithm of ``1 + exp(x)``."""
    return np.asarray(np.log1p(np.exp(x)))


def gelu(x: Numbers) -> Numbers:
    """Hendrycks and Gimpel 2016, exact form."""
    return np.asarray(0.5 * x * (1 + _erf(x / 2**0.5)))


def gelu_tanh(x: Numbers) -> Numbers:
    """Hendrycks and Gimpel 2016, tanh approximation."""
    return np.asarray(0.5 * x * (1 + np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3))))


def xielu(x: Numbers) -> Numbers:
    """Huang and Schlag 2024, with both learned numbers at 0 and beta 0.5."""
    positive, negative = softplus(np.zeros(1)), 0.5 + softplus(np.zeros(1))
    return np.where(x > 0, positive * x**2, (np.expm1(np.minimum(x, -1e-6)) - x) * negative) + 0.5 * x


CATALOGUE: Mapping[str, Callable[[Numbers], Numbers]] = {
    "silu": lambda x: x * sigmoid(x),
    "gelu": gelu,
    "gelu_tanh": gelu_tanh,
    "quick_gelu": lambda x: x * sigmoid(1.702 * x),
    "relu": lambda x: np.maximum(x, 0),
    "relu2": lambda x: np.maximum(x, 0) ** 2,
    "relu6": lambda x: np.clip(x, 0, 6),
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "softplus": softplus,
    "mish": lambda x: x * np.tanh(softplus(x)),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "hardswish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "hardsigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
    "laplace": lambda x: 0.5 * (1 + _erf((x - 0.707107) / (0.282095 * 2**0.5))),
    "xielu": xielu,
}
_TOLERANCE = 2e-5


def named(values: Numbers) -> str | None:
    """The name of the function with these values at ``SAMPLES``; None if it is none of the catalogue."""
    best = min(CATALOGUE, key=lambda name: float(np.abs(CATALOGUE[name](SAMPLES) - values).max()))
    return best if float(np.abs(CATALOGUE[best](SAMPLES) - values).max()) < _TOLERANCE else _leaky(values)


def _leaky(values: Numbers) -> str | None:
    """``leaky_relu`` with the slope that it has below zero; None for any other function."""
    below = SAMPLES < 0
    slope = float((values[below] / SAMPLES[below]).mean())
    apart = np.abs(np.where(below, slope * SAMPLES, SAMPLES) - values).max()
    return f"leaky_relu({slope:.4g})" if 0 < slope < 1 and float(apart) < _TOLERANCE else None


class NotElementwise(Exception):
    """A step that is not a known function of single elements."""


ElementPlace: TypeAlias = "tuple[Op, int]"
"""One output of an operation."""


def evaluate(op: Op, memory: dict[ElementPlace, Numbers], output: int = 0) -> Numbers:
    """Values of one output of ``op`` from those in ``memory``, which grows. Raises ``NotElementwise``.

    Learned scalars count as 0.
    """
    if (op, output) not in memory:
        with np.errstate(all="ignore"):
            memory[op, output] = _computed(op, memory)
    return memory[op, output]


def _computed(op: Op, memory: dict[ElementPlace, Numbers]) -> Numbers:
    if op.kind is OpKind.PARAMETER:
        return np.zeros_like(SAMPLES)
    if (constant := number(op)) is not None:
        return np.full_like(SAMPLES, float(constant))
    if op.kind in _BINARY:
        left, right = (_value(side, memory) for side in _in_order(op, sides(op) or ()))
        return _BINARY[op.kind](op, left, right)
    if op.kind is OpKind.WHERE:
        return _chosen(op, memory)
    if not op.operands:
        raise NotElementwise(op.name)
    value = _value(op.operands[0], memory)
    if op.kind in _UNARY:
        return _UNARY[op.kind](value)
    return _other(op, value)


def _in_order(op: Op, wanted: tuple[object, ...]) -> list[object]:
    """``wanted`` with every operation replaced by the operand that reads it."""
    left = list(op.operands)
    found: list[object] = []
    for side in wanted:
        operand = next((one for one in left if one.source is side), None)
        if operand is not None:
            left.remove(operand)
        found.append(side if operand is None else operand)
    if len(found) != len(wanted) or not found:
        raise NotElementwise(op.name)
    return found


def _value(side: object, memory: dict[ElementPlace, Numbers]) -> Numbers:
    if isinstance(side, Operand):
        return evaluate(side.source, memory, side.output)
    if isinstance(side, int | float):
        return np.full_like(SAMPLES, float(side))
    raise NotElementwise("constant")


def _chosen(op: Op, memory: dict[ElementPlace, Numbers]) -> Numbers:
    by_slot: dict[str, object] = {operand.slot: operand for operand in op.operands}
    parts = [by_slot.get(slot, op.arguments.get(slot)) for slot in ("condition", "input", "other")]
    condition, first, second = (_value(part, memory) for part in parts)
    return np.where(condition > 0, first, second)


def _other(op: Op, value: Numbers) -> Numbers:
    match op.kind:
        case OpKind.GELU:
            return gelu_tanh(value) if op.arguments.get("approximate") == "tanh" else gelu(value)
        case OpKind.CLAMP:
            return _clamped(op, value)
        case OpKind.ACTIVATION:
            name = op.name
            if name == "leaky_relu":
                return np.where(value > 0, value, float(_attribute(op, "negative_slope", 0.01)) * value)
            if name in CATALOGUE:
                return CATALOGUE[name](value)
        case OpKind.ELEMENTWISE if op.name == "expm1":
            return np.expm1(value)
        case _ if op.kind in Group.LAYOUT or op.kind in (OpKind.SLICE, OpKind.SPLIT):
            return value
    raise NotElementwise(op.name)


def _attribute(op: Op, name: str, default: float) -> float:
    value = number(op.arguments.get(name))
    return default if value is None else float(value)


def _clamped(op: Op, value: Numbers) -> Numbers:
    low = number(op.arguments.get("min"))
    high = number(op.arguments.get("max"))
    if low is None and high is None:
        raise NotElementwise(op.name)
    return np.clip(value, None if low is None else float(low), None if high is None else float(high))


def _power(op: Op, left: Numbers, right: Numbers) -> Numbers:
    if np.all(right == right[0]) and isclose(float(right[0]), round(float(right[0]))):
        return left ** round(float(right[0]))
    return np.power(left, right)


def _compare(op: Op, left: Numbers, right: Numbers) -> Numbers:
    match op.name:
        case "gt":
            return (left > right).astype(np.float64)
        case "ge":
            return (left >= right).astype(np.float64)
        case "lt":
            return (left < right).astype(np.float64)
        case "le":
            return (left <= right).astype(np.float64)
    raise NotElementwise(op.name)


_BINARY: Mapping[OpKind, Callable[[Op, Numbers, Numbers], Numbers]] = {
    OpKind.ADD: lambda op, left, right: left + right * _attribute(op, "alpha", 1.0),
    OpKind.SUB: lambda op, left, right: left - right * _attribute(op, "alpha", 1.0),
    OpKind.MUL: lambda op, left, right: left * right,
    OpKind.DIV: lambda op, left, right: left / right,
    OpKind.MAXIMUM: lambda op, left, right: np.maximum(left, right),
    OpKind.MINIMUM: lambda op, left, right: np.minimum(left, right),
    OpKind.POW: _power,
    OpKind.COMPARE: _compare,
}

_UNARY: Mapping[OpKind, Callable[[Numbers], Numbers]] = {
    OpKind.NEG: np.negative,
    OpKind.ABS: np.abs,
    OpKind.SQRT: np.sqrt,
    OpKind.RSQRT: lambda x: 1 / np.sqrt(x),
    OpKind.RECIPROCAL: lambda x: 1 / x,
    OpKind.SQUARE: np.square,
    OpKind.EXP: np.exp,
    OpKind.LOG: np.log,
    OpKind.ERF: _erf,
    OpKind.SIGMOID: sigmoid,
    OpKind.TANH: np.tanh,
    OpKind.RELU: lambda x: np.maximum(x, 0),
    OpKind.SILU: lambda x: x * sigmoid(x),
    OpKind.SOFTPLUS: softplus,
}


def constant_value(op: Op) -> float | None:
    """The number that a tensor without axes, computed from constants alone, is; None for anything else."""
    if not op.outputs or any(int(size) != 1 for size in op.outputs[0].shape) or not _from_numbers(op):
        return None
    try:
        values = evaluate(op, {})
    except NotElementwise:
        return None
    return float(values[0])


def _from_numbers(op: Op) -> bool:
    stack, seen = [op], {op}
    while stack:
        current = stack.pop()
        if current.kind in (OpKind.PARAMETER, OpKind.INPUT) or len(seen) > 32:
            return False
        for operand in current.operands:
            if operand.source not in seen:
                seen.add(operand.source)
                stack.append(operand.source)
    return True
