"""Whether the residual stream is kept in float32.

*float32* where the code itself casts a side of the addition up; *model* where the addition is done in whatever type
the weights have.

*Why it matters*: small updates vanish when they are added to a large stream in half precision.
"""

from collections.abc import Iterable

from analyzer.rule import Block, Example, Match, Query, Rule, at, blocks, per_stack


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, map(_match, query.facts(blocks)))


def _match(block: Block) -> Match:
    return Match("float32" if block.upcast else "model", (at("residual add", block.add),), module=block.layer)


RULE = Rule(
    "RES003",
    "residual-dtype",
    check,
    traits=("residual.dtype",),
    references=("Gu, Dao 2023, Mamba: Linear-Time Sequence Modeling with Selective State Spaces, arXiv:2312.00752",),
    examples=(
        Example(
            """
            import torch
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.LayerNorm(8)
                    self.elm = nn.Linear(8, 8)

                def forward(self, fern):
                    moss = self.oak(fern)
                    return fern.to(torch.float32) + self.elm(moss)


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"residual.dtype": "float32"},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
    ),
)
