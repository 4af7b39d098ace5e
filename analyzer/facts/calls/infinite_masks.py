"""Masks of minus infinity on attention scores that the input decides."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.facts.attention.attention import Attention
from analyzer.facts.calls.extended import called_with
from analyzer.facts.numerics.guards import Filler, mask_fill
from analyzer.graph import ExtraInputs, FileScope, Op, OpKind
from analyzer.query import Query

_REPLACING = frozenset({OpKind.WHERE, OpKind.MASKED_FILL})


@dataclass(frozen=True, slots=True, eq=False)
class InfiniteMask:
    """``op`` puts minus infinity where its condition says; ``from_input`` that the condition is computed from an input;
    ``guarded`` that weights which are not numbers are replaced after the softmax."""

    op: Op
    from_input: bool
    guarded: bool


def calls_with_masks(query: Query) -> tuple[Query, ...]:
    """The analysed call and, if the code mentions infinite numbers at all, the call with masks that callers may add."""
    infinite = any(query.program.mentions(name, FileScope.MODULES) for name in _INFINITY)
    other = called_with(query, ExtraInputs.MASKS) if infinite else None
    return (query,) if other is None else (query, other)


_INFINITY = ("-inf", "inf")
"""How code names infinite numbers: ``float("-inf")``, ``math.inf``."""


def infinite_mask(query: Query, attention: Attention) -> InfiniteMask | None:
    """The mask of minus infinity on the scores of ``attention`` (written out, not in one call), if there is one."""
    fill = mask_fill(query, attention)
    if attention.fused or fill is None or fill.filler is not Filler.INFINITE:
        return None
    after = query.within(attention.softmax, attention.product)
    guarded = any(op.kind in _REPLACING or op.name == "nan_to_num" for op in after)
    return InfiniteMask(fill.op, _from_input(query, fill.op), guarded)


def _from_input(query: Query, op: Op) -> bool:
    condition = op.operand("mask") or op.operand("condition") or op.operand("index")
    if condition is None:
        return False
    return any(one.kind is OpKind.INPUT for one in (condition, *query.above(condition)))
