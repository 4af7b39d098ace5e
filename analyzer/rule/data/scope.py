"""The models and layers that a rule written as data is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal, TypeAlias

from analyzer.facts.stacks.main_stacks import main_stacks
from analyzer.facts.stacks.stacks import stacks
from analyzer.query import Query

StackChoice: TypeAlias = Literal["main", "any"]


@dataclass(frozen=True, slots=True)
class RuleScope:
    """Patterns of model types, class names and layer paths; an empty tuple stands for all."""

    model_types: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    stacks: StackChoice = "any"

    def has_model(self, model_type: str, class_name: str) -> bool:
        return _fits(model_type, self.model_types) and _fits(class_name, self.classes)

    def layers(self, query: Query) -> tuple[str, ...]:
        """Paths of the layers, each once, in order of execution."""
        chosen = query.get(main_stacks) if self.stacks == "main" else query.facts(stacks)
        paths = dict.fromkeys(layer.path for stack in chosen for layer in stack.layers)
        return tuple(path for path in paths if _fits(path, self.modules))


def _fits(text: str, patterns: Iterable[str]) -> bool:
    patterns = tuple(patterns)
    return not patterns or any(fnmatchcase(text, pattern) for pattern in patterns)


def lies_in(module: str, layer: str) -> bool:
    """Whether a module lies in ``layer``: ``layers.{0,2}.self_attn`` lies in ``layers.0`` and in ``layers.2``."""
    return not layer or _pattern(module, len(layer.split("."))).fullmatch(layer) is not None


def in_some_layer(module: str, layers: Iterable[str]) -> bool:
    """Whether a module lies in one of ``layers``."""
    return any(lies_in(module, layer) for layer in layers)


@lru_cache(maxsize=4096)
def _pattern(module: str, depth: int) -> re.Pattern[str]:
    """A pattern of the paths that the first ``depth`` parts of ``module`` stand for; of none if it has fewer."""
    parts = module.split(".")
    if len(parts) < depth:
        return re.compile(r"(?!)")
    return re.compile(r"\.".join(map(_part, parts[:depth])))


def _part(part: str) -> str:
    if part == "*":
        return r"\d+"
    if part.startswith("{"):
        return "(?:" + "|".join(_numbers(part[1:-1])) + ")"
    return re.escape(part)


def _numbers(text: str) -> Iterator[str]:
    """``0,2-4`` as single numbers."""
    for item in text.split(","):
        first, _, last = item.partition("-")
        yield from map(str, range(int(first), int(last or first) + 1))
