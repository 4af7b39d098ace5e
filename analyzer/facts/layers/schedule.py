"""What each layer of a stack is: how it mixes positions, how far it sees, what it rotates, what it computes with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyzer.facts.attention.attention import Attention, attentions
from analyzer.facts.attention.details import crosses
from analyzer.facts.feed_forward.feed_forward import feed_forwards
from analyzer.facts.feed_forward.routers import routers
from analyzer.facts.layers.caches import CacheKind, cache_kind, kept
from analyzer.facts.layers.lenders import lender
from analyzer.facts.masks.masks import Mask, MaskKind, mask_of
from analyzer.facts.masks.tiles import tiles_of
from analyzer.facts.mixers.mixers import Mixer, mixers
from analyzer.facts.rotary.frequencies import frequencies
from analyzer.facts.stacks.stacks import Layer, Stack
from analyzer.graph import Op, OpKind
from analyzer.query import Query
from analyzer.query.tree import is_inside
from analyzer.values import plain


@dataclass(frozen=True, slots=True)
class LayerKind:
    """One layer.

    ``mixers`` are what it mixes positions with; ``window`` is how far attention sees to the left, or the size of its
    tiles, None without a limit, ``chunked`` that it sees its own chunk only; ``rotary`` whether it rotates and by which
    ``theta`` (None where that is not known); ``sparse`` whether a router chooses experts, ``dense`` whether a plain
    feed-forward part runs. ``kernels`` are sizes and dilations of convolutions where the layers of a stack differ so.
    """

    mixers: tuple[Mixer, ...]
    window: int | float | None
    chunked: bool
    rotary: bool
    theta: int | float | None
    dense: bool
    sparse: bool
    cache: tuple[CacheKind, ...]
    kernels: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The layer in a few words."""
        attends = Mixer.ATTENTION in self.mixers
        words = [" + ".join(self.mixers)]
        words += [f"kernels {' '.join(self.kernels)}"] if self.kernels else []
        if attends and self.chunked:
            words.append("chunked")
        if attends and self.window is not None:
            words.append(f"window {plain(self.window)}")
        if self.rotary:
            words.append("rope" if self.theta is None else f"rope {_number(self.theta)}")
        elif attends:
            words.append("no rope")
        words += ["moe"] if self.sparse else ["dense"] if self.dense else []
        words += [f"cache {kind.value}" for kind in self.cache if kind is not CacheKind.NONE]
        return ", ".join(words)


def _number(value: int | float) -> str:
    bare = plain(value)
    return str(int(bare)) if float(bare).is_integer() else str(bare)


def schedule(query: Query, stack: Stack) -> tuple[LayerKind, ...]:
    """The kind of each layer of ``stack`` in order."""
    return query.get(_layer_kinds, stack)


def _layer_kinds(query: Query, stack: Stack) -> tuple[LayerKind, ...]:
    parts = query.get(_Parts.of)
    kernels = [_kernels(query, layer) for layer in stack.layers]
    differ = len(set(kernels)) > 1
    return tuple(
        replace(_kind(query, stack, layer, parts), kernels=own if differ else ())
        for layer, own in zip(stack.layers, kernels, strict=True)
    )


def _kernels(query: Query, layer: Layer) -> tuple[str, ...]:
    """Size and dilation of each convolution over several positions in a layer, in order: ``3``, ``3:5``."""
    found = (op for op in query.ops(OpKind.CONV) if layer.path and is_inside(op.module, layer.path))
    return tuple(text for op in found if (text := _kernel(op)))


def _kernel(op: Op) -> str:
    weight = op.operand("weight")
    sizes = [int(size) for size in weight.outputs[0].shape[2:]] if weight is not None else []
    dilation = op.arguments.get("dilation", 1)
    steps = {int(step) for step in (dilation if isinstance(dilation, tuple) else (dilation,)) if isinstance(step, int)}
    if not sizes or max(sizes) < 2:
        return ""
    text = "x".join(map(str, sizes))
    return text if steps <= {1} else f"{text}:{max(steps)}"


@dataclass(frozen=True, slots=True)
class _Parts:
    """What runs in the layers, each with the path of its module."""

    attentions: tuple[tuple[str, Attention], ...]
    sparse: tuple[str, ...]
    dense: tuple[str, ...]
    kept: tuple[tuple[str, CacheKind], ...]

    @staticmethod
    def of(query: Query) -> _Parts:
        return _Parts(
            attentions=tuple((one.module, one) for one in query.facts(attentions)),
            sparse=tuple(one.module for one in query.facts(routers)),
            dense=tuple(one.module for one in query.facts(feed_forwards) if not one.expert),
            kept=tuple((one.op.module, one.kind) for one in query.facts(kept)),
        )


def _kind(query: Query, stack: Stack, layer: Layer, parts: _Parts) -> LayerKind:
    def inside(module: str) -> bool:
        return is_inside(module, layer.path)

    own = [one for module, one in parts.attentions if inside(module)]
    first = next((one for one in own if not crosses(query, one) or lender(query, one, stack) is not None), None)
    mask = mask_of(query, first) if first is not None else None
    turned = (first.query.rotaries or first.key.rotaries) if first is not None else ()
    caches = [cache_kind(query, first)[0]] if first is not None else []
    caches += [kind for module, kind in parts.kept if inside(module) and kind is CacheKind.STATE]
    sparse = any(inside(module) for module in parts.sparse)
    return LayerKind(
        mixers=_mixers(query, layer, bool(own)),
        window=_window(query, first, mask),
        chunked=mask is not None and mask.kind is MaskKind.CHUNKED,
        rotary=bool(turned),
        theta=frequencies(query, turned[0]).base if turned else None,
        dense=not sparse and any(inside(module) for module in parts.dense),
        sparse=sparse,
        cache=tuple(dict.fromkeys(caches)),
    )


def _window(query: Query, attention: Attention | None, mask: Mask | None) -> int | float | None:
    if attention is None or mask is None or mask.window is not None:
        return None if mask is None else mask.window
    tiles = tiles_of(query, attention)
    return None if tiles is None else tiles.size


def _mixers(query: Query, layer: Layer, attends: bool) -> tuple[Mixer, ...]:
    found = frozenset[Mixer]().union(*(mixers(query, residual.region) for residual in layer.residuals))
    if attends:
        found |= {Mixer.ATTENTION}
    if not found and layer.path:
        # what the residual additions of the layer do not show: a branch that starts from a constant, for one
        found = mixers(query, frozenset(op for op in query.ops() if is_inside(op.module, layer.path)))
    named = found - {Mixer.OTHER} or found
    return tuple(kind for kind in Mixer if kind in named) or (Mixer.NONE,)


# -- the pattern of numbers -----------------------------------------------------------------------------------------


def pattern(numbers: Sequence[int], total: int) -> str:
    """Which of ``total`` layers ``numbers`` are, as an expression over the layer index ``i``; a list where none fits.

    >>> pattern([3, 7, 11], 12), pattern([2, 3], 4), pattern([0], 4)
    ('i % 4 == 3', 'i >= 2', 'i == 0')
    """
    chosen = sorted(numbers)
    if chosen == list(range(total)):
        return "all"
    if len(chosen) == 1:
        return f"i == {chosen[0]}"
    if chosen == list(range(chosen[0], total)):
        return f"i >= {chosen[0]}"
    if chosen == list(range(chosen[-1] + 1)):
        return f"i < {chosen[-1] + 1}"
    periodic = _periodic(chosen, total)
    if periodic is not None:
        return periodic
    others = [i for i in range(total) if i not in chosen]
    excluded = f"i == {others[0]}" if len(others) == 1 else _periodic(others, total)
    if excluded is not None:
        return excluded.replace("==", "!=")
    return _repeating(set(chosen), total) or f"i in {chosen}"


def _periodic(chosen: list[int], total: int) -> str | None:
    if len(chosen) < 2:
        return None
    period = chosen[1] - chosen[0]
    start = chosen[0]
    fits = period > 1 and start < period and chosen == list(range(start, total, period))
    return f"i % {period} == {start}" if fits else None


def _repeating(chosen: set[int], total: int) -> str | None:
    """Several remainders, where at least two rounds of them are there to show it."""
    for period in range(3, total // 2 + 1):
        first = [i for i in range(period) if i in chosen]
        if chosen == {i for i in range(total) if i % period in first}:
            return f"i % {period} in {first}"
    return None


def grouped_layers(kinds: Sequence[LayerKind]) -> dict[str, list[int]]:
    """Numbers of layers by their label, in order of first appearance."""
    found: dict[str, list[int]] = {}
    for number, kind in enumerate(kinds):
        found.setdefault(kind.label, []).append(number)
    return found
