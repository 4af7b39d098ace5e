"""Whether the norms scale by one plus their weight.

Weights of such norms are stored around zero. The offset may be added at any place between parameter and product. Norms
inside a branch (of queries and keys, of a mixer's output) have findings of their own where they differ from those of
the block. Norms without a weight count only if none has one.

*Why it matters*: a port that multiplies by the bare weight scales every activation to almost nothing.
"""

from collections.abc import Iterable

from analyzer.rule import Match, Norm, Query, Rule, at, block_norms, inner_norms, model_example, per_stack, without_norm


def check(query: Query) -> Iterable[Match]:
    blocks = query.facts(block_norms)
    around = [one for one in blocks if one.norm.affine.weight is not None] or blocks
    usual = {one.norm.unit_offset for one in around}
    yield from per_stack(query, [_match(one.norm, one.module) for one in around])
    inside = [norm for norm in query.facts(inner_norms) if {norm.unit_offset} != usual]
    yield from per_stack(query, [_match(norm, norm.module) for norm in inside], parts=True)
    yield from without_norm(query, "norm.unit_offset")


def _match(norm: Norm, module: str) -> Match:
    place = (
        at("weight applied", norm.affine.weighted, built=True)
        if norm.affine.weighted
        else at("norm without a weight", norm.core, built=True)
    )
    return Match(norm.unit_offset, (place,), module=module)


_REFERENCES = ("Gemma Team 2024, Gemma: Open Models Based on Gemini Research and Technology, arXiv:2403.08295",)
_EXAMPLES = (
    model_example(
        "self.scale, self.up = nn.Parameter(torch.zeros(8)), nn.Linear(8, 8)",
        "return x + self.up(x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * (self.scale + 1.0))",
        finds=True,
    ),
    model_example(
        "self.scale, self.up = nn.Parameter(torch.zeros(8)), nn.Linear(8, 8)",
        "return x + normalised(self.up(normalised(x) * (1 + self.scale)))",
        prelude="""
        def normalised(x):
            return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5)
        """,
        finds=True,
    ),
)

RULE = Rule(
    "NRM004", "norm-unit-offset", check, traits=("norm.unit_offset",), references=_REFERENCES, examples=_EXAMPLES
)
