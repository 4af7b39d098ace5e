"""The least of a model that still has all kinds of its layers."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.facts.layers.schedule import schedule
from analyzer.facts.stacks.main_stacks import main_stacks
from analyzer.facts.stacks.sizes import stack_sizes
from analyzer.query import Query

_FEWEST_LAYERS = 2


def reduced_depth(query: Query) -> Mapping[str, object]:
    """Overrides of fields that leave one layer of each kind in every main stack."""
    sizes = {size.stack.pattern: size for size in query.facts(stack_sizes)}
    found: dict[str, object] = {}
    for stack in query.get(main_stacks):
        labels = [kind.label for kind in schedule(query, stack)]
        needed = max((labels.index(label) + 1 for label in set(labels)), default=0)
        wanted = max(needed, _FEWEST_LAYERS)
        if wanted < len(labels):
            for name in sizes[stack.pattern].layer_fields:
                found[name.removeprefix("config.")] = wanted
    return found
