"""The epsilon of the blocks' norms.

The constant that is added to the statistic (or bounds it from below) before the division, with the configuration field
that it comes from.

*Why it matters*: epsilons differ by a factor of a million between models; in half precision a port with another one
drifts visibly on inputs of small variance.
"""

from collections.abc import Iterable

from analyzer.rule import BlockNorm, Example, Match, NormKind, Query, Rule, at, block_norms, per_stack, unknown

_WITHOUT = {NormKind.DYNAMIC_TANH, NormKind.L2NORM, NormKind.SCALENORM}


def check(query: Query) -> Iterable[Match]:
    around = query.facts(block_norms)
    found = [one for one in around if one.norm.statistic.eps is not None or one.norm.kind not in _WITHOUT]
    yield from per_stack(query, map(_match, found))


def _match(found: BlockNorm) -> Match:
    norm = found.norm
    if norm.statistic.eps is None:
        reason = "no number is added to the statistic, or the library's default depends on the element type"
        return unknown(reason, at("statistic", norm.statistic.op), module=found.module)
    guard = at("epsilon", norm.statistic.guard or norm.statistic.op, norm.statistic.eps)
    return Match(norm.statistic.eps, (at("statistic", norm.statistic.op), guard), module=found.module)


RULE = Rule(
    "NRM003",
    "norm-eps",
    check,
    traits=("norm.eps",),
    references=("Zhang, Sennrich 2019, Root Mean Square Layer Normalization, arXiv:1910.07467",),
    examples=(
        Example(
            """
            import torch
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.Parameter(torch.ones(8))
                    self.elm = nn.Linear(8, 8)

                def forward(self, fern):
                    moss = fern / torch.sqrt(fern.pow(2).mean(-1, keepdim=True) + 1e-5)
                    return fern + self.elm(moss * self.oak)


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"norm.eps": 1e-05},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
    ),
)
