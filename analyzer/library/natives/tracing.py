"""Origins through calls of pure functions: ``math.sqrt(config.d_model)``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.values import TRACED, Origin, Value, origin_of, traced

SHOWN = 12


def with_origin(name: str, result: Value, args: Sequence[Value]) -> Value:
    """``result`` of ``name(*args)``, carrying what its traced arguments (or their elements) carry."""
    if not isinstance(result, bool | int | float | str):
        return result
    parts = list(_scalars(args))
    if not any(type(part) in TRACED for part in parts):
        return result
    fields: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    for part in parts:
        origin = origin_of(part)
        if origin is not None:
            fields, symbols = fields | origin.fields, symbols | origin.symbols
    text = ", ".join([*(_text(part) for part in parts[:SHOWN]), *(["..."] if len(parts) > SHOWN else [])])
    return traced(result, Origin(f"{name}({text})"[:300], fields, symbols))


def _scalars(args: Iterable[Value]) -> Iterable[Value]:
    for arg in args:
        if isinstance(arg, list | tuple) and len(arg) <= 64:
            yield from (item for item in arg if isinstance(item, bool | int | float | str))
        elif isinstance(arg, bool | int | float | str):
            yield arg


def _text(value: Value) -> str:
    origin = origin_of(value)
    return origin.expression if origin is not None else repr(value)
