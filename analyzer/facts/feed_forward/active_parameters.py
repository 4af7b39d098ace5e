"""How many parameters one token passes: of routed experts only the chosen ones."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from analyzer.facts.dataflow.projections import Projection, projections
from analyzer.facts.feed_forward.router import Router
from analyzer.facts.feed_forward.routers import routers
from analyzer.facts.feed_forward.shared_experts import routed_experts
from analyzer.graph import TensorInfo
from analyzer.query import Query
from analyzer.query.tree import parent_of


def active_parameters(query: Query) -> tuple[int, tuple[Router, ...]]:
    """(the number of parameters that one token passes, the routers that choose among the others)."""
    idle = 0.0
    counted: set[str] = set()
    found = query.facts(routers)
    for router in found:
        for experts, tensors in _expert_tensors(query, router):
            own = [one for one in tensors if one.name not in counted]
            counted.update(one.name for one in own)
            share = 1 - min(1.0, int(router.top_k) / experts)
            idle += share * sum(prod(int(size) for size in one.shape) for one in own)
    return query.model.total - round(idle), found


def _expert_tensors(query: Query, router: Router) -> Iterator[tuple[int, list[TensorInfo]]]:
    """(number of experts that have weights, their parameters) of what ``router`` chooses from.

    They are stacked in one tensor, or modules of one container. A choice may be to skip: then fewer have weights.
    """
    tensors = query.get(_tensors_by_module)
    for projection in _expert_projections(query, router):
        path = parent_of(str(projection.weight.arguments.get("name", "")))
        experts = _stacked(projection, router)
        if experts:
            yield experts, [one for one in tensors.get(path, ()) if len(one.shape) > 1 and int(one.shape[0]) == experts]
        elif modules := _experts_around(query, path, router):
            beginnings = tuple(f"{module}." for module in modules)
            yield (
                len(modules),
                [one for path, inside in tensors.items() if f"{path}.".startswith(beginnings) for one in inside],
            )


def _tensors_by_module(query: Query) -> dict[str, list[TensorInfo]]:
    found: dict[str, list[TensorInfo]] = {}
    for one in query.model.parameters:
        if one.name not in query.model.tied:
            found.setdefault(parent_of(one.name), []).append(one)
    return found


def _expert_projections(query: Query, router: Router) -> list[Projection]:
    whole = routed_experts(query, router)
    if whole:
        return [projection for one in whole for projection in (*one.up, one.down)]
    following = [one for one in query.facts(projections) if one.expert and one.op.index > router.choice.index]
    return following[:1]


def _stacked(projection: Projection, router: Router) -> int:
    """How many experts are stacked in a weight; 0 if they are not."""
    shape = projection.weight.outputs[0].shape
    return int(shape[0]) if len(shape) > 2 and int(router.top_k) < int(shape[0]) <= int(router.experts) else 0


def _experts_around(query: Query, path: str, router: Router) -> tuple[str, ...]:
    """The modules of one kind in one container, one for each expert, that ``path`` lies in one of.

    The router lies outside of the container.
    """
    while path:
        above = parent_of(path)
        if f"{router.choice.module}.".startswith(f"{above}."):
            break
        alike = tuple(one for one in query.tree.children(above) if _kind(query, one) == _kind(query, path))
        if len(alike) == int(router.experts):
            return alike
        path = above
    return ()


def _kind(query: Query, path: str) -> str:
    module = query.tree.get(path)
    return "" if module is None else module.class_name
