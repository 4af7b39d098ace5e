"""How matrices are stored: a row for each output (*[out, in]*), or a row for each input (*[in, out]*).

Read from the product that uses the matrix and the transpositions before it. It is told for the projections of
attention, for feed-forward parts, and for experts that are chosen.

*Why it matters*: a converter that takes one layout for the other loads square matrices without an error. Experts are
often stored the other way round than the dense layers beside them.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Match,
    OpKind,
    Projection,
    Query,
    Rule,
    at,
    attentions,
    block_example,
    experts_example,
    feed_forwards,
    per_stack,
    routers,
    unknown,
    weight_layout,
)


def check(query: Query) -> Iterable[Match]:
    matches: list[Match] = []
    for attention in query.facts(attentions):
        sides = (attention.query, attention.key, attention.value)
        own = [one for side in sides for one in side.projections]
        last = attention.output.projection
        matches += _match("weights.attention", attention.module, [*own, *([last] if last is not None else [])])
    routed = bool(query.facts(routers))
    for part in query.facts(feed_forwards):
        trait = "weights.experts" if routed and part.expert else "weights.mlp"
        matches += _match(trait, part.module, [*part.up, part.down])
    yield from per_stack(query, matches)


def _match(trait: str, module: str, projections: list[Projection]) -> list[Match]:
    """One match where all matrices are stored alike, one for each layout where they are not."""
    found: dict[str, list[Projection]] = {}
    for one in dict.fromkeys(projections):
        layout = weight_layout(one)
        if layout is not None:
            found.setdefault(layout.value, []).append(one)
        elif one.op.kind is not OpKind.CONV:
            return [unknown(_REASON, at("product", one.op), module=module, trait=trait)]
    return [
        Match(layout, tuple(at("product", one.op) for one in same), module=module, trait=trait)
        for layout, same in found.items()
    ]


_REASON = "the matrix is rearranged between where it is stored and the product"
_TRAITS = ("weights.attention", "weights.mlp", "weights.experts")
_REFERENCES = ("Radford et al. 2019, Language Models are Unsupervised Multitask Learners (released code)",)
_EXAMPLES = (
    block_example(
        "self.attend = nn.MultiheadAttention(8, 2, batch_first=True)",
        "return self.attend(x, x, x, need_weights=False)[0]",
        finds={"weights.attention": "[out, in]"},
    ),
    block_example(
        "self.up, self.down = nn.Linear(8, 16), nn.Linear(16, 8)",
        "return self.down(nn.functional.gelu(self.up(x[torch.arange(2), x[..., 0].argmax(-1)])))",
        finds={"weights.mlp": "[out, in]", "weights.experts": None},
    ),
    block_example(
        "self.up, self.down = nn.Linear(8, 16), nn.Linear(16, 8)",
        "return self.down(nn.functional.gelu(self.up(x)))",
        finds={"weights.mlp": "[out, in]", "weights.attention": None},
    ),
    block_example(
        "self.up, self.down = nn.Parameter(torch.empty(8, 16)), nn.Parameter(torch.empty(8, 16))",
        "return nn.functional.gelu(x @ self.up) @ self.down.t()",
        finds={"weights.mlp": {"[in, out]", "[out, in]"}},
    ),
    experts_example(
        "weights, chosen = torch.topk(self.router(x).softmax(-1), 2, dim=-1)",
        finds={"weights.experts": "[out, in]"},
    ),
)

RULE = Rule("WGT001", "weight-layout", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
