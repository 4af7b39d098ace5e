"""The normalisation after the last block of a stack."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.facts.norms.norms import Norm
from analyzer.facts.norms.operations import norm_of_operation
from analyzer.facts.residual.parallel_streams import collapsed
from analyzer.facts.residual.scaling import CARRY, strip_scales
from analyzer.facts.stacks.blocks import blocks
from analyzer.facts.stacks.main_stacks import end
from analyzer.facts.stacks.stacks import Stack, stacks
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query
from analyzer.query.tree import parent_of

_ON = (
    CARRY
    | Group.SELECTION
    | {OpKind.CAT, OpKind.STACK, OpKind.SCATTER, OpKind.MUL, OpKind.DIV, OpKind.MEAN, OpKind.POOL}
)
"""Kinds between the last block and its norm: positions may be chosen, changed or averaged first."""


@dataclass(frozen=True, slots=True, eq=False)
class StackEnd:
    """``add`` is the last addition of ``stack``; ``norm`` the first norm behind it that is no part of a block and on
    the way to a result of the model (to any operation, if the stack leads to none)."""

    stack: Stack
    add: Op
    norm: Norm | None


def stack_ends(query: Query) -> tuple[StackEnd, ...]:
    """One for every stack."""
    return tuple(StackEnd(stack, end(stack), _norm(query, stack)) for stack in query.facts(stacks))


def _norm(query: Query, stack: Stack) -> Norm | None:
    norm_of = query.get(norm_of_operation)
    layers = {layer.path for layer in stack.layers} - {""}
    own = {norm for block in query.facts(blocks) if block.stack is stack for norm in block.norms}
    own |= {norm for norm in norm_of.values() if not layers.isdisjoint(query.tree.ancestors(norm.module))}
    waiting = _results(query, stack)
    seen = set(waiting)
    used = query.get(_leading_to_results)
    unused = waiting[0] not in used
    while waiting:
        for user in query.users(waiting.pop()):
            norm = norm_of.get(user)
            outer = norm if norm not in own and not (norm and _of_attention(query, norm, end(stack))) else None
            if outer is not None and (unused or outer.output in used) and _reads(query, outer, seen):
                return outer
            if user not in seen and (user.kind in _ON or user.inplace or norm in own):
                seen.add(user)
                waiting.append(user)
    return None


def _leading_to_results(query: Query) -> frozenset[Op]:
    """The model's results and everything that they are computed from."""
    results = {operand.source for operand in query.graph.results}
    return frozenset(results).union(*(query.above(result) for result in results))


def _results(query: Query, stack: Stack) -> list[Op]:
    """The last addition and what the last layer makes of it, or the sum of the streams where they are several."""
    last = end(stack)
    if not stack.residuals[-1].streams:
        return [last, *_given_on(query, last, stack.layers[-1].path)]
    return list(collapsed(query, last, query.below(last)))[:1] or [last]


def _given_on(query: Query, last: Op, layer: str) -> list[Op]:
    """What other modules read of what a layer computes from its last addition."""

    def inside(op: Op) -> bool:
        return layer in query.tree.ancestors(op.module)

    below = query.below(last) if layer else ()
    return [op for op in below if inside(op) and not all(map(inside, query.users(op)))]


def _of_attention(query: Query, norm: Norm, last: Op) -> bool:
    """Whether a norm is part of a module that attends to what it normalises, and that the stack is no part of."""
    around = parent_of(norm.module)
    return around in query.get(_attending) and around not in query.tree.ancestors(last.module)


def _attending(query: Query) -> frozenset[str]:
    """Modules that attend (with learned queries, too, which `attentions` leaves out), and those around them."""
    softmaxes = (op for op in query.ops(OpKind.SOFTMAX) if query.sinks(op, OpKind.MATMUL, OpKind.EINSUM, through=CARRY))
    return frozenset(
        path for op in (*query.ops(OpKind.ATTENTION), *softmaxes) for path in query.tree.ancestors(op.module)
    )


def _reads(query: Query, norm: Norm, seen: set[Op]) -> bool:
    return norm.input in seen or strip_scales(query, norm.input).root in seen
