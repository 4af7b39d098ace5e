"""How tokens are sent to experts.

The function from logits to scores, whether it is applied before or after the choice, whether the weights of the chosen
are divided by their sum, the factor on them, a bias that steers the choice, and a limit to groups of experts.

*Why it matters*: softmax before the choice and after it are different models, and a selection bias that leaks into the
weights is a bug in most ports.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Router, Rule, at, per_stack, router_upcast, routers, skipped

_TRAITS = (
    "moe.scoring",
    "moe.order",
    "moe.normalize_topk",
    "moe.selection_bias",
    "moe.scale",
    "moe.groups",
    "moe.router_dtype",
)


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, [match for one in query.facts(routers) for match in _each(query, one)])


def _each(query: Query, router: Router) -> Iterable[Match]:
    module, choice = router.module, at("choice", router.choice)
    if router.scoring is not None:
        places = (at("scores", router.scoring.op), choice)
        yield Match(router.scoring.name, places, module=module, trait="moe.scoring")
        yield Match(router.scoring.order.value, places, module=module, trait="moe.order")
    division, scale = router.weights.normalizer, router.weights.scale
    divided = choice if division is None else at("division by the sum", division)
    switches = frozenset() if division else skipped(query, router.choice, router.weights.end)
    yield Match(division is not None, (divided,), module=module, trait="moe.normalize_topk", depends_on=switches)
    biased = choice if router.bias is None else at("bias", router.bias.op)
    reach = "none" if router.bias is None else router.bias.reach.value
    yield Match(reach, (biased, choice), module=module, trait="moe.selection_bias")
    if scale is not None:
        yield Match(scale.value, (at("factor", scale.op),), module=module, trait="moe.scale")
    cast = router_upcast(query, router)
    places = (at("router", router.projection.op), *(() if cast is None else (at("float32", cast),)))
    yield Match("model" if cast is None else "float32", places, module=module, trait="moe.router_dtype")
    if router.groups is None:
        yield Match("none", (choice,), module=module, trait="moe.groups")
    else:
        groups = router.groups
        chosen = at("choice of groups", groups.choice, groups.chosen, groups.count)
        yield Match(groups.text, (chosen, at("score", groups.scored)), module=module, trait="moe.groups")


RULE = Rule(
    "MOE002",
    "routing",
    check,
    traits=_TRAITS,
    references=(
        "Fedus, Zoph, Shazeer 2021, Switch Transformers, arXiv:2101.03961",
        "DeepSeek-AI 2024, DeepSeek-V3 (selection bias, group limit), arXiv:2412.19437",
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
                    self.tilt = nn.Parameter(torch.zeros(6))
                    self.oak = nn.Parameter(torch.empty(6, 16, 8))
                    self.ash = nn.Parameter(torch.empty(6, 8, 16))

                def forward(self, fern):
                    dew = self.sieve(fern).sigmoid()
                    which = torch.topk(dew + self.tilt, 2, dim=-1)[1]
                    mist = dew.gather(1, which)
                    mist = mist / (mist.sum(-1, keepdim=True) + 1e-20) * 2.5
                    rain = torch.zeros_like(fern)
                    for drop in range(6):
                        rows, place = torch.where(which == drop)
                        sap = functional.silu(functional.linear(fern[rows], self.oak[drop]))
                        sap = functional.linear(sap, self.ash[drop])
                        rain.index_add_(0, rows, sap * mist[rows, place, None])
                    return rain
            """,
            {
                "moe.scoring": "sigmoid",
                "moe.order": "score_then_topk",
                "moe.normalize_topk": True,
                "moe.selection_bias": "selection_only",
                "moe.scale": 2.5,
                "moe.groups": "none",
                "moe.router_dtype": "model",
            },
            inputs={"fern": ("float32", (14, 8))},
        ),
    ),
)
