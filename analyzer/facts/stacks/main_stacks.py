"""The stacks that stand for a model: what a language model generates with, an encoder encodes with."""

from __future__ import annotations

from analyzer.facts.dataflow.token_lookups import token_lookups
from analyzer.facts.mixers.branch_content import mixes_positions
from analyzer.facts.stacks.stacks import Stack, stacks
from analyzer.graph import Op
from analyzer.query import Query


def main_stacks(query: Query) -> tuple[Stack, ...]:
    """The stacks whose values are the model's: those whose result nothing else of the kind reads, then the encoders
    that the first of them attends to in every layer.

    Stacks that mix positions go before stacks of convolutions; towers that do not reach each other all count.
    """
    found = query.facts(stacks)
    if len(found) < 2:
        return found
    candidates = [one for one in found if any(mixes_positions(query, r.region) for r in one.residuals)] or [*found]
    ends = [one for one in candidates if not any(_leads_to(query, one, other) for other in candidates)]
    ends.sort(key=lambda one: reads_tokens(query, one))
    return tuple(dict.fromkeys([*ends, *_attended(query, ends[0], candidates)]))


def main_stack(query: Query) -> Stack | None:
    """The first of the main stacks, None for a model without any residual stream."""
    return next(iter(query.get(main_stacks)), None)


def start(stack: Stack) -> Op:
    """What the first layer reads."""
    return stack.residuals[0].stream


def end(stack: Stack) -> Op:
    """The last addition to the stream."""
    return stack.residuals[-1].add


def reads_tokens(query: Query, stack: Stack) -> bool:
    """Whether what enters ``stack`` is computed from a lookup of tokens."""
    return start(stack) in query.get(_from_tokens)


def _from_tokens(query: Query) -> frozenset[Op]:
    """Everything that is computed from a lookup of tokens, and the lookups."""
    found: set[Op] = set()
    for lookup in query.facts(token_lookups):
        found |= {lookup, *query.below(lookup)} if lookup not in found else set()
    return frozenset(found)


def _leads_to(query: Query, stack: Stack, other: Stack) -> bool:
    """Whether the result of ``stack`` reaches that of ``other``."""
    return other is not stack and end(stack).index < end(other).index and query.reaches(end(stack), end(other))


def _attended(query: Query, stack: Stack, candidates: list[Stack]) -> list[Stack]:
    """Stacks whose result the first layer of ``stack`` reads beside its own stream (cross attention)."""
    first = stack.layers[0].residuals[-1].add
    return [
        other
        for other in candidates
        if other is not stack and end(other).index < first.index and query.reaches(end(other), first)
        if end(other) is not start(stack) and not query.reaches(end(other), start(stack))
    ]
