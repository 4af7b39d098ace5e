"""Scalars that remember where they came from.

A traced scalar *is* an ``int``, ``float`` or ``str``, so everything that takes one takes it; the interpreter combines
the origins when it combines the values. A boolean cannot be subclassed: ``TracedBool`` is an ``int`` of 0 or 1 that
``plain`` turns back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar


@dataclass(frozen=True, slots=True)
class Origin:
    """How a value was made: its expression, the configuration fields and the input sizes it depends on.

    ``expression`` is source text over ``config.…`` fields and symbols (``config.hidden_size //
    config.num_attention_heads``, ``batch``, ``seq``).
    """

    expression: str
    fields: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()


class TracedInt(int):
    """An integer that knows where it is from."""

    origin: Origin

    def __reduce__(self) -> tuple[object, ...]:
        return (traced, (int(self), self.origin))


class TracedFloat(float):
    """A float that knows where it is from."""

    origin: Origin

    def __reduce__(self) -> tuple[object, ...]:
        return (traced, (float(self), self.origin))


class TracedStr(str):
    """A text that knows where it is from."""

    origin: Origin

    def __reduce__(self) -> tuple[object, ...]:
        return (traced, (str.__str__(self), self.origin))


class TracedBool(int):
    """0 or 1; prints as a boolean."""

    origin: Origin

    def __repr__(self) -> str:
        return repr(bool(self))

    __str__ = __repr__

    def __reduce__(self) -> tuple[object, ...]:
        return (traced, (bool(self), self.origin))


T = TypeVar("T")
Scalar: TypeAlias = bool | int | float | str
TRACED: frozenset[type] = frozenset({TracedInt, TracedFloat, TracedStr, TracedBool})


def traced(value: Scalar, origin: Origin) -> Scalar:
    """``value`` with ``origin`` attached (replacing an earlier one)."""
    result: TracedInt | TracedFloat | TracedStr | TracedBool
    if isinstance(value, bool | TracedBool):
        result = TracedBool(bool(value))
    elif isinstance(value, int):
        result = TracedInt(value)
    elif isinstance(value, float):
        result = TracedFloat(value)
    else:
        result = TracedStr(value)
    result.origin = origin
    return result


def origin_of(value: object) -> Origin | None:
    """The origin of a traced scalar, None for anything else."""
    return value.origin if isinstance(value, TracedInt | TracedFloat | TracedStr | TracedBool) else None


_PLAIN: Mapping[type, Callable[[Any], Any]] = {
    TracedBool: bool,
    TracedInt: int,
    TracedFloat: float,
    TracedStr: str.__str__,
}
"""By exact type, what takes the origin off. Any: each takes and gives a type of its own."""


def plain(value: T) -> T:
    """``value`` without its origin: an ordinary ``bool``, ``int``, ``float`` or ``str``; other values unchanged."""
    take_off = _PLAIN.get(type(value))
    return value if take_off is None else take_off(value)


def literal(value: object) -> str:
    """Plain data as a program would write it, ``<...>`` for anything else."""
    bare = plain(value)
    if isinstance(bare, tuple):
        inner = [_scalar(plain(item)) for item in bare]
        return f"({inner[0]},)" if len(inner) == 1 else f"({', '.join(inner)})"
    return _scalar(bare)


def _scalar(bare: object) -> str:
    return repr(bare) if bare is None or type(bare) in (bool, int, float, complex, str, bytes) else "<...>"
