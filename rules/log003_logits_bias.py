"""Whether the output head adds a bias.

*Why it matters*: a bias of the size of the vocabulary is easily lost in conversion, and shifts every probability.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, asked, at, heads


def check(query: Query) -> Iterable[Match]:
    for head in query.facts(heads):
        evidence = (at("projection to the output", head.linear), *([at("bias", head.bias)] if head.bias else []))
        switches = asked(query, [head.linear])
        yield Match(head.bias is not None, evidence, module=head.linear.module, depends_on=switches)


RULE = Rule(
    "LOG003",
    "logits-bias",
    check,
    traits=("logits.bias",),
    references=("Press, Wolf 2016, Using the Output Embedding to Improve Language Models, arXiv:1608.05859",),
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
                    self.fruit = nn.Linear(8, 20)

                def forward(self, herb):
                    fern = self.seed(herb)
                    for tree in self.trees:
                        fern = tree(fern)
                    return self.fruit(fern)
            """,
            {"logits.bias": True},
            inputs={"herb": ("int64", (2, 7))},
        ),
    ),
)
