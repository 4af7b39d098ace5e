"""How many parameters one token passes: of routed experts only the chosen ones."""

from __future__ import annotations

from math import prod

from analyzer.facts.projections import Projection, projections
from analyzer.facts.routers import Router, routers
from analyzer.facts.shared_experts import routed_experts
from analyzer.graph import TensorInfo
from analyzer.query import Query
from analyzer.query.tree import parent_of


def active_parameters(query: Query) -> tuple[int, tuple[Router, ...]]:
    """(the number of parameters that one token passes, the routers that choose among the others)."""
    idle = 0.0
    counted: set[str] = set()
    found = query.facts(routers)
    for router in found:
        own = [one for one in _expert_tensors(query, router) if one.name not in counted]
        counted.update(one.name for one in own)
        share = 1 - int(router.top_k) / int(router.experts)
        idle += share * sum(prod(int(size) for size in one.shape) for one in own)
    return query.model.total - round(idle), found


def _expert_tensors(query: Query, router: Router) -> list[TensorInfo]:
    """Parameters of the experts that ``router`` chooses from: stacked in one tensor, or modules of a list."""
    tensors = query.once(_tensors_by_module)
    found: dict[str, TensorInfo] = {}
    for projection in _expert_projections(query, router):
        path = parent_of(str(projection.weight.attributes.get("name", "")))
        if _stacked(projection, router):
            inside = [one for one in tensors.get(path, ()) if _has_experts(one.shape, router)]
        else:
            above = _list_around(query, path, router)
            paths = [path for path in tensors if above is not None and path.startswith(f"{above}.")]
            inside = [one for path in paths for one in tensors[path]]
        found.update({one.name: one for one in inside})
    return list(found.values())


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


def _stacked(projection: Projection, router: Router) -> bool:
    shape = projection.weight.outputs[0].shape
    return len(shape) > 2 and _has_experts(shape, router)


def _has_experts(shape: tuple[int, ...], router: Router) -> bool:
    return len(shape) > 1 and int(shape[0]) == int(router.experts)


def _list_around(query: Query, path: str, router: Router) -> str | None:
    """The list with one member for each expert that ``path`` lies in."""
    while path:
        above = parent_of(path)
        if path.rpartition(".")[2].isdecimal() and len(query.tree.children(above)) == int(router.experts):
            return above
        path = above
    return None
