"""Whether the logits are capped by a tanh.

``bound * tanh(logits / bound)``, whichever way the two factors are written.

*Why it matters*: without the cap the highest logits, and so the sampled text at low temperature, differ.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Head, Match, Query, Rule, at, heads, skipped


def check(query: Query) -> Iterable[Match]:
    for head in query.facts(heads):
        yield _match(query, head)


def _match(query: Query, head: Head) -> Match:
    place = at("projection to the output", head.linear)
    if head.softcap is None:
        switches = skipped(query, head.linear, head.result)
        return Match("none", (place,), module=head.linear.module, depends_on=switches)
    return Match(head.softcap.bound, (place, at("cap", head.softcap.tanh)), module=head.linear.module)


RULE = Rule(
    "LOG001",
    "logits-softcap",
    check,
    traits=("logits.softcap",),
    references=("Gemma Team 2024, Gemma 2: Improving Open Language Models at a Practical Size, arXiv:2408.00118",),
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
                    return 30.0 * torch.tanh(self.fruit(fern) / 30.0)
            """,
            {"logits.softcap": 30.0},
            inputs={"herb": ("int64", (2, 7))},
        ),
    ),
)
