"""From observations at modules to values of stacks: which layers agree, and how to name them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from analyzer.facts.stacks.main_stacks import main_stacks
from analyzer.facts.stacks.stacks import Stack, stacks
from analyzer.query import Query
from analyzer.query.tree import parent_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grouped(Generic[T]):
    """Observations that agree: the module pattern that covers them, and whether it is part of a main stack."""

    module: str
    items: tuple[T, ...]
    main: bool


def grouped(
    query: Query, items: Iterable[T], module: Callable[[T], str], value: Callable[[T], object], *, parts: bool = False
) -> tuple[Grouped[T], ...]:
    """``items`` by equal ``value``, for each stack: one group (``model.layers.*``) where all of its layers agree, else
    one for each value (``model.layers.{0,2}``), and below the layer (``model.layers.*.self_attn``) where one layer has
    several, or anyway if ``items`` are about ``parts`` of layers. What lies in no stack is grouped by list. Main stacks
    come first.
    """
    places = query.get(_places)
    by_stack: dict[str, list[tuple[str, T]]] = {}
    outside: dict[tuple[str, object], list[T]] = {}
    for item in items:
        layer = _layer_of(module(item), places)
        if layer is None:
            outside.setdefault((module(item), _key(value(item))), []).append(item)
        else:
            by_stack.setdefault(places[layer].path, []).append((layer, item))
    found = [
        Grouped(pattern, same, stack in query.get(main_stacks))
        for stack in _ordered(query)
        for pattern, same in _of_stack(stack, by_stack.get(stack.path, []), module, value, parts)
    ]
    return (*found, *_outside(query, outside))


def _outside(query: Query, items: Mapping[tuple[str, object], list[T]]) -> Iterator[Grouped[T]]:
    """Modules of no stack: members of one list that agree are one group."""
    lists: dict[tuple[str, str, object], dict[str, list[T]]] = {}
    for (path, key), same in items.items():
        container, number, rest = _last_number(path)
        lists.setdefault((container, rest, key), {})[number] = same
    for (container, rest, _), members in lists.items():
        every = tuple(item for same in members.values() for item in same)
        yield Grouped(".".join(filter(None, (_of_list(query, container, list(members)), rest))), every, False)


def _of_list(query: Query, container: str, numbers: list[str]) -> str:
    if numbers == [""]:
        return container
    whole = len(numbers) > 1 and {f"{container}.{one}" for one in numbers} == set(query.tree.children(container))
    return f"{container}.*" if whole else _pattern(container, numbers)


def _last_number(path: str) -> tuple[str, str, str]:
    """The innermost list that a module is in, its number there, and the way below it: ``blocks``, ``3``, ``norm``; a
    module of no list has no number."""
    parts = path.split(".")
    place = max((place for place, part in enumerate(parts) if part.isdecimal() and place), default=0)
    return (".".join(parts[:place]), parts[place], ".".join(parts[place + 1 :])) if place else (path, "", "")


def _ordered(query: Query) -> tuple[Stack, ...]:
    return tuple(dict.fromkeys((*query.get(main_stacks), *query.facts(stacks))))


def _places(query: Query) -> Mapping[str, Stack]:
    """Stack by layer path; inner stacks hide outer ones by being looked up first."""
    return {layer.path: stack for stack in query.facts(stacks) for layer in stack.layers}


def _layer_of(path: str, places: Mapping[str, Stack]) -> str | None:
    while path and path not in places:
        path = parent_of(path)
    return path if path in places else None


def _of_stack(
    stack: Stack,
    items: list[tuple[str, T]],
    module: Callable[[T], str],
    value: Callable[[T], object],
    parts: bool,
) -> Iterator[tuple[str, tuple[T, ...]]]:
    if not parts and _one_value_a_layer(items, value):
        yield from _by_value(stack, items, value, "")
        return
    by_part: dict[str, list[tuple[str, T]]] = {}
    for layer, item in items:
        by_part.setdefault(module(item)[len(layer) :].lstrip("."), []).append((layer, item))
    for part, below in by_part.items():
        yield from _by_value(stack, below, value, part)


def _one_value_a_layer(items: list[tuple[str, T]], value: Callable[[T], object]) -> bool:
    seen: dict[str, object] = {}
    return all(seen.setdefault(layer, key) == key for layer, item in items for key in [_key(value(item))])


def _by_value(
    stack: Stack, items: list[tuple[str, T]], value: Callable[[T], object], part: str
) -> Iterator[tuple[str, tuple[T, ...]]]:
    by_value: dict[object, list[tuple[str, T]]] = {}
    for layer, item in items:
        by_value.setdefault(_key(value(item)), []).append((layer, item))
    for same in by_value.values():
        members = tuple(item for _, item in same)
        for pattern in _patterns(stack, list(dict.fromkeys(layer for layer, _ in same))):
            yield ".".join(filter(None, (pattern, part))), members


def _patterns(stack: Stack, layers: list[str]) -> list[str]:
    """Patterns that together cover ``layers``: one for the whole stack, else one for each list."""
    if {layer.path for layer in stack.layers} == set(layers):
        return [stack.pattern]
    by_list: dict[str, list[str]] = {}
    for layer in layers:
        container, _, number = layer.rpartition(".")
        by_list.setdefault(container, []).append(number)
    return [_pattern(container, numbers) for container, numbers in by_list.items()]


def _pattern(container: str, numbers: list[str]) -> str:
    chosen = numbers[0] if len(numbers) == 1 else "{" + ",".join(numbers) + "}"
    return f"{container}.{chosen}" if container else chosen


def _key(value: object) -> object:
    """Equality of values by what they print as: an origin does not count, and 1 is not True."""
    return repr(value)
