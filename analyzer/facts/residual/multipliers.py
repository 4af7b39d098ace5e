"""Products of constant multipliers, with the expression that they were written as."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.facts.residual.scaling import Scale
from analyzer.values import Origin, origin_of, traced


def product(scales: Iterable[Scale]) -> int | float:
    """The product of the constant ``scales``; traced where one of them came from the configuration."""
    constant = [scale for scale in scales if scale.value is not None]
    if len(constant) == 1 and not constant[0].divides and constant[0].value is not None:
        return constant[0].value
    result = 1.0
    for scale in constant:
        result *= scale.factor
    origins = [origin for scale in constant if (origin := origin_of(scale.value))]
    if not origins:
        return result
    fields = frozenset().union(*(origin.fields for origin in origins))
    symbols = frozenset().union(*(origin.symbols for origin in origins))
    return traced(result, Origin(_expression(constant), fields, symbols))  # type: ignore[return-value]


def _expression(scales: list[Scale]) -> str:
    text = ""
    for scale in scales:
        origin = origin_of(scale.value)
        part = origin.expression if origin else repr(scale.value)
        part = f"({part})" if " " in part else part
        text = f"{text or 1} / {part}" if scale.divides else f"{text} * {part}" if text else part
    return text
