"""How tokens are sent to experts.

The function from logits to scores, whether it is applied before or after the choice, whether the weights of the chosen
are divided by their sum, the factor on them, a bias that steers the choice, and a limit to groups of experts.

*Why it matters*: softmax before the choice and after it are different models, and a selection bias that leaks into the
weights is a bug in most ports.
"""

from collections.abc import Iterable

from analyzer.rule import Match, Query, Router, Rule, at, experts_example, for_each, router_upcast, routers, skipped

_TRAITS = (
    "moe.scoring",
    "moe.order",
    "moe.normalize_topk",
    "moe.selection_bias",
    "moe.scale",
    "moe.groups",
    "moe.router_dtype",
)


@for_each(routers)
def check(query: Query, router: Router) -> Iterable[Match]:
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
        yield Match(scale.value, (at("factor", scale.op, scale.value),), module=module, trait="moe.scale")
    cast = router_upcast(query, router)
    places = (at("router", router.projection.op), *(() if cast is None else (at("float32", cast),)))
    yield Match("model" if cast is None else "float32", places, module=module, trait="moe.router_dtype")
    if router.groups is None:
        yield Match("none", (choice,), module=module, trait="moe.groups")
    else:
        groups = router.groups
        chosen = at("choice of groups", groups.choice, groups.chosen, groups.count)
        yield Match(groups.text, (chosen, at("score", groups.scored)), module=module, trait="moe.groups")


_REFERENCES = (
    "Fedus, Zoph, Shazeer 2021, Switch Transformers, arXiv:2101.03961",
    "DeepSeek-AI 2024, DeepSeek-V3 (selection bias, group limit), arXiv:2412.19437",
)
_EXAMPLES = (
    experts_example(
        """
        scores = self.router(x).sigmoid()
        chosen = torch.topk(scores + self.bias, 2, dim=-1)[1]
        weights = scores.gather(1, chosen)
        weights = weights / (weights.sum(-1, keepdim=True) + 1e-20) * 2.5
        """,
        init="self.bias = nn.Parameter(torch.zeros(6))",
        finds={
            "moe.scoring": "sigmoid",
            "moe.order": "score_then_topk",
            "moe.normalize_topk": True,
            "moe.selection_bias": "selection_only",
            "moe.scale": 2.5,
            "moe.groups": "none",
            "moe.router_dtype": "model",
        },
    ),
)

RULE = Rule("MOE002", "routing", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
