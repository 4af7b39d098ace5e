"""Whether the logits are cast to float32.

*Why it matters*: softmax over a large vocabulary in half precision loses the tail, and evaluation scores with it.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, heads


def check(query: Query) -> Iterable[Match]:
    for head in query.facts(heads):
        cast = [at("cast to float32", head.upcast)] if head.upcast else []
        evidence = (at("projection to the output", head.linear), *cast)
        yield Match("float32" if cast else "model", evidence, module=head.linear.module)


RULE = Rule(
    "LOG004",
    "logits-dtype",
    check,
    traits=("logits.dtype",),
    references=("Micikevicius et al. 2017, Mixed Precision Training, arXiv:1710.03740",),
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

                def forward(self, herb):
                    fern = self.seed(herb)
                    for tree in self.trees:
                        fern = tree(fern)
                    return self.fruit(fern).float()
            """,
            {"logits.dtype": "float32"},
            inputs={"herb": ("int64", (2, 7))},
        ),
    ),
)
