"""How sizes, constants, types, places and lists of layers are written in every text output."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import TypeVar

from analyzer.base import Span
from analyzer.graph import Constant, Dtype, OperandRef, TensorType
from analyzer.values import origin_of, plain

T = TypeVar("T")
_BITS = 4096
"""Of integers that are written; Python itself refuses to write longer ones."""


def size(dim: int) -> int | str:
    """A dimension: the integer, or the expression where it depends on the size of the input (``batch``)."""
    origin = origin_of(dim)
    if origin is not None and origin.symbols:
        return origin.expression
    return int(dim)


def named_size(dim: int) -> int | str:
    """A dimension: the expression that it came from (``config.num_key_value_heads``), an integer where it is one."""
    origin = origin_of(dim)
    return int(dim) if origin is None else origin.expression


def shape(sizes: Sequence[int], named: bool = False) -> str:
    """``batch,seq,4096``, or ``batch, seq, config.hidden_size`` with ``named``."""
    return ", ".join(str(named_size(dim)) for dim in sizes) if named else ",".join(str(size(dim)) for dim in sizes)


def tensor_type(tensor: TensorType, named: bool = False) -> str:
    """``float32[batch,seq,4096]``, its sizes as expressions with ``named``."""
    return f"{tensor.dtype.value}[{shape(tensor.shape, named)}]"


def count(value: int) -> str:
    """An integer with thousands separators."""
    return f"{value:,}"


def byte_count(value: int) -> str:
    """Bytes in the largest unit that they fill: ``512 B``, ``64.0 MiB``, ``1.5 GiB``."""
    units = ("KiB", "MiB", "GiB", "TiB")
    power = min((abs(value).bit_length() - 1) // 10, len(units)) if value else 0
    return f"{value / 1024**power:,.1f} {units[power - 1]}" if power else f"{value} B"


def share(value: int, total: int) -> str:
    """A share in per cent with one decimal: ``12.5 %``; what is there and smaller is ``<0.1 %``."""
    if total and 0 < value < total / 2000:
        return "<0.1 %"
    return f"{100 * value / total:.1f} %" if total else ""


@dataclass(slots=True)
class _Room:
    """How much of a nested constant is still written: the program that made it may have made no end of it."""

    items: int = 10_000
    levels: int = 50

    def of(self, values: Iterable[T]) -> Iterator[T]:
        """Of ``values``, which are one level below, those that there is room for."""
        self.levels -= 1
        for value in values if self.levels > 0 else ():
            if self.items <= 0:
                break
            self.items -= 1
            yield value
        self.levels += 1


def constant(value: Constant, named: bool = False) -> str:
    """A constant as source text would have it; sizes of the input as expressions, with ``named`` all traced ones."""
    return _written(value, named, _Room())


def _written(value: Constant, named: bool, room: _Room) -> str:
    origin = origin_of(value)
    if origin is not None and (origin.symbols or named):
        return origin.expression
    match plain(value):
        case Dtype() as dtype:
            return dtype.value
        case OperandRef(slot):
            return f"<{slot}>"
        case slice() as bounds:
            return _slice(bounds, named, room)
        case tuple() as items:
            parts = [_written(item, named, room) for item in room.of(items)]
            return f"[{', '.join([*parts, *_left_out(parts, items)])}]"
        case Mapping() as items:
            parts = [f"{key}: {_written(item, named, room)}" for key, item in room.of(items.items())]
            return f"{{{', '.join([*parts, *_left_out(parts, items)])}}}"
        case int() as number if number.bit_length() > _BITS:
            return _wide(number)
        case other:
            return repr(other)


def _left_out(parts: Sized, items: Sized) -> tuple[str, ...]:
    return ("…",) if len(parts) < len(items) else ()


def _wide(number: int) -> str:
    return f"(an integer of {number.bit_length():,} bits)"


def _slice(bounds: slice, named: bool, room: _Room) -> str:
    ends = [bounds.start, bounds.stop] + ([bounds.step] if bounds.step is not None else [])
    return ":".join("" if end is None else _written(end, named, room) for end in ends)


def json_constant(value: Constant) -> object:
    """A constant as JSON: slices as ``{"slice": [start, stop, step]}``, operands inside as ``{"operand": slot}``."""
    return _as_json(value, _Room())


def _as_json(value: Constant, room: _Room) -> object:
    origin = origin_of(value)
    if origin is not None and origin.symbols:
        return origin.expression
    match plain(value):
        case Dtype() as dtype:
            return dtype.value
        case OperandRef(slot):
            return {"operand": slot}
        case slice() as bounds:
            return {"slice": [_as_json(end, room) for end in (bounds.start, bounds.stop, bounds.step)]}
        case tuple() | list() as items:
            found = [_as_json(item, room) for item in room.of(items)]
            return [*found, *_left_out(found, items)]
        case Mapping() as items:
            return {str(key): _as_json(item, room) for key, item in room.of(items.items())}
        case float() as real if not math.isfinite(real):
            return str(real)
        case int() as number if number.bit_length() > _BITS:
            return _wide(number)
        case None | bool() | int() | float() | str() as scalar:
            return scalar
        case other:
            return str(other)


def expression(value: Constant) -> str | None:
    """The expression over the configuration that a constant came from, None for a literal."""
    origin = origin_of(value)
    return origin.expression if origin is not None and origin.fields and not origin.symbols else None


def place(span: Span) -> str:
    """``models/llama/modeling_llama.py:257``, empty for code outside the analysed tree."""
    return "" if span.external or not span.line else f"{span.path}:{span.line}"
