"""Parameters and buffers as rows to read: tensors that differ only in the number of their layer are one row.

``layers.0.up.weight`` … ``layers.31.up.weight``, all of one shape and type, are ``layers.{0-31}.up.weight`` ×32. Names
with several numbers fold number by number from the left, so ``layers.0.experts.0.w`` … ``layers.1.experts.7.w`` are
``layers.{0-1}.experts.{0-7}.w`` ×16.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from analyzer.base import index_set
from analyzer.graph import BuiltModel, PublishedTensor, TensorInfo

_Part: TypeAlias = "str | tuple[int, ...]"
"""A part of a dotted name: a word, a number in digits, or the numbers of layers that are one row."""
_Row: TypeAlias = "tuple[tuple[_Part, ...], _Kind]"


@dataclass(frozen=True, slots=True)
class _Kind:
    """What tensors of one row have in common."""

    shape: tuple[int, ...]
    dtype: str
    itemsize: int
    note: str


@dataclass(frozen=True, slots=True)
class TensorRow:
    """``times`` tensors of one ``shape``; ``elements`` and ``bytes`` are of all of them, 0 where they are tied.

    ``note`` says what a tensor is tied to (``= model.embed_tokens.weight``), that it is a ``buffer``, or where a
    published tensor is in the model.
    """

    name: str
    times: int
    shape: tuple[int, ...]
    dtype: str
    elements: int
    bytes: int
    note: str


def tensor_rows(model: BuiltModel, folded: bool = True) -> tuple[TensorRow, ...]:
    """The parameters and the buffers of the state dictionary, in order; one row for each tensor unless ``folded``."""
    notes = {name: f"= {other}" for name, other in model.tied.items()}
    parameters = [(one.name, _kind(one, notes.get(one.name, ""))) for one in model.parameters]
    buffers = [(one.name, _kind(one, "buffer")) for one in model.buffers if one.persistent]
    return _rows([*parameters, *buffers], folded)


def published_rows(model: BuiltModel, folded: bool = True) -> tuple[TensorRow, ...]:
    """The tensors of published files, in order; ``note`` says where the model holds them, empty for the same name."""
    found = model.published or ()
    return _rows([(one.name, _kind(one, _held(one, folded))) for one in found], folded)


def _held(tensor: PublishedTensor, folded: bool) -> str:
    """The members that hold a published tensor; their numbers as ``{}`` where rows fold, which hold several."""
    if tensor.members == (tensor.name,):
        return ""
    return ", ".join(dict.fromkeys(map(_pattern, tensor.members)) if folded else tensor.members)


def _rows(tensors: Sequence[tuple[str, _Kind]], folded: bool) -> tuple[TensorRow, ...]:
    rows: list[_Row] = [(tuple(name.split(".")), kind) for name, kind in tensors]
    sizes = _list_sizes(name for name, _ in tensors)
    if folded:
        for place in range(max((len(parts) for parts, _ in rows), default=0)):
            rows = _fold(rows, place)
    return tuple(_finished(parts, kind, sizes) for parts, kind in rows)


def _kind(tensor: TensorInfo | PublishedTensor, note: str) -> _Kind:
    return _Kind(tuple(int(size) for size in tensor.shape), tensor.dtype.value, tensor.dtype.itemsize, note)


def _list_sizes(names: Iterable[str]) -> dict[str, int]:
    """How many members each list of modules has: one more than the largest number in a name."""
    sizes: dict[str, int] = {}
    for name in names:
        parts = name.split(".")
        for place, part in enumerate(parts):
            if _is_number(part):
                container = _container(parts[:place])
                sizes[container] = max(sizes.get(container, 0), int(part) + 1)
    return sizes


def _pattern(name: str) -> str:
    return _container(name.split("."))


def _container(parts: Iterable[_Part]) -> str:
    """The list that a number belongs to, of whichever layer: ``layers.{}.experts``."""
    return ".".join("{}" if isinstance(part, tuple) or _is_number(part) else part for part in parts)


def _is_number(part: _Part) -> bool:
    return isinstance(part, str) and part.isascii() and part.isdecimal() and len(part) < 10


def _fold(rows: Sequence[_Row], place: int) -> list[_Row]:
    """Join the rows that differ only in the number at ``place``, where the first of them stands."""
    numbers: dict[tuple[tuple[_Part, ...], _Kind], list[int]] = {}
    for parts, kind in rows:
        if place < len(parts) and _is_number(parts[place]):
            numbers.setdefault((_without(parts, place), kind), []).append(int(str(parts[place])))
        else:
            numbers[parts, kind] = []
    joined: list[_Row] = []
    for (parts, kind), found in numbers.items():
        number: _Part = str(found[0]) if len(found) == 1 else tuple(found)
        joined.append(((*parts[:place], number, *parts[place + 1 :]) if found else parts, kind))
    return joined


def _without(parts: tuple[_Part, ...], place: int) -> tuple[_Part, ...]:
    return (*parts[:place], (), *parts[place + 1 :])


def _finished(parts: tuple[_Part, ...], kind: _Kind, sizes: Mapping[str, int]) -> TensorRow:
    times = prod(len(part) for part in parts if isinstance(part, tuple))
    elements = 0 if kind.note.startswith("=") else times * prod(kind.shape)
    words = (_written(part, sizes.get(_container(parts[:place]))) for place, part in enumerate(parts))
    return TensorRow(".".join(words), times, kind.shape, kind.dtype, elements, elements * kind.itemsize, kind.note)


def _written(part: _Part, size: int | None) -> str:
    return f"{{{index_set(part, size)}}}" if isinstance(part, tuple) else part
