"""What the forward call returned: its results, and in objects inside them what a model keeps for its next step."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.graph import Operand
from analyzer.values import MISSING, Instance, Tensor, Unknown, Value


def results(output: Value) -> Iterator[Operand]:
    """The tensors in what ``forward`` returned, named by field or position."""
    yield from _results(output, "", set())


def fields(output: Value) -> Iterator[tuple[str, Value]]:
    """What ``forward`` returned, by field or position."""
    if isinstance(output, Instance):
        output = output.attributes if output.native is MISSING else output.native
    return _items(output)


def kept(output: Value) -> Iterator[Operand]:
    """Floating tensors with axes in objects inside ``output``; ``slot`` is the path of attributes to each."""
    seen: set[int] = set()
    for path, item in fields(output):
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


def _results(value: Value, slot: str, seen: set[int]) -> Iterator[Operand]:
    if id(value) in seen:
        return
    seen.add(id(value))
    match value:
        case Tensor():
            if value.op is not None:
                yield Operand(slot or "0", value.op, value.output)
        case Unknown():
            for source in value.sources[:1]:
                yield from _results(source, slot, seen)
        case Instance():
            yield from _results(_content(value, outermost=not slot), slot, seen)
        case dict():
            for name, item in value.items():
                yield from _results(item, f"{slot}.{name}" if slot else str(name), seen)
        case list() | tuple():
            for i, item in enumerate(value):
                yield from _results(item, f"{slot}.{i}" if slot else str(i), seen)


def _content(value: Instance, outermost: bool) -> Value:
    """What an output object holds; objects inside it (caches) hold state, not results."""
    if value.native is not MISSING:
        return value.native
    return value.attributes if outermost else ()
