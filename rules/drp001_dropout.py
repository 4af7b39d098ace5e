"""Dropout outside of the attention weights: on branches, on embedded tokens, inside feed-forward parts.

The place is told by what the dropout lies between: the end of a residual branch, the way from the embedding to the
first layer, the inside of a branch, or what follows the last layer. The number is the probability in training.

*Why it matters*: papers give one number where code has four, and training runs that are reproduced with the wrong
ones do not match.
"""

from collections.abc import Iterable

from analyzer.rule import Dropout, DropoutPlace, Example, Match, Query, Rule, at, dropouts, per_stack


def check(query: Query) -> Iterable[Match]:
    found = [one for one in query.facts(dropouts) if one.place is not DropoutPlace.ATTENTION]
    yield from per_stack(query, map(_match, found))


def _match(found: Dropout) -> Match:
    place = at("dropout", found.op, *found.op.arguments.values())
    return Match(found.probability, (place,), module=found.module, trait=f"dropout.{found.place.value}")


RULE = Rule(
    "DRP001",
    "dropout",
    check,
    traits=("dropout.residual", "dropout.embedding", "dropout.feed_forward", "dropout.output"),
    references=("Srivastava et al. 2014, Dropout, JMLR 15",),
    examples=(
        Example(
            """
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.moss = nn.LayerNorm(8)
                    self.oak = nn.Linear(8, 32)
                    self.leak = nn.Dropout(0.2)
                    self.ash = nn.Linear(32, 8)
                    self.drip = nn.Dropout(0.3)

                def forward(self, fern):
                    return fern + self.drip(self.ash(self.leak(nn.functional.relu(self.oak(self.moss(fern))))))


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.seed = nn.Embedding(20, 8)
                    self.rain = nn.Dropout(0.1)
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, input_ids):
                    fern = self.rain(self.seed(input_ids))
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"dropout.embedding": 0.1, "dropout.feed_forward": 0.2, "dropout.residual": 0.3},
        ),
    ),
)
