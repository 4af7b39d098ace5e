"""What recorded operations are for, by dataflow: softmax, statistics of norms, routers, rotary embeddings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from tests.truth import Operation


class Role(StrEnum):
    SOFTMAX = "softmax"
    NORM = "norm statistics"
    ROUTER = "router"
    ROTARY = "rotary"


_REFERENCE = re.compile(r"%(\d+)(?:\.\d+)?")
_SOFTMAX = frozenset({"softmax", "log_softmax"})
_STATISTICS = frozenset({"mean", "var", "var_mean", "std"})
_ROOTS = frozenset({"rsqrt", "sqrt"})
_SQUARES = frozenset({"pow", "square", "mul", "sub"})
_WAVES = frozenset({"cos", "sin", "polar"})
_CHOICES = frozenset({"topk"})
_SCORES = frozenset(
    {"linear", "softmax", "sigmoid", "to", "float", "matmul", "add", "sqrt", "softplus", "view", "type"}
)


def roles(operations: Sequence[Operation]) -> dict[int, Role]:
    """The role of each operation that has one, by its position."""
    reads = [tuple(_references((op.arguments, op.keywords))) for op in operations]
    names = [op.name.rpartition(".")[2].strip("_") for op in operations]
    found: dict[int, Role] = {}
    for position, name in enumerate(names):
        if name in _SOFTMAX:
            found.setdefault(position, Role.SOFTMAX)
        elif name in _ROOTS:
            found |= dict.fromkeys(_statistics(position, reads, names), Role.NORM)
        elif name in _WAVES:
            found |= dict.fromkeys((position, *_above(position, reads, names, _ANGLES, 3)), Role.ROTARY)
        elif name in _CHOICES and operations[position].outputs[0][0].startswith(("float", "bfloat")):
            found |= dict.fromkeys((position, *_above(position, reads, names, _SCORES, 5)), Role.ROUTER)
    return found


_ANGLES = frozenset({"mul", "matmul", "cat", "einsum", "outer", "transpose", "float", "repeat_interleave", "stack"})


def _statistics(root: int, reads: Sequence[Sequence[int]], names: Sequence[str]) -> Iterator[int]:
    """The root, and the mean, variance and squares under it; nothing if there is no mean."""
    under = [root, *_above(root, reads, names, _STATISTICS | _SQUARES | {"add", "div", "clamp"}, 4)]
    if any(names[position] in _STATISTICS for position in under):
        yield from under


def _above(
    position: int, reads: Sequence[Sequence[int]], names: Sequence[str], through: frozenset[str], steps: int
) -> Iterator[int]:
    """Operations of the given names that lead to ``position`` without others in between."""
    if steps:
        for source in reads[position]:
            if names[source] in through:
                yield source
                yield from _above(source, reads, names, through, steps - 1)


def _references(value: object) -> Iterator[int]:
    match value:
        case str():
            if match := _REFERENCE.fullmatch(value):
                yield int(match[1])
        case list() | tuple():
            for item in value:
                yield from _references(item)
        case dict():
            for item in value.values():
                yield from _references(item)
