"""Which normalisation the blocks use.

Told by arithmetic, not by the class's name: what is subtracted, what is divided by, and whether anything is learned. A
class that calls itself a layer norm may well be a root mean square norm.

*Why it matters*: a port with the wrong statistic loads every weight and computes something else.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, block_norms, per_stack


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, _each(query))


def _each(query: Query) -> Iterable[Match]:
    for found in query.facts(block_norms):
        norm = found.norm
        yield Match(
            norm.kind.value,
            (at("statistic", norm.statistic.op), at("division by it", norm.core)),
            module=found.module,
        )


RULE = Rule(
    "NRM001",
    "norm-type",
    check,
    traits=("norm.type",),
    references=(
        "Ba, Kiros, Hinton 2016, Layer Normalization, arXiv:1607.06450",
        "Zhang, Sennrich 2019, Root Mean Square Layer Normalization, arXiv:1910.07467",
    ),
    examples=(
        Example(
            """
            import torch
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.Parameter(torch.ones(8))
                    self.elm = nn.Linear(8, 8, bias=False)

                def forward(self, fern):
                    moss = fern * torch.rsqrt((fern * fern).mean(-1, keepdim=True) + 1e-6)
                    return fern + self.elm(self.oak * moss)


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"norm.type": "rmsnorm"},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
        Example(
            """
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.LayerNorm(8)
                    self.elm = nn.Linear(8, 8)

                def forward(self, fern):
                    return self.oak(fern + self.elm(fern))


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"norm.type": "layernorm"},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
    ),
)
