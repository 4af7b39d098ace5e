"""Why layers differ: the conditions over configuration fields that came out differently exactly where layers do."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from analyzer.base import Span
from analyzer.facts.layers.schedule import schedule
from analyzer.facts.stacks.main_stacks import main_stacks
from analyzer.facts.stacks.stacks import Stack, layer_paths
from analyzer.graph import Decision, DecisionKind
from analyzer.query import Query
from analyzer.query.tree import is_inside


@dataclass(frozen=True, slots=True)
class LayerCondition:
    """A condition that came out differently exactly where the layers differ: as written at ``span``, over ``fields``
    of the configuration, with ``i`` for the number of the layer."""

    expression: str
    fields: frozenset[str]
    span: Span


def deciding_conditions(query: Query, stack: Stack, kinds: Sequence[Hashable]) -> tuple[LayerCondition, ...]:
    """The conditions whose outcomes divide the layers of ``stack`` as ``kinds`` (one for each layer) does.

    A condition that explains part of the difference counts when no one explains all of it.
    """
    if len(set(kinds)) < 2:
        return ()
    whole: list[LayerCondition] = []
    parts: list[LayerCondition] = []
    others = _other_layers(query, stack)
    for asked in query.get(_by_place).values():
        answers = _by_layer(stack, others, asked)
        outcomes = [one.outcome for one in answers]
        if len(set(outcomes)) < 2:
            continue
        condition = LayerCondition(_general([one.expression for one in answers]), answers[0].fields, answers[0].span)
        if _finer(outcomes, kinds) and _finer(kinds, outcomes):
            whole.append(condition)
        elif _finer(kinds, outcomes):
            parts.append(condition)
    return tuple(whole or parts)


def aspect_conditions(query: Query, aspect: str) -> tuple[tuple[str, LayerCondition], ...]:
    """(pattern of a stack, condition) for every condition that makes one aspect of ``LayerKind`` differ in a stack."""
    found: list[tuple[str, LayerCondition]] = []
    for stack in query.get(main_stacks):
        values = [repr(getattr(kind, aspect)) for kind in schedule(query, stack)]
        found += [(stack.pattern, condition) for condition in deciding_conditions(query, stack, values)]
    return tuple(found)


def _by_place(query: Query) -> Mapping[object, list[Decision]]:
    """Decisions by the place that they are written at, calls of one helper from different places apart."""
    found: dict[object, list[Decision]] = {}
    for one in query.model.decisions:
        if one.kind in (DecisionKind.COUNT, DecisionKind.PART):
            continue
        found.setdefault(one.span, []).append(one)
    return found


def _other_layers(query: Query, stack: Stack) -> list[str]:
    """Paths of layers that neither are in ``stack`` nor around or inside its layers."""
    own = [layer.path for layer in stack.layers]
    paths = query.get(layer_paths)
    return [path for path in paths if not any(is_inside(path, one) or is_inside(one, path) for one in own)]


def _by_layer(stack: Stack, others: Sequence[str], asked: Sequence[Decision]) -> list[Decision]:
    """The answer of a condition for each layer; empty unless there is one (or always the same) for every layer.

    An answer belongs to the layer whose module asked, or was made under the condition. Otherwise it belongs to a layer
    by order, unless it is about the layers of another stack: the condition was asked once for each layer, or in equal
    rounds over all layers (a list that is computed again whenever it is read).
    """
    count = len(stack.layers)
    inside = [[one for one in asked if _concerns(one, layer.path)] for layer in stack.layers]
    if all(inside) and all(len({one.outcome for one in found}) == 1 for found in inside):
        return [found[0] for found in inside]
    outcomes = [one.outcome for one in asked]
    rounds = len(asked) // count
    if not rounds or outcomes != outcomes[:count] * rounds or len(set(outcomes)) < 2:
        return []
    return [] if any(_concerns(one, path) for path in others for one in asked) else list(asked[:count])


def _concerns(decision: Decision, layer: str) -> bool:
    return is_inside(decision.module, layer) or layer in decision.modules


def _finer(one: Sequence[Hashable], other: Sequence[Hashable]) -> bool:
    """Whether layers that are equal in ``one`` are equal in ``other``."""
    seen: dict[Hashable, Hashable] = {}
    return all(seen.setdefault(left, right) == right for left, right in zip(one, other, strict=True))


# -- the condition as written ---------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\d+|[^\d]+")


def _general(expressions: Sequence[str]) -> str:
    """One expression for all layers, where they differ in the number of the layer (or its remainder) only.

    >>> _general(["config.kinds[0] == 'thin'", "config.kinds[1] == 'thin'"])
    "config.kinds[i] == 'thin'"
    """
    split = [_TOKEN.findall(one) for one in expressions]
    if len({len(tokens) for tokens in split}) != 1:
        return expressions[0]
    general = [_token([tokens[place] for tokens in split]) for place in range(len(split[0]))]
    return expressions[0] if None in general else "".join(filter(None, general))


def _token(spellings: Sequence[str]) -> str | None:
    if len(set(spellings)) == 1:
        return spellings[0]
    if not all(one.isdecimal() for one in spellings):
        return None
    numbers = [int(one) for one in spellings]
    period = max(numbers) + 1
    if numbers != [place % period for place in range(len(numbers))]:
        return None
    return "i" if period == len(numbers) else f"i % {period}"
