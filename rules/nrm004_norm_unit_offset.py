"""Whether the norms scale by one plus their weight.

Weights of such norms are stored around zero. The offset may be added at any place between parameter and product. Norms
inside a branch (of queries and keys, of a mixer's output) are told apart from those of the block where they differ;
norms without a weight say nothing beside others that have one.

*Why it matters*: a port that multiplies by the bare weight scales every activation to almost nothing.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Norm, Query, Rule, at, block_norms, inner_norms, per_stack


def check(query: Query) -> Iterable[Match]:
    blocks = query.facts(block_norms)
    around = [one for one in blocks if one.norm.affine.weight is not None] or blocks
    usual = {one.norm.unit_offset for one in around}
    yield from per_stack(query, [_match(one.norm, one.module) for one in around])
    inside = [norm for norm in query.facts(inner_norms) if {norm.unit_offset} != usual]
    yield from per_stack(query, [_match(norm, norm.module) for norm in inside], parts=True)


def _match(norm: Norm, module: str) -> Match:
    place = (
        at("weight applied", norm.affine.weighted) if norm.affine.weighted else at("norm without a weight", norm.core)
    )
    return Match(norm.unit_offset, (place,), module=module)


RULE = Rule(
    "NRM004",
    "norm-unit-offset",
    check,
    traits=("norm.unit_offset",),
    references=("Gemma Team 2024, Gemma: Open Models Based on Gemini Research and Technology, arXiv:2403.08295",),
    examples=(
        Example(
            """
            import torch
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.Parameter(torch.zeros(8))
                    self.elm = nn.Linear(8, 8)

                def forward(self, fern):
                    moss = fern * torch.rsqrt(fern.pow(2).mean(-1, keepdim=True) + 1e-5)
                    return fern + self.elm(moss * (self.oak + 1.0))


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"norm.unit_offset": True},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
        Example(
            """
            import torch
            from torch import nn


            def level(fern):
                return fern * torch.rsqrt(fern.pow(2).mean(-1, keepdim=True) + 1e-5)


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.Parameter(torch.zeros(8))
                    self.elm = nn.Linear(8, 8)

                def forward(self, fern):
                    return fern + level(self.elm(level(fern) * (1 + self.oak)))


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"norm.unit_offset": True},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
    ),
)
