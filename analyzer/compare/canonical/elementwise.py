"""Operations element by element: arithmetic, activations, comparisons, choices."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from analyzer.compare.canonical.context import CanonicalContext, CanonicalValue, Pair, arguments_of, number_of, shape_of
from analyzer.compare.canonical.cores import MOST, View
from analyzer.compare.canonical.masks import MASKED
from analyzer.graph import Constant, Dtype, Op, Operand, OpKind
from analyzer.query import operand_sides
from analyzer.values import plain


def _side(context: CanonicalContext, side: Operand | Constant) -> CanonicalValue | None:
    if isinstance(side, Operand):
        return context.value(side)
    number = plain(side)
    return context.terms.scalar(float(number)) if isinstance(number, int | float) else None


def binary_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """Sum, difference, product, quotient and power of tensors and numbers."""
    if (pair := operand_sides(op)) is None or op.name == "diff":
        return None
    left, right = (_side(context, side) for side in pair)
    if left is None or right is None:
        return None
    if isinstance(left, Pair) or isinstance(right, Pair):
        return _complex_product(context, op, left, right) if op.kind is OpKind.MUL else None
    shape, note, algebra = shape_of(op), context.note(op), context.algebra
    match op.kind:
        case OpKind.ADD | OpKind.SUB:
            sign = (1.0 if op.kind is OpKind.ADD else -1.0) * number_of(op, "alpha", 1.0)
            return (algebra.total([(left, 1.0), (right, sign)], shape, note),)
        case OpKind.MUL:
            return (algebra.product([(left, 1.0), (right, 1.0)], shape, note),)
        case OpKind.DIV:
            if op.arguments.get("rounding_mode") is not None:
                return None
            return (algebra.product([(left, 1.0), (right, -1.0)], shape, note),)
        case _:
            return (_power(context, op, left, right),)


def _power(context: CanonicalContext, op: Op, base: View, exponent: View) -> View:
    shape = shape_of(op)
    number = context.numbers(exponent)
    if number is not None and number.size and (number == number.flat[0]).all():
        return context.algebra.product([(base, float(number.flat[0]))], shape, context.note(op))
    return context.algebra.function("pow", context.note(op), [base, exponent], shape)


def _complex_product(
    context: CanonicalContext, op: Op, left: CanonicalValue, right: CanonicalValue
) -> tuple[CanonicalValue, ...]:
    shape, note, algebra = shape_of(op), context.note(op), context.algebra

    def times(one: View, other: View) -> View:
        return algebra.product([(one, 1.0), (other, 1.0)], shape, note)

    if isinstance(left, View) or isinstance(right, View):
        real, pair = (left, right) if isinstance(left, View) else (right, left)
        assert isinstance(real, View) and isinstance(pair, Pair)
        return (Pair(times(pair.real, real), times(pair.imaginary, real)),)
    first = algebra.total(
        [(times(left.real, right.real), 1.0), (times(left.imaginary, right.imaginary), -1.0)], shape, note
    )
    second = algebra.total(
        [(times(left.real, right.imaginary), 1.0), (times(left.imaginary, right.real), 1.0)], shape, note
    )
    return (Pair(first, second),)


_EXPONENTS = {OpKind.SQRT: 0.5, OpKind.RSQRT: -0.5, OpKind.RECIPROCAL: -1.0, OpKind.SQUARE: 2.0}


def unary_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """Powers with a fixed exponent, and the change of sign."""
    value = context.value(op.operands[0])
    if op.kind is OpKind.NEG:
        if isinstance(value, Pair):
            return (Pair(value.real.scaled(-1.0), value.imaginary.scaled(-1.0)),)
        return (value.scaled(-1.0),)
    view = context.first(op)
    return (context.algebra.product([(view, _EXPONENTS[op.kind])], shape_of(op), context.note(op)),)


def function_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """Any other function of one or more tensors; numbers among the arguments are arguments."""
    if len(op.outputs) != 1:
        return None
    views = [context.view(operand) for operand in op.operands]
    name = op.name
    if name in ("addcmul", "addcdiv"):
        return (_fused(context, op, views, -1.0 if name == "addcdiv" else 1.0),)
    if name in ("positive",):
        return (views[0],)
    slots, tensors, arguments = context.call(op)
    attributes = (*((slots,) if len(slots) > 1 else ()), *arguments, *context.note(op))
    return (context.algebra.function(name, attributes, list(tensors), shape_of(op)),)


def _fused(context: CanonicalContext, op: Op, views: Sequence[View], exponent: float) -> View:
    shape, note = shape_of(op), context.note(op)
    inner = context.algebra.product([(views[1], 1.0), (views[2], exponent)], shape, note)
    return context.algebra.total([(views[0], 1.0), (inner, number_of(op, "value", 1.0))], shape, note)


def compare_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """``a > b`` is ``b < a``."""
    pair, name = operand_sides(op), op.name
    if pair is None or name not in ("eq", "ne", "lt", "le", "gt", "ge"):
        return function_op(context, op)
    left, right = (_side(context, side) for side in pair)
    if not isinstance(left, View) or not isinstance(right, View):
        return function_op(context, op)
    if name in ("gt", "ge"):
        name, left, right = name.replace("g", "l"), right, left
    return (context.algebra.function(name, (), [left, right], shape_of(op)),)


def logical_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """On booleans bitwise and logical are the same; what is subtracted from true is negated."""
    name = op.name
    if op.outputs[0].dtype is Dtype.BOOL:
        name = name.replace("bitwise", "logical")
    views = [context.view(operand) for operand in op.operands]
    if name == "logical_not":
        return (inverted(context, views[0]),)
    return (context.algebra.function(name, arguments_of(op), views, shape_of(op)),)


def inverted(context: CanonicalContext, view: View) -> View:
    """The negation of a boolean tensor."""
    return context.algebra.total([(context.terms.scalar(1.0), 1.0), (view, -1.0)], view.shape)


def extreme_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """The larger or smaller of two; with a number a limit."""
    if (pair := operand_sides(op)) is None:
        return None
    views = [_side(context, side) for side in pair]
    if not all(isinstance(view, View) for view in views):
        return None
    upper = op.kind is OpKind.MINIMUM
    for tensor, other in (views, views[::-1]):
        assert isinstance(tensor, View) and isinstance(other, View)
        if (limit := uniform(context, other)) is not None:
            return (limited(context, tensor, shape_of(op), *((-math.inf, limit) if upper else (limit, math.inf))),)
    return (
        context.algebra.function(op.kind.value, (), [view for view in views if isinstance(view, View)], shape_of(op)),
    )


def uniform(context: CanonicalContext, view: View) -> float | None:
    """The number that a tensor holds everywhere."""
    return view.factor if view.core == 0 else None


def limited(context: CanonicalContext, view: View, shape: Sequence[int], low: float, high: float) -> View:
    """``view`` cut off at two limits."""
    return context.algebra.function("clamp", (low, high), [view], shape)


def clamp_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    limits = []
    for name, default in (("min", -math.inf), ("max", math.inf)):
        side = next((context.view(operand) for operand in op.operands if operand.slot == name), None)
        number = number_of(op, name, default) if side is None else uniform(context, side)
        if number is None:
            return function_op(context, op)
        limits.append(number)
    return (limited(context, context.first(op), shape_of(op), limits[0], limits[1]),)


def activation_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """Activations by their formulas, where these are written out in code as often as they are called by name."""
    view, shape, note, algebra = context.first(op), shape_of(op), context.note(op), context.algebra
    match op.kind:
        case OpKind.RELU:
            return (limited(context, view, shape, 0.0, math.inf),)
        case OpKind.SILU:
            gate = algebra.function("sigmoid", note, [view], shape)
            return (algebra.product([(view, 1.0), (gate, 1.0)], shape, note),)
        case OpKind.GELU:
            return (_gelu(context, op, view),)
        case _:
            return None


def _gelu(context: CanonicalContext, op: Op, view: View) -> View:
    shape, note, algebra = shape_of(op), context.note(op), context.algebra
    if op.arguments.get("approximate", "none") == "none":
        inner = algebra.function("erf", note, [view.scaled(1 / math.sqrt(2))], shape)
    else:
        cube = algebra.product([(view, 3.0)], shape, note)
        angle = algebra.total([(view, 1.0), (cube, 0.044715)], shape, note)
        inner = algebra.function("tanh", note, [angle.scaled(math.sqrt(2 / math.pi))], shape)
    raised = algebra.total([(context.terms.scalar(1.0), 1.0), (inner, 1.0)], shape, note)
    return algebra.product([(view.scaled(0.5), 1.0), (raised, 1.0)], shape, note)


def where_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """A choice; one between scores and a large negative number is the addition of a mask."""
    filled = op.kind is OpKind.MASKED_FILL
    condition = context.slot(op, "mask" if filled else "condition")
    names = ("value", "input") if filled else ("input", "other")
    sides = [_argument(context, op, name) for name in names]
    if condition is None or any(side is None for side in sides):
        return None
    yes, no = (side for side in sides if side is not None)
    shape, note = shape_of(op), context.note(op)
    for hidden, shown in ((yes, no), (no, yes)):
        limit = uniform(context, hidden)
        if limit is not None and limit <= MASKED and uniform(context, shown) is None:
            low = hiding(context, limit)
            mask = chosen(context, condition, *((low, 0.0) if hidden is yes else (0.0, low)))
            return (context.algebra.total([(shown, 1.0), (mask, 1.0)], shape, note),)
    yes, no = (
        context.terms.scalar(hiding(context, n)) if (n := uniform(context, v)) is not None else v for v in (yes, no)
    )
    return (context.algebra.function("where", (), [condition, yes, no], shape),)


def chosen(context: CanonicalContext, condition: View, yes: float, no: float) -> View:
    """One number where a condition holds, another where it does not."""
    numbers = context.numbers(condition) if math.prod(condition.shape) <= MOST else None
    if numbers is not None:
        return context.terms.constant(np.where(numbers != 0, yes, no))
    sides = [context.terms.scalar(yes), context.terms.scalar(no)]
    return context.algebra.function("where", (), [condition, *sides], condition.shape)


def hiding(context: CanonicalContext, number: float) -> float:
    """A number that hides a score: the same for all of them, where the arithmetic alone counts."""
    return number if context.precise or number > MASKED else -math.inf


def _argument(context: CanonicalContext, op: Op, name: str) -> View | None:
    if (view := context.slot(op, name)) is not None:
        return view
    number = plain(op.arguments.get(name))
    return context.terms.scalar(float(number)) if isinstance(number, int | float) else None


def cast_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """A change of element type: rounding to integers, and whatever rounds where precision counts."""
    operand = op.operands[0]
    before, after = operand.source.outputs[operand.output].dtype, op.outputs[0].dtype
    value = context.value(operand)
    if (
        isinstance(value, Pair)
        or before is after
        or (after.is_floating or after.is_complex) != (before.is_floating or before.is_complex)
    ):
        return (_between(context, value, before, after),)
    if context.precise and after.is_floating and isinstance(value, View):
        return (context.algebra.function("cast", (after.value,), [value], shape_of(op)),)
    return (value,)


def _between(context: CanonicalContext, value: CanonicalValue, before: Dtype, after: Dtype) -> CanonicalValue:
    if isinstance(value, Pair) or before is after or after.is_floating:
        return value
    if after.is_complex:
        return Pair(value, context.terms.scalar(0.0, value.shape))
    return context.algebra.function("truth" if after is Dtype.BOOL else "trunc", (), [value], value.shape)


ELEMENTWISE: Mapping[OpKind, Callable[[CanonicalContext, Op], tuple[CanonicalValue, ...] | None]] = {
    **dict.fromkeys((OpKind.ADD, OpKind.SUB, OpKind.MUL, OpKind.DIV, OpKind.POW), binary_op),
    **dict.fromkeys((OpKind.NEG, *_EXPONENTS), unary_op),
    **dict.fromkeys((OpKind.RELU, OpKind.SILU, OpKind.GELU), activation_op),
    **dict.fromkeys((OpKind.MAXIMUM, OpKind.MINIMUM), extreme_op),
    **dict.fromkeys((OpKind.WHERE, OpKind.MASKED_FILL), where_op),
    **dict.fromkeys(
        (
            *(OpKind.ABS, OpKind.EXP, OpKind.LOG, OpKind.SIN, OpKind.COS, OpKind.ERF, OpKind.ROUND, OpKind.ELEMENTWISE),
            *(OpKind.SIGMOID, OpKind.TANH, OpKind.SOFTPLUS, OpKind.ACTIVATION),
        ),
        function_op,
    ),
    OpKind.COMPARE: compare_op,
    OpKind.LOGICAL: logical_op,
    OpKind.CLAMP: clamp_op,
    OpKind.CAST: cast_op,
}
