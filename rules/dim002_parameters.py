"""The number of parameters, shared ones counted once, and how many of them one token passes.

Of routed experts only those that are chosen count as passed.

*Why it matters*: it is the figure that papers state first, and the quickest check that a construction is right.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, active_parameters, at, unknown


def check(query: Query) -> Iterable[Match]:
    model = query.model
    root = next((module for module in model.modules if not module.path), None)
    place = (at("model class", root.span),) if root else ()
    if model.unbuilt:
        gap = model.unbuilt[0]
        reason = f"not all modules could be built: {gap.construct}, {gap.explanation or gap.code}"
        yield unknown(reason, *place, at("not built", gap.span), trait="params.total")
        yield unknown(reason, *place, at("not built", gap.span), trait="params.active")
    elif model.parameters:
        yield Match(model.total, place, trait="params.total")
        if model.graph.results:
            active, chosen = active_parameters(query)
            more = tuple(at("choice", router.choice, router.experts, router.top_k) for router in chosen[:4])
            yield Match(active, (*place, *more), trait="params.active")


RULE = Rule(
    "DIM002",
    "parameters",
    check,
    traits=("params.total", "params.active"),
    references=("Kaplan et al. 2020, Scaling Laws for Neural Language Models, arXiv:2001.08361",),
    examples=(
        Example(
            """
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.LayerNorm(8)
                    self.elm = nn.Linear(8, 8)

                def forward(self, fern):
                    return fern + self.elm(self.oak(fern))


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.seed = nn.Embedding(20, 8)
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])
                    self.fruit = nn.Linear(8, 20)

                def forward(self, herb):
                    fern = self.seed(herb)
                    for tree in self.trees:
                        fern = tree(fern)
                    return self.fruit(fern)
            """,
            {"params.total": 516, "params.active": 516},
            inputs={"herb": ("int64", (2, 7))},
        ),
        Example(
            """
            import torch
            from torch import nn
            from torch.nn import functional


            class Ash(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.up = nn.Linear(8, 16, bias=False)
                    self.down = nn.Linear(16, 8, bias=False)

                def forward(self, fern):
                    return self.down(functional.silu(self.up(fern)))


            class Copse(nn.ModuleDict):
                def __init__(self):
                    super().__init__()
                    for number in range(6):
                        self[f"ash{number}"] = Ash()
                    self.mist = nn.Dropout(0.1)

                def forward(self, fern, dew, which):
                    rain = torch.zeros_like(fern)
                    for number in range(6):
                        rows, place = torch.where(which == number)
                        rain.index_add_(0, rows, self[f"ash{number}"](fern[rows]) * dew[rows, place, None])
                    return self.mist(rain)


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.sieve = nn.Linear(8, 6, bias=False)
                    self.copse = Copse()

                def forward(self, fern):
                    dew, which = torch.topk(functional.softmax(self.sieve(fern), dim=-1), 2, dim=-1)
                    return self.copse(fern, dew, which)
            """,
            {"params.total": 1584, "params.active": 560},
            inputs={"fern": ("float32", (14, 8))},
        ),
    ),
)
