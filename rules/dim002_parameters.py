"""The number of parameters, shared ones counted once, and how many of them one token passes.

Of routed experts only those that are chosen count as passed.

*Why it matters*: it is the figure that papers state first, and the quickest check that a construction is right.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Evidence,
    Match,
    Query,
    Rule,
    active_parameters,
    at,
    block_example,
    cause,
    construction_fields,
    embeddings,
    heads,
    model_example,
    tying_fields,
    unknown,
)


def check(query: Query) -> Iterable[Match]:
    model = query.model
    root = next((module for module in model.modules if not module.path), None)
    place = (at("model class", root.span),) if root else ()
    if model.unbuilt:
        gap = model.unbuilt[0]
        reason = f"not all modules could be built: {cause(model, gap)}"
        yield unknown(reason, *place, at("not built", gap.span), trait="params.total")
        yield unknown(reason, *place, at("not built", gap.span), trait="params.active")
    elif model.parameters:
        fields = construction_fields(query)
        tables, outputs = query.facts(embeddings), query.facts(heads)
        if tables and outputs:
            fields |= tying_fields(query)
        yield _number(model.total, place, "params.total", fields)
        if model.graph.results:
            active, chosen = active_parameters(query)
            more = tuple(at("choice", router.choice, router.experts, router.top_k) for router in chosen[:4])
            yield _number(active, (*place, *more), "params.active", fields)


def _number(value: int, places: tuple[Evidence, ...], trait: str, fields: frozenset[str]) -> Match:
    """The many fields behind a sum over the whole model stay out of the message."""
    return Match(value, places, trait=trait, message=f"{trait} = {value}", depends_on=fields)


_TRAITS = ("params.total", "params.active")
_REFERENCES = ("Kaplan et al. 2020, Scaling Laws for Neural Language Models, arXiv:2001.08361",)
_EXAMPLES = (
    model_example(
        model="self.embed, self.head = nn.Embedding(20, 8), nn.Linear(8, 20)",
        finds={"params.total": 516, "params.active": 516},
    ),
    block_example(
        "self.router, self.experts = nn.Linear(8, 6, bias=False), Experts()",
        """
        weights, chosen = torch.topk(nn.functional.softmax(self.router(x), dim=-1), 2, dim=-1)
        return self.experts(x, weights, chosen)
        """,
        prelude="""
        class Expert(nn.Module):
            def __init__(self):
                super().__init__()
                self.up, self.down = nn.Linear(8, 16, bias=False), nn.Linear(16, 8, bias=False)

            def forward(self, x):
                return self.down(nn.functional.silu(self.up(x)))


        class Experts(nn.ModuleDict):
            def __init__(self):
                super().__init__()
                for number in range(6):
                    self[f"expert{number}"] = Expert()
                self.dropout = nn.Dropout(0.1)

            def forward(self, x, weights, chosen):
                y = torch.zeros_like(x)
                for number in range(6):
                    rows, place = torch.where(chosen == number)
                    y.index_add_(0, rows, self[f"expert{number}"](x[rows]) * weights[rows, place, None])
                return self.dropout(y)
        """,
        inputs={"x": ("float32", (14, 8))},
        finds={"params.total": 1584, "params.active": 560},
    ),
)

RULE = Rule("DIM002", "parameters", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
