"""Whether embedded tokens are normalised before the first block.

A norm on the stream itself, between the token table and the first block; the norm inside the first block's branch is
no part of it.

*Why it matters*: it is a parameter of its own in the checkpoint, and changes the scale that all residual branches add
to.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, embeddings


def check(query: Query) -> Iterable[Match]:
    for found in query.facts(embeddings):
        norm = [at("norm on the embedding", found.norm.core)] if found.norm else []
        yield Match(bool(norm), (at("token lookup", found.lookup), *norm), module=found.lookup.module)


RULE = Rule(
    "EMB002",
    "embedding-norm",
    check,
    traits=("embedding.norm",),
    references=("Dettmers et al. 2021, 8-bit Optimizers via Block-wise Quantization, arXiv:2110.02861",),
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
                    self.fruit = nn.Linear(8, 20, bias=False)
                    self.bark = nn.LayerNorm(8)

                def forward(self, herb):
                    fern = self.bark(self.seed(herb))
                    for tree in self.trees:
                        fern = tree(fern)
                    return self.fruit(fern)
            """,
            {"embedding.norm": True},
            inputs={"herb": ("int64", (2, 7))},
        ),
    ),
)
