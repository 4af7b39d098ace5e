"""What a model keeps for its next step: tensors inside the objects that the forward call returned."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.graph import Operand
from analyzer.values import MISSING, Instance, Tensor, Value


def kept(output: Value) -> Iterator[Operand]:
    """Floating tensors with axes in objects inside ``output``; ``slot`` is the path of attributes to each."""
    if isinstance(output, Instance):
        output = output.attributes if output.native is MISSING else output.native
    seen: set[int] = set()
    for path, item in _items(output):
        yield from _inside(item, path, seen, within=False)


def _inside(value: Value, path: str, seen: set[int], *, within: bool) -> Iterator[Operand]:
    """``within`` says whether ``value`` is part of an object (not of a plain container)."""
    if isinstance(value, Tensor):
        if within and value.op is not None and value.shape and value.dtype.is_floating:
            yield Operand(path, value.op, value.output)
        return
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, Instance):
        # an output inside the output is a dictionary of results, not an object that keeps something
        content = value.attributes if value.native is MISSING else value.native
        within = within or value.native is MISSING
    else:
        content = value
    for name, item in _items(content):
        yield from _inside(item, f"{path}.{name}", seen, within=within)


def _items(value: Value) -> Iterator[tuple[str, Value]]:
    if isinstance(value, dict):
        yield from ((str(name), item) for name, item in value.items())
    elif isinstance(value, list | tuple):
        yield from ((str(i), item) for i, item in enumerate(value))
