"""Dropout: where it stands and with which probability it drops in training."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.attention.attention import attentions
from analyzer.facts.residual.residual import residuals
from analyzer.facts.residual.scaling import CARRY
from analyzer.facts.stacks.main_stacks import main_stacks, start
from analyzer.facts.stacks.stacks import layer_paths
from analyzer.graph import Op, OpKind
from analyzer.query import Query, number
from analyzer.values import origin_of, plain


class DropoutPlace(StrEnum):
    """Where in a model a dropout stands."""

    ATTENTION = "attention"
    RESIDUAL = "residual"
    EMBEDDING = "embedding"
    FEED_FORWARD = "feed_forward"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True, eq=False)
class Dropout:
    """One dropout: of attention weights, of what a branch adds to the stream, of embedded tokens before the first
    layer, inside a branch, or behind the last layer."""

    op: Op
    place: DropoutPlace
    probability: int | float

    @property
    def module(self) -> str:
        return self.op.module


def dropouts(query: Query) -> tuple[Dropout, ...]:
    """Every dropout whose probability is known, in order of execution."""
    found = [(op, probability(query, op)) for op in query.ops(OpKind.DROPOUT, OpKind.ATTENTION)]
    return tuple(Dropout(op, _place(query, op), value) for op, value in found if value is not None)


def probability(query: Query, op: Op) -> int | float | None:
    """The probability of dropping in training; None where the graph does not show it.

    Code that passes 0 outside of training names the configuration field that it would use in training.
    """
    value = number(op.arguments.get("dropout_p" if op.kind is OpKind.ATTENTION else "p"))
    origin = origin_of(value)
    if value is None or (float(value) == 0 and origin is None):
        return None
    if origin is None or float(value) > 0:
        return value
    fields = [query.model.config[name.removeprefix("config.")] for name in origin.fields if _known(query, name)]
    numbers = [plain(field.value) for field in fields]
    return float(numbers[0]) if len(numbers) == 1 and isinstance(numbers[0], int | float) else None


def _known(query: Query, name: str) -> bool:
    return name.removeprefix("config.") in query.model.config


def _place(query: Query, op: Op) -> DropoutPlace:
    if op.kind is OpKind.ATTENTION or op in query.get(_on_weights):
        return DropoutPlace.ATTENTION
    if op in query.get(_on_branches):
        return DropoutPlace.RESIDUAL
    if not query.get(layer_paths).isdisjoint(query.tree.ancestors(op.module)):
        return DropoutPlace.FEED_FORWARD
    firsts = [start(stack).index for stack in query.get(main_stacks)]
    return DropoutPlace.EMBEDDING if firsts and op.index <= max(firsts) else DropoutPlace.OUTPUT


def _on_weights(query: Query) -> frozenset[Op]:
    """Dropouts between a softmax and the product with the values."""
    written = [one for one in query.facts(attentions) if not one.fused]
    return frozenset(op for one in written for op in query.within(one.softmax, one.product))


def _on_branches(query: Query) -> frozenset[Op]:
    """Dropouts at the end of a residual branch."""
    found: set[Op] = set()
    waiting = [one.branch for one in query.facts(residuals)]
    while waiting:
        op = waiting.pop()
        if op not in found and (op.kind in CARRY or op.kind in (OpKind.ADD, OpKind.MUL)):
            found.add(op)
            waiting.extend(query.operands(op))
    return frozenset(found)
