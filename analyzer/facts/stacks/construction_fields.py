"""The configuration fields that decide which modules and parameters a model has."""

from __future__ import annotations

from analyzer.facts.stacks.stacks import Stack
from analyzer.graph import BuiltModel, Phase
from analyzer.query import Query
from analyzer.query.tree import parent_of
from analyzer.values import origin_of


def construction_fields(query: Query) -> frozenset[str]:
    """Fields behind the number of parameters: their sizes, how often modules are made, what makes them or not."""
    model = query.model
    holders = {parameter.name.rpartition(".")[0] for parameter in model.parameters}
    around = {above for path in holders for above in query.tree.ancestors(path)}
    fields = _size_fields(model)
    for one in model.decisions:
        constructing = one.ops[0] < len(model.graph) and model.graph.ops[one.ops[0]].phase is Phase.CONSTRUCT
        if not around.isdisjoint(one.modules) or (constructing and one.module in holders and not one.modules):
            fields |= one.fields
    return fields


def repeating_fields(query: Query, stack: Stack) -> frozenset[str]:
    """Fields that say how often the loop runs that makes the layers of a stack."""
    lists: dict[str, set[str]] = {}
    for layer in stack.layers:
        lists.setdefault(parent_of(layer.path), set()).add(layer.path)
    return frozenset(field for paths in lists.values() for field in _loop_around(query, paths))


def _loop_around(query: Query, paths: set[str]) -> frozenset[str]:
    """The fields of the innermost loop that makes all of ``paths``."""
    around = [one for one in query.conditions.counts if paths <= set(one.modules)]
    smallest = min((len(one.modules) for one in around), default=0)
    return frozenset(field for one in around if len(one.modules) == smallest for field in one.fields)


def _size_fields(model: BuiltModel) -> frozenset[str]:
    origins = (origin_of(size) for parameter in model.parameters for size in parameter.shape)
    return frozenset(field for origin in origins if origin is not None for field in origin.fields)
