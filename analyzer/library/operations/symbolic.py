"""Arithmetic on traced sizes: values are computed, expressions are simplified.

An expression is read as a polynomial with rational coefficients over atoms (``config.hidden_size``, ``seq``,
``int(config.a * config.b)``), so that common factors cancel. The floor division of a product with a configuration field
by configuration fields or numbers is taken to be exact, as it is in a model that can be built; any other whose value is
not known to be exact stays an atom. Plain integers stay plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from zlib import crc32

from analyzer.library.operations.polynomial import (
    Polynomial,
    evaluate,
    is_fraction,
    parse,
    render,
    without_common_factors,
)
from analyzer.values.origin import Origin, TracedInt, origin_of, traced


def add(*sizes: int) -> int:
    """The sum; a traced one if any of ``sizes`` is."""
    result = 0
    for size in sizes:
        result = _apply("+", result, size)
    return result


def subtract(left: int, right: int) -> int:
    """``left - right``."""
    return _apply("-", left, right)


def multiply(sizes: Iterable[int]) -> int:
    """The product of ``sizes``; 1 if there is none."""
    result = 1
    for size in sizes:
        result = _apply("*", result, size)
    return result


def floor_divide(left: int, right: int) -> int:
    """``left // right``, with common factors cancelled in the expression."""
    return _apply("//", left, right)


def prefer_traced(*sizes: int) -> int:
    """One of the equal ``sizes``: the first that has an origin, else the first."""
    for size in sizes:
        if isinstance(size, TracedInt):
            return size
    return sizes[0]


FEW = 3
"""The witness for a number that only data decides."""
MANY = 16
"""A list that is longer counts as long: of its positions, a witness has a few."""


def depends_on_data(value: int, what: str) -> int:
    """``value`` as a witness for a size that depends on data; ``what`` names what decides it."""
    result = traced(int(value), Origin(what, symbols=frozenset({"data"})))
    assert isinstance(result, int)
    return result


def window(size: int, kernel: int, stride: int, padding: Sequence[int], dilation: int, *, ceil: bool = False) -> int:
    """How many windows of ``kernel`` fit: ``(size + padding - dilation * (kernel - 1) - 1) // stride + 1``.

    ``padding`` is that of both ends. With ``ceil`` a last window may reach over the end if it starts inside.
    """
    reach = add(multiply((dilation, subtract(kernel, 1))), 1)
    room = subtract(add(size, *padding), reach)
    if not ceil:
        return add(floor_divide(room, stride), 1)
    count = add(floor_divide(add(room, stride, -1), stride), 1)
    if (int(count) - 1) * int(stride) >= int(size) + int(padding[0]):
        count = subtract(count, 1)
    return count


_NEUTRAL = {"+": 0, "*": 1, "-": 0, "//": 1}


def _apply(operator: str, left: int, right: int) -> int:
    neutral = _NEUTRAL[operator]
    if right == neutral and not isinstance(right, TracedInt):
        return left
    if operator in "+*" and left == neutral and not isinstance(left, TracedInt):
        return right
    value = _compute(operator, int(left), int(right))
    if not isinstance(left, TracedInt) and not isinstance(right, TracedInt):
        return value
    first, second = origin_of(left), origin_of(right)
    combined = _combine(
        operator,
        (int(left), first.expression if first else None),
        (int(right), second.expression if second else None),
    )
    if combined is None:
        return value
    expression, gone = combined
    fields = (first.fields if first else frozenset()) | (second.fields if second else frozenset())
    symbols = (first.symbols if first else frozenset()) | (second.symbols if second else frozenset())
    result = traced(value, Origin(expression, fields - gone, symbols - gone))
    assert isinstance(result, int)
    return result


def _compute(operator: str, left: int, right: int) -> int:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left // right


@lru_cache(maxsize=65536)
def _combine(
    operator: str, left: tuple[int, str | None], right: tuple[int, str | None]
) -> tuple[str, frozenset[str]] | None:
    """The expression of the result, and the fields and symbols that cancelled; None if it is a constant."""
    value = _compute(operator, left[0], right[0])
    polynomials = [parse(text) if text is not None else Polynomial.constant(number) for number, text in (left, right)]
    result = _operate(operator, polynomials[0], polynomials[1], exact=operator != "//" or left[0] % right[0] == 0)
    known = {text: number for number, text in (left, right) if text is not None}
    if result is not None and evaluate(result, known) in (None, value):
        text = render(result)
        gone = (polynomials[0].atoms | polynomials[1].atoms) - result.atoms
        return None if result.is_constant else (_short(text), _named(*gone) - _named(text))
    if operator == "//" and len(polynomials[0].terms) > 1:
        above, below = without_common_factors(*polynomials)
        if above.atoms != polynomials[0].atoms:
            return _short(f"({render(above)}) // {_grouped((0, render(below)))}"), frozenset()
    text = f"{_grouped(left)} {operator} {_grouped(right)}"
    if operator == "//" and left[0] % right[0] and is_fraction(parse(text)):
        text = f"floor({_grouped(left)} / {_grouped(right)})"  # read again, a quotient would be taken to be exact
    return _short(text), frozenset()


def expression_of(operator: str, left: int, right: int) -> str | None:
    """How ``left operator right`` of whole numbers (``+ - * //``) is written; None if it is a constant."""
    origins = origin_of(left), origin_of(right)
    texts = (None if origin is None else origin.expression for origin in origins)
    combined = _combine(operator, *zip((int(left), int(right)), texts, strict=True))
    return None if combined is None else combined[0]


def _named(*texts: str) -> frozenset[str]:
    """The fields and symbols that stand in expressions."""
    return frozenset(name for text in texts for name in _NAME.findall(text))


_NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
_LONGEST = 300


def _short(text: str) -> str:
    """``text``, or a name for it where it is too long to read: what is computed from it again and again, as the length
    of a sequence is from layer to layer, may double it each time."""
    return text if len(text) <= _LONGEST else f"size_{crc32(text.encode()):08x}"


def _operate(operator: str, left: Polynomial, right: Polynomial, *, exact: bool) -> Polynomial | None:
    match operator:
        case "+":
            return left.plus(right)
        case "-":
            return left.plus(right.times(Polynomial.constant(-1)))
        case "*":
            return left.times(right)
        case _:
            return left.over(right) if exact else None


def _grouped(operand: tuple[int, str | None]) -> str:
    number, text = operand
    if text is None:
        return str(number)
    return text if text.replace(".", "").replace("_", "").isalnum() else f"({text})"
