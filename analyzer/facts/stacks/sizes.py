"""Sizes that the built graph shows, and the configuration fields behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from analyzer.base import GapCode, Span
from analyzer.facts.dataflow.layout import width
from analyzer.facts.stacks.construction_fields import repeating_fields
from analyzer.facts.stacks.main_stacks import main_stacks, start
from analyzer.facts.stacks.stacks import Layer, Stack, layer_paths, list_place, stacks, wildcard
from analyzer.graph import BuiltModel, ConfigField, OpKind
from analyzer.query import Query
from analyzer.query.tree import parent_of
from analyzer.values import origin_of, plain

_LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers", "decoder_layers", "encoder_layers")
_HIDDEN = ("hidden_size", "d_model", "n_embd", "dim", "n_embed")
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
    """``layers`` of one stack that run (or all of its list, where the configuration says so and some need an input that
    is not given), ``hidden`` the width of its stream, and the configuration fields behind the two: where the code does
    not show which, those of the usual names that have these values. ``cut`` says that the trace ended early, so that
    layers may be missing."""

    stack: Stack
    layers: int
    hidden: int
    layer_fields: frozenset[str]
    hidden_fields: frozenset[str]
    cut: bool


def stack_sizes(query: Query) -> tuple[StackSize, ...]:
    """One for every stack, main stacks first."""
    chosen = dict.fromkeys((*query.get(main_stacks), *query.facts(stacks)))
    return tuple(_size(query, stack) for stack in chosen)


def _size(query: Query, stack: Stack) -> StackSize:
    model, hidden = query.model, _features(stack)
    layers = sum(_runs(layer) for layer in stack.layers) + _without_addition(query, stack)
    idle = _idle(query, stack)
    if idle and fields_with(model, _LAYERS, layers + idle):
        layers += idle
    return StackSize(
        stack=stack,
        layers=layers,
        hidden=hidden,
        layer_fields=(
            repeating_fields(query, stack) or fields_with(model, _LAYERS, layers) or _read_there(query, stack, layers)
        ),
        hidden_fields=_fields_of(hidden) or fields_with(model, _HIDDEN, hidden),
        cut=trace_cut(model),
    )


def _features(stack: Stack) -> int:
    """The number of features of the stream: the axis that convolutions of a branch take for channels, else the last."""
    stream = start(stack).outputs[0].shape
    reading = (op for one in stack.residuals for op in one.region if op.kind is OpKind.CONV and op.operands)
    inputs = (one.source.outputs[one.output].shape for op in reading for one in op.operands[:1])
    by_channels = len(stream) > 2 and any(shape == stream for shape in inputs)
    return stream[1] if by_channels else width(start(stack))


def _read_there(query: Query, stack: Stack, layers: int) -> frozenset[str]:
    """The fields with this value that the statement reads that makes the list of layers."""
    made = list_place(query, stack)
    reads = (one.field for one in query.model.usage.reads if made.path and _covers(made, one.span))
    known = {field for field in reads if field in query.model.config}
    return frozenset(f"config.{field}" for field in known if plain(query.model.config[field].value) == layers)


def _covers(outer: Span, inner: Span) -> bool:
    begin, end = (outer.line, outer.column), (outer.end_line, outer.end_column)
    return outer.path == inner.path and begin <= (inner.line, inner.column) < end


def _fields_of(size: int) -> frozenset[str]:
    origin = origin_of(size)
    return frozenset() if origin is None else origin.fields


def _without_addition(query: Query, stack: Stack) -> int:
    """How many members of the stack's lists run without adding to a stream (where its width changes), of a class of
    which others do."""
    adding = {layer.path for layer in stack.layers}
    classes = {module.qualified_name for path in adding if (module := query.tree.get(path))}
    running = query.get(_running)
    others = [path for path in query.get(layer_paths) - adding if wildcard(parent_of(path)) == stack.path]
    modules = [query.tree.get(path) for path in others if path in running]
    return sum(module is not None and module.qualified_name in classes for module in modules)


def _idle(query: Query, stack: Stack) -> int:
    """How many members of the stack's list this call does not run (an input that they need is not given)."""
    containers = {parent_of(layer.path) for layer in stack.layers if layer.path}
    running = query.get(_running)
    return sum(child not in running for container in containers for child in query.tree.children(container))


def _running(query: Query) -> frozenset[str]:
    """Paths of modules in which, or below which, operations of the forward call run."""
    return frozenset(above for path in {op.module for op in query.ops()} for above in query.tree.ancestors(path))


def trace_cut(model: BuiltModel) -> bool:
    """Whether tracing ended early: for want of budget, or because the program raised."""
    codes = {gap.code for gap in model.gaps}
    return GapCode.BUDGET in codes or (GapCode.RAISED in codes and not model.graph.results)


def _runs(layer: Layer) -> int:
    """How often a layer runs: as often as each of its additions does."""
    places = Counter((one.add.module, one.add.span, one.add.stack) for one in layer.residuals)
    return max(places.values(), default=0)


def fields_with(model: BuiltModel, names: Collection[str], value: int) -> frozenset[str]:
    """Configuration fields (``config.…``), at any depth, that have one of ``names`` and this value."""
    found = (field.name for field in model.config.values() if field.name.rpartition(".")[2] in names)
    return frozenset(f"config.{name}" for name in found if plain(model.config[name].value) == value)


VOCABULARY_FIELDS = ("vocab_size", "n_vocab")


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
