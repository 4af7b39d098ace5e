"""What is kept between two steps of generation: keys and values, a latent vector, a window of them, a state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import prod

from analyzer.facts.attention.attention import Attention, attentions
from analyzer.facts.attention.details import latent
from analyzer.facts.dataflow.layout import counts_tokens
from analyzer.facts.masks.masks import mask_of
from analyzer.facts.stacks.stacks import layer_paths
from analyzer.graph import Dtype, Group, Op, Operand, OpKind
from analyzer.query import Query


class CacheKind(StrEnum):
    """``kv``: keys and values of all tokens; ``latent``: what both are expanded from; ``window``: of the last tokens
    only; ``state``: of a fixed size."""

    KV = "kv"
    LATENT = "latent"
    WINDOW = "window"
    STATE = "state"
    NONE = "none"


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """One tensor that is kept: ``op`` makes it, ``layer`` is the layer it belongs to (empty outside of layers).

    ``numbers`` is how many of them one sequence needs: for each token where it ``grows``, else in all; ``sizes`` are
    the axes that they are counted from. ``window`` says that only the last tokens are kept; ``attention`` is the
    attention of its module, None for a mixer without one. ``dtype`` is the type that the code keeps the tensor in.
    """

    op: Op
    layer: str
    numbers: int
    sizes: tuple[int, ...]
    dtype: Dtype
    grows: bool
    window: int | float | None
    bounded: bool
    attention: Attention | None
    kind: CacheKind
    output: int = 0
    """Which result of ``op`` it is."""

    @property
    def bytes(self) -> int:
        return self.numbers * self.dtype.itemsize


def kept(query: Query) -> tuple[Kept, ...]:
    """Every tensor that the model keeps for its next step, in order of execution."""
    layers = query.get(layer_paths)
    found = [one for operand in _stored(query) if (one := _kept(query, operand, layers)) is not None]
    return tuple(sorted(found, key=lambda one: one.op.index))


def _stored(query: Query) -> list[Operand]:
    """Tensors in cache objects; in older code the cache is a tuple of tuples among the results."""
    model = query.model
    nested = [operand for operand in query.graph.results if operand.slot.count(".") > 1]
    by_place = {(one.source, one.output): one for one in (*model.kept, *nested)}
    return list(by_place.values())


def _kept(query: Query, operand: Operand, layers: frozenset[str]) -> Kept | None:
    shape, module = operand.source.outputs[operand.output].shape, operand.source.module
    layer = next((path for path in query.tree.ancestors(module) if path in layers), "")
    if len(shape) < 2 or not layer or 0 in [int(size) for size in shape]:
        return None
    attention = query.get(_by_module).get(module)
    whole = _before_cut(query, operand.source) if attention is not None else None
    growing = _growing(whole.source.outputs[whole.output].shape if whole is not None else shape, shape)
    sizes = tuple(size for place, size in enumerate(shape) if place and place not in growing)
    numbers = prod(map(int, sizes))
    bounded = bool(growing) and whole is not None
    return Kept(
        op=operand.source,
        layer=layer,
        numbers=numbers,
        sizes=sizes,
        dtype=operand.source.outputs[operand.output].dtype,
        grows=bool(growing),
        window=mask_of(query, attention).window if bounded and attention else None,
        bounded=bounded,
        attention=attention,
        kind=_kind(query, operand.source, attention, numbers, bounded=bounded, grows=bool(growing)),
        output=operand.output,
    )


def _growing(whole: tuple[int, ...], kept_shape: tuple[int, ...]) -> list[int]:
    """The axes along which there is something for each token."""
    same = len(whole) == len(kept_shape)
    return [place for place, full in enumerate(whole) if place and counts_tokens(full)] if same else []


def _before_cut(query: Query, op: Op) -> Operand | None:
    """What was joined with earlier tokens and then cut to the last ones; None where nothing is cut."""
    while op.kind in Group.CAST and op.operands:
        op = op.operands[0].source
    cut = op.kind is OpKind.SLICE and query.skip(op.operands[0].source, Group.LAYOUT).kind is OpKind.CAT
    return op.operands[0] if cut else None


def _kind(query: Query, op: Op, attention: Attention | None, numbers: int, *, bounded: bool, grows: bool) -> CacheKind:
    attended = attention is not None and query.reaches(op, attention.product)
    if not grows and not attended:
        return CacheKind.STATE
    if bounded:
        return CacheKind.WINDOW
    if attention is not None and latent(query, attention) is not None:
        whole = (attention.heads or 1) * int(attention.head_dim)
        return CacheKind.LATENT if numbers < whole else CacheKind.KV
    return CacheKind.KV


def _by_module(query: Query) -> dict[str, Attention]:
    return {one.module: one for one in query.facts(attentions)}


def cache_kind(query: Query, attention: Attention) -> tuple[CacheKind, tuple[Kept, ...]]:
    """What one attention keeps, and the tensors."""
    own = tuple(one for one in query.facts(kept) if one.op.module == attention.module)
    kinds = {one.kind for one in own}
    for kind in (CacheKind.LATENT, CacheKind.WINDOW, CacheKind.KV, CacheKind.STATE):
        if kind in kinds:
            return kind, own
    return CacheKind.NONE, own
