"""Sizes that the built graph shows, and the configuration fields behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from analyzer.facts.main import main_stacks, start
from analyzer.facts.shapes import width
from analyzer.facts.stacks import Stack, stacks
from analyzer.graph import BuiltModel, ConfigField
from analyzer.query import Query
from analyzer.values import plain

_LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers", "decoder_layers", "encoder_layers")
_CONTEXT = (
    "max_position_embeddings",
    "n_positions",
    "n_ctx",
    "max_sequence_length",
    "max_seq_len",
    "max_seq_length",
    "seq_length",
    "max_target_positions",
)


@dataclass(frozen=True, slots=True)
class StackSize:
    """``layers`` blocks of one stack that run, ``hidden`` the width of its stream, ``fields`` the configuration fields
    that set the number of layers."""

    stack: Stack
    layers: int
    hidden: int
    fields: frozenset[str]


def stack_sizes(query: Query) -> tuple[StackSize, ...]:
    """One for every stack, main stacks first."""
    chosen = dict.fromkeys((*query.once(main_stacks), *query.facts(stacks)))
    return tuple(_size(query.model, stack) for stack in chosen)


def _size(model: BuiltModel, stack: Stack) -> StackSize:
    layers = sum(_runs(layer.residuals) for layer in stack.layers)
    fields = frozenset(f"config.{name}" for name, field in model.config.items() if _is(field, _LAYERS, layers))
    return StackSize(stack, layers, width(start(stack)), fields)


def _runs(residuals: Iterable[object]) -> int:
    """How often a layer runs: as often as each of its additions does."""
    return max(Counter(residual.add.span for residual in residuals).values(), default=0)  # type: ignore[attr-defined]


def _is(field: ConfigField, names: tuple[str, ...], value: int) -> bool:
    return field.name.rpartition(".")[2] in names and plain(field.value) == value


def context(query: Query) -> ConfigField | None:
    """The field that says how many positions the main stack is made for, None if the configuration has none.

    Of several configurations in one the outermost is taken, or else the one that describes the main stack's width.
    """
    found = [one for one in query.model.config.values() if one.name.rpartition(".")[2] in _CONTEXT]
    numbers = [one for one in found if isinstance(plain(one.value), int) and not isinstance(plain(one.value), bool)]
    widths = {int(size.hidden) for size in query.facts(stack_sizes)[:1]}
    fitting = [one for one in numbers if _siblings(query.model, one) & widths]
    return min(fitting or numbers, key=lambda one: one.name.count("."), default=None)


def _siblings(model: BuiltModel, field: ConfigField) -> set[int]:
    prefix = field.name.rpartition(".")[0]
    return {
        value
        for name, one in model.config.items()
        if name.rpartition(".")[0] == prefix and type(value := plain(one.value)) is int
    }
