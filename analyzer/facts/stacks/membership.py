"""Which observations belong to which layers of a stack."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.facts.attention.attention import Attention, attentions
from analyzer.facts.stacks.stacks import Stack
from analyzer.graph import Op, OpKind
from analyzer.query import Query
from analyzer.query.tree import ancestors_of


def attentions_of(query: Query, stack: Stack) -> tuple[Attention, ...]:
    """The attentions that run inside the layers of ``stack``."""
    return tuple(one for one in query.facts(attentions) if layers_with(stack, [one.module]))


def layers_with(stack: Stack, modules: Iterable[str]) -> tuple[int, ...]:
    """Positions of the layers of ``stack`` that hold one of ``modules``; all of them for a stack without modules."""
    around = frozenset(above for path in modules for above in ancestors_of(path))
    return tuple(position for position, layer in enumerate(stack.layers) if layer.path in around)


def first_unknown(query: Query, stack: Stack) -> Op | None:
    """The first operation in the layers of ``stack`` that was not understood.

    Where there is one, nothing can be called absent.
    """
    return next((op for op in query.ops(OpKind.UNKNOWN) if layers_with(stack, [op.module])), None)
