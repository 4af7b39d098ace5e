"""Whether the norms add a learned bias.

*Why it matters*: a bias that a port leaves out is silently dropped from the checkpoint, one that it invents stays at
its initial value.
"""

from collections.abc import Iterable

from analyzer.rule import BlockNorm, Example, Match, Query, Rule, asked, at, block_norms, per_stack


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, [_match(query, one) for one in query.facts(block_norms)])


def _match(query: Query, found: BlockNorm) -> Match:
    norm = found.norm
    place = at("bias added", norm.affine.biased) if norm.affine.biased else at("norm without a bias", norm.output)
    return Match(norm.affine.bias is not None, (place,), module=found.module, depends_on=asked(query, [norm.core]))


RULE = Rule(
    "NRM006",
    "norm-bias",
    check,
    traits=("norm.bias",),
    references=("Ba, Kiros, Hinton 2016, Layer Normalization, arXiv:1607.06450",),
    examples=(
        Example(
            """
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.LayerNorm(8, bias=False)
                    self.elm = nn.Linear(8, 8)

                def forward(self, fern):
                    return fern + self.elm(self.oak(fern))


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"norm.bias": False},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
    ),
)
