"""Where the weights of experts act.

The score that a router gives to an expert multiplies what the expert made (*output*), what it reads (*input*), or what
lies between its matrices (*inner*). An expert that every token passes may have a gate of its own.

*Why it matters*: an expert is not linear, so a weight on its input gives other results than the same weight on its
output. A shared expert without its gate counts too much.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Match,
    Query,
    Router,
    Rule,
    at,
    experts_example,
    for_each,
    routed_experts,
    routers,
    shared_experts,
    shared_gate,
    unknown,
    weighting,
)


@for_each(routers)
def check(query: Query, router: Router) -> Iterable[Match]:
    found = weighting(query, router)
    if found is None:
        place = at("weights", router.weights.end)
        reason = "the weights were not followed to the experts"
        yield unknown(reason, place, module=router.module, trait="moe.weighted")
    else:
        places = (at("product with the weights", found.op), at("weights", router.weights.first or router.choice))
        yield Match(found.place.value, places, module=router.module, trait="moe.weighted")
    routed = routed_experts(query, router)
    for shared in shared_experts(query, router) if routed else ():
        gate = shared_gate(query, shared, routed[-1])
        place = at("shared expert", shared.down.op) if gate is None else at("gate", gate)
        value = "none" if gate is None else gate.kind.value
        yield Match(value, (place,), module=router.module, trait="moe.shared_gate")


_TRAITS = ("moe.weighted", "moe.shared_gate")
_REFERENCES = (
    "Shazeer et al. 2017, Outrageously Large Neural Networks (weights on the outputs), arXiv:1701.06538",
    "Qwen Team 2024, Qwen1.5-MoE (gate on the shared expert)",
)
_CHOOSE = "weights, chosen = torch.topk(torch.sigmoid(self.router(x)), 2, dim=-1)"
_EXAMPLES = (
    experts_example(_CHOOSE, finds={"moe.weighted": "output", "moe.shared_gate": None}),
    experts_example(
        f"""
        {_CHOOSE}
        spread = torch.zeros(14, 6).scatter(1, chosen, weights)
        many = (x.repeat(6, 1) * spread.transpose(0, 1).reshape(-1, 1)).view(6, 14, 8)
        inner = nn.functional.silu(torch.bmm(many, self.up.transpose(1, 2)))
        return torch.bmm(inner, self.down.transpose(1, 2)).sum(dim=0)
        """,
        finds={"moe.weighted": "input"},
    ),
    experts_example(
        f"""
        {_CHOOSE}
        y = torch.zeros_like(x)
        for number in range(6):
            rows, place = torch.where(chosen == number)
            inner = nn.functional.silu(nn.functional.linear(x[rows], self.up[number]))
            inner = inner * weights[rows, place, None]
            y.index_add_(0, rows, nn.functional.linear(inner, self.down[number]))
        return y + torch.sigmoid(self.open(x)) * self.narrow(nn.functional.silu(self.widen(x)))
        """,
        init="self.open, self.widen, self.narrow = nn.Linear(8, 1), nn.Linear(8, 16), nn.Linear(16, 8)",
        finds={"moe.weighted": "inner", "moe.shared_gate": "sigmoid"},
    ),
)

RULE = Rule("MOE003", "expert-weighting", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
