"""What each layer of a stack is: how it mixes positions, how far it sees, what it rotates, what it computes with."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analyzer.base import Span
from analyzer.facts.attention import Attention, attentions
from analyzer.facts.attention_details import crosses
from analyzer.facts.branch_content import Content, content
from analyzer.facts.caches import CacheKind, cache_kind, kept
from analyzer.facts.feed_forward import feed_forwards
from analyzer.facts.frequencies import frequencies
from analyzer.facts.main import main_stacks
from analyzer.facts.masks import MaskKind, mask_of
from analyzer.facts.residual import Residual
from analyzer.facts.routers import routers
from analyzer.facts.stacks import Layer, Stack
from analyzer.graph import Decision, OpKind
from analyzer.query import Query
from analyzer.values import plain


class Mixer(StrEnum):
    """How a layer lets positions see each other."""

    ATTENTION = "attention"
    RECURRENT = "recurrent"
    CONV = "conv"
    OTHER = "mixer"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LayerKind:
    """One layer. ``mixers`` are what it mixes positions with; ``window`` is how far attention sees to the left, None
    without a limit, ``chunked`` that it sees its own chunk only; ``rotary`` whether it rotates and by which ``theta``
    (None where that is not known); ``sparse`` whether a router chooses experts, ``dense`` whether a plain feed-forward
    part runs."""

    mixers: tuple[Mixer, ...]
    window: int | float | None
    chunked: bool
    rotary: bool
    theta: int | float | None
    dense: bool
    sparse: bool
    cache: tuple[CacheKind, ...]

    @property
    def label(self) -> str:
        """The layer in a few words."""
        attends = Mixer.ATTENTION in self.mixers
        words = [" + ".join(self.mixers)]
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
    parts = _Parts.of(query)
    return tuple(_kind(query, stack, layer, parts) for layer in stack.layers)


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
        return not layer.path or module == layer.path or module.startswith(f"{layer.path}.")

    own = [one for module, one in parts.attentions if inside(module)]
    first = next((one for one in own if not crosses(query, one)), None)
    mask = mask_of(query, first) if first is not None else None
    turned = (first.query.rotaries or first.key.rotaries) if first is not None else ()
    caches = [cache_kind(query, first)[0]] if first is not None else []
    caches += [kind for module, kind in parts.kept if inside(module) and kind is CacheKind.STATE]
    sparse = any(inside(module) for module in parts.sparse)
    return LayerKind(
        mixers=_mixers(query, layer, bool(own)),
        window=mask.window if mask is not None else None,
        chunked=mask is not None and mask.kind is MaskKind.CHUNKED,
        rotary=bool(turned),
        theta=frequencies(query, turned[0]).base if turned else None,
        dense=not sparse and any(inside(module) for module in parts.dense),
        sparse=sparse,
        cache=tuple(dict.fromkeys(caches)),
    )


def _mixers(query: Query, layer: Layer, attends: bool) -> tuple[Mixer, ...]:
    found = {_mixer(query, residual) for residual in layer.residuals} - {None}
    if attends:
        found.add(Mixer.ATTENTION)
    return tuple(kind for kind in Mixer if kind in found) or (Mixer.NONE,)


_RECURRENCES = frozenset({OpKind.SCAN, OpKind.RECURRENT, OpKind.CUMULATIVE})


def _mixer(query: Query, residual: Residual) -> Mixer | None:
    if content(query, residual.region) is not Content.MIXER:
        return None
    kinds = {op.kind for op in residual.region}
    if kinds & _RECURRENCES:
        return Mixer.RECURRENT
    products = kinds & {OpKind.MATMUL, OpKind.EINSUM}
    return Mixer.CONV if OpKind.CONV in kinds and not products else Mixer.OTHER


# -- why layers differ ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cause:
    """A condition that came out differently exactly where the layers differ: as written at ``span``, over ``fields``
    of the configuration."""

    expression: str
    fields: frozenset[str]
    span: Span


def causes(query: Query, stack: Stack, kinds: Sequence[Hashable]) -> tuple[Cause, ...]:
    """The conditions whose outcomes tell the layers of ``stack`` apart as ``kinds`` (one a layer) does.

    A condition that explains part of the difference counts when no one explains all of it.
    """
    if len(set(kinds)) < 2:
        return ()
    by_place = query.once(_by_place)
    whole: list[Cause] = []
    parts: list[Cause] = []
    for asked in by_place.values():
        outcomes = _outcomes(stack, asked)
        if outcomes is None or len(set(outcomes)) < 2:
            continue
        cause = Cause(asked[0].expression, asked[0].fields, asked[0].span)
        if _finer(outcomes, kinds) and _finer(kinds, outcomes):
            whole.append(cause)
        elif _finer(kinds, outcomes):
            parts.append(cause)
    return tuple(whole or parts)


def layer_causes(query: Query, aspect: str) -> tuple[tuple[str, Cause], ...]:
    """(pattern of a stack, condition) for every condition that makes one aspect of ``LayerKind`` differ in a stack."""
    found: list[tuple[str, Cause]] = []
    for stack in query.once(main_stacks):
        values = [repr(getattr(kind, aspect)) for kind in _known_schedule(query, stack)]
        found += [(stack.pattern, cause) for cause in causes(query, stack, values)]
    return tuple(found)


def _known_schedule(query: Query, stack: Stack) -> tuple[LayerKind, ...]:
    known = query.once(_schedules)
    if stack.pattern not in known:
        known[stack.pattern] = schedule(query, stack)
    return known[stack.pattern]


def _schedules(query: Query) -> dict[str, tuple[LayerKind, ...]]:
    return {}


def _by_place(query: Query) -> Mapping[object, list[Decision]]:
    """Decisions by the place that they are written at, calls of one helper from different places apart."""
    found: dict[object, list[Decision]] = {}
    for one in query.model.decisions:
        found.setdefault(one.span, []).append(one)
    return found


def _outcomes(stack: Stack, asked: Iterable[Decision]) -> list[object] | None:
    """What a condition gave for each layer, None unless it was asked once (or always alike) for every one.

    Layers are told by the module that asked, or, where the asking module is around the stack, by order.
    """
    asked = list(asked)
    by_layer: dict[int, set[object]] = {}
    for one in asked:
        for position, layer in enumerate(stack.layers):
            inside = one.module == layer.path or one.module.startswith(f"{layer.path}.")
            if inside or layer.path in one.modules:
                by_layer.setdefault(position, set()).add(one.outcome)
    if len(by_layer) == len(stack.layers):
        return [by_layer[i].pop() if len(by_layer[i]) == 1 else None for i in range(len(stack.layers))]
    return [one.outcome for one in asked] if len(asked) == len(stack.layers) and not by_layer else None


def _finer(one: Sequence[Hashable], other: Sequence[Hashable]) -> bool:
    """Whether layers that are equal in ``one`` are equal in ``other``."""
    seen: dict[Hashable, Hashable] = {}
    return all(seen.setdefault(left, right) == right for left, right in zip(one, other, strict=True))


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
    return excluded.replace("==", "!=") if excluded is not None else f"i in {chosen}"


def _periodic(chosen: list[int], total: int) -> str | None:
    if len(chosen) < 2:
        return None
    period = chosen[1] - chosen[0]
    start = chosen[0]
    fits = period > 1 and start < period and chosen == list(range(start, total, period))
    return f"i % {period} == {start}" if fits else None


def grouped_layers(kinds: Sequence[LayerKind]) -> dict[str, list[int]]:
    """Numbers of layers by their label, in order of first appearance."""
    found: dict[str, list[int]] = {}
    for number, kind in enumerate(kinds):
        found.setdefault(kind.label, []).append(number)
    return found
