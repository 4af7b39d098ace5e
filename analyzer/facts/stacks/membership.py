"""Which observations belong to which layers of a stack."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.facts.attention.attention import Attention, attentions
from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.layout import counts_tokens
from analyzer.facts.mixers.mixers import attending, unrecognised
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


def unrecognised_mixer(query: Query, stack: Stack) -> Op | None:
    """What mixes positions inside the layers of ``stack`` in no way that has a name, or attends where no attention was
    recognised; the first of them."""
    regions = [residual.region for residual in stack.residuals]
    found = [op for region in regions if (op := unrecognised(query, region)) is not None]
    if not found and not attentions_of(query, stack):
        found = [op for region in regions if (op := attending(query, region)) is not None]
    return found[0] if found else None


def unrecognised_choice(query: Query, stack: Stack) -> Op | None:
    """The first choice of the largest inside the layers of ``stack`` that is not one of positions: it may be a
    router's."""
    choices = query.ops(OpKind.TOPK, OpKind.ARGMAX)
    return next((op for op in choices if layers_with(stack, [op.module]) and _chooses(query, op)), None)


def _chooses(query: Query, op: Op) -> bool:
    operand = op.operands[0]
    shape = operand.source.outputs[operand.output].shape
    axis = op.arguments.get("dim", -1)
    if isinstance(axis, int) and -len(shape) <= axis < len(shape) and counts_tokens(shape[axis]):
        return False
    return op in query.get(content)
