"""The normalisation after the last block of a stack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.norms.norms import Norm
from analyzer.facts.norms.operations import norm_of_operation
from analyzer.facts.norms.unrecognised import unrecognised_norms
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


class ReaderKind(StrEnum):
    """What reads the stream behind the last block: no norm; the last block's own norm; one whose result the model does
    not use; one of another module that attends to the stream."""

    PLAIN = "plain"
    OWN = "own"
    UNUSED = "unused"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """An operation that reads the stream, and what it is."""

    op: Op
    kind: ReaderKind


@dataclass(frozen=True, slots=True, eq=False)
class StackEnd:
    """``add`` is the last addition of ``stack``; ``norm`` the first norm behind it that is no part of a block and on
    the way to a result of the model (to any operation, if the stack leads to none). ``readers`` are what reads the
    stream where there is none."""

    stack: Stack
    add: Op
    norm: Norm | None
    readers: tuple[Reader, ...] = ()
    undecided: Op | None = None
    """Where no norm was recognised, what reads the end of the stack and may be one."""


def stack_ends(query: Query) -> tuple[StackEnd, ...]:
    """One for every stack."""
    return tuple(_end(query, stack) for stack in query.facts(stacks))


def _end(query: Query, stack: Stack) -> StackEnd:
    add, norm = end(stack), _norm(query, stack)
    if norm is not None:
        return StackEnd(stack, add, norm)
    return StackEnd(stack, add, None, tuple(_readers(query, stack, add)), _undecided(query, stack))


def _readers(query: Query, stack: Stack, add: Op) -> Iterator[Reader]:
    """The first reader of the stream; where that is the norm of the last block itself, the first one behind it, too."""
    norm_of, own = query.get(norm_of_operation), _own(query, stack)
    for op in query.users(add)[:1]:
        norm = norm_of.get(op)
        if norm is None:
            yield Reader(op, ReaderKind.PLAIN)
        elif norm not in own:
            used = norm.output in query.get(_leading_to_results)
            yield Reader(norm.core, ReaderKind.ELSEWHERE if used else ReaderKind.UNUSED)
        else:
            yield Reader(norm.core, ReaderKind.OWN)
            yield from (Reader(user, ReaderKind.PLAIN) for user in query.users(norm.output)[:1] if user not in norm_of)


def _undecided(query: Query, stack: Stack) -> Op | None:
    """What reads the end of ``stack`` and may be a norm: over a measure of itself, or not understood at all."""
    possible = query.get(unrecognised_norms)
    results = set(_results(query, stack))
    for op, source in possible.items():
        if source in results or strip_scales(query, source).root in results:
            return op
    readers = {reader for result in results for reader in query.consumers(result, CARRY)}
    return min((op for op in readers if op.kind is OpKind.UNKNOWN), key=lambda op: op.index, default=None)


def _norm(query: Query, stack: Stack) -> Norm | None:
    norm_of, own = query.get(norm_of_operation), _own(query, stack)
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


def _own(query: Query, stack: Stack) -> frozenset[Norm]:
    """Norms of the stack's blocks, and those inside its layers."""
    layers = {layer.path for layer in stack.layers} - {""}
    blocks_of = {norm for block in query.facts(blocks) if block.stack is stack for norm in block.norms}
    every = query.get(norm_of_operation).values()
    inside = {norm for norm in every if not layers.isdisjoint(query.tree.ancestors(norm.module))}
    return frozenset(blocks_of | inside)


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
