"""Experts: how many, how many for one token, how many for every token, in which layers.

*Why it matters*: total and active parameters, and the layout of the expert weights, follow from these.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Example,
    Match,
    Query,
    Router,
    Rule,
    Stack,
    at,
    first_unknown,
    joint,
    layers_with,
    main_stacks,
    per_stack,
    routed_experts,
    routers,
    shared_count,
    shared_experts,
    trace_cut,
    unknown,
    with_conditions,
)


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, [match for one in query.facts(routers) for match in _each(query, one)])
    yield from _layers(query)


def _each(query: Query, router: Router) -> Iterable[Match]:
    module = router.module
    logits, choice = at("router", router.projection.op), at("choice", router.choice, router.top_k)
    yield Match(router.experts, (logits, choice), module=module, trait="moe.experts")
    yield Match(router.top_k, (choice,), module=module, trait="moe.top_k")
    shared, routed = shared_experts(query, router), routed_experts(query, router)
    count = sum(shared_count(one, routed[0]) for one in shared) if routed else len(shared)
    places = [at("shared expert", one.activated, one.width) for one in shared] or [logits]
    joints = [joint(query, one, routed[-1]) for one in shared] if routed else []
    places += [at("sum with the routed experts", op) for op in joints if op is not None]
    yield Match(count, tuple(places), module=module, trait="moe.shared_experts")


def _layers(query: Query) -> Iterable[Match]:
    for stack in query.get(main_stacks):
        numbers = layers_with(stack, [one.module for one in query.facts(routers)])
        if not numbers:
            yield _none(query, stack)
        else:
            place = at("choice", query.facts(routers)[0].choice)
            if trace_cut(query.model):
                yield unknown("the trace ended before the last layer", place, module=stack.pattern, trait="moe.layers")
            else:
                match = Match(list(numbers), (place,), module=stack.pattern, trait="moe.layers")
                yield from with_conditions(query, [match], {"moe.layers": "sparse"})


def _none(query: Query, stack: Stack) -> Match:
    """A stack without any router, if everything in it was understood."""
    if (gap := first_unknown(query, stack)) is not None:
        return unknown("a part of the layers was not understood", at("gap", gap), module=stack.pattern)
    if trace_cut(query.model):
        place = at("first layer", stack.residuals[0].add)
        return unknown("the trace ended before the last layer", place, module=stack.pattern)
    return Match(0, (at("first layer", stack.residuals[0].add),), module=stack.pattern)


RULE = Rule(
    "MOE001",
    "experts",
    check,
    traits=("moe.experts", "moe.top_k", "moe.shared_experts", "moe.layers"),
    references=(
        "Shazeer et al. 2017, Outrageously Large Neural Networks, arXiv:1701.06538",
        "Dai et al. 2024, DeepSeekMoE (shared experts), arXiv:2401.06066",
    ),
    examples=(
        Example(
            """
            import torch
            from torch import nn
            from torch.nn import functional


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.sieve = nn.Linear(8, 6, bias=False)
                    self.oak = nn.Parameter(torch.empty(6, 16, 8))
                    self.ash = nn.Parameter(torch.empty(6, 8, 16))

                def forward(self, fern):
                    dew = functional.softmax(self.sieve(fern), dim=-1)
                    mist, which = torch.topk(dew, 2, dim=-1)
                    rain = torch.zeros_like(fern)
                    for drop in range(6):
                        rows, place = torch.where(which == drop)
                        sap = functional.silu(functional.linear(fern[rows], self.oak[drop]))
                        sap = functional.linear(sap, self.ash[drop])
                        rain.index_add_(0, rows, sap * mist[rows, place, None])
                    return rain
            """,
            {"moe.experts": 6, "moe.top_k": 2, "moe.shared_experts": 0},
            inputs={"fern": ("float32", (14, 8))},
        ),
        Example(
            """
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.Linear(8, 8)

                def forward(self, fern):
                    return fern + self.oak(fern)


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"moe.experts": 0, "moe.top_k": None},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
    ),
)
