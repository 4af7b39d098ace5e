"""Which observations belong to which layers of a stack."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.facts.attention import Attention, attentions
from analyzer.facts.stacks import Stack
from analyzer.query import Query


def attentions_of(query: Query, stack: Stack) -> tuple[Attention, ...]:
    """The attentions that run inside the layers of ``stack``."""
    return tuple(one for one in query.facts(attentions) if layers_with(stack, [one.module]))


def layers_with(stack: Stack, modules: Iterable[str]) -> tuple[int, ...]:
    """Positions in ``stack`` of the layers that one of ``modules`` lies in; all of them for a stack without modules."""
    paths = tuple(modules)
    return tuple(
        position
        for position, layer in enumerate(stack.layers)
        if any(not layer.path or path == layer.path or path.startswith(f"{layer.path}.") for path in paths)
    )
