"""Whether the token table and the output head share their weights.

True where both operations read one parameter, or where the class ties the two under the analysed configuration.

*Why it matters*: a tied head is missing from the checkpoint, and the number of parameters differs by the size of the
vocabulary times the width.
"""

from collections.abc import Iterable

from analyzer.rule import Embedding, Example, Head, Match, Query, Rule, at, embeddings, heads, per_stack, tying_fields


def check(query: Query) -> Iterable[Match]:
    pairs = [(head, found) for head in query.facts(heads) for found in query.facts(embeddings) if head.to_vocabulary]
    yield from per_stack(query, [match for pair in pairs if (match := _match(query, *pair))])


def _match(query: Query, head: Head, found: Embedding) -> Match | None:
    if head.weight is None or found.table is None:
        return None
    tied = query.model.tied
    names = {tied.get(one.name, one.name) for one in (head.weight, found.table)}
    places = at("token lookup", found.lookup), at("projection to the vocabulary", head.linear)
    return Match(len(names) == 1, places, module=head.linear.module, depends_on=tying_fields(query))


RULE = Rule(
    "EMB003",
    "embedding-tied",
    check,
    traits=("embedding.tied",),
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
                    self.fruit = nn.Linear(8, 20, bias=False)
                    self.fruit.weight = self.seed.weight

                def forward(self, herb):
                    fern = self.seed(herb)
                    for tree in self.trees:
                        fern = tree(fern)
                    return self.fruit(fern)
            """,
            {"embedding.tied": True},
            inputs={"herb": ("int64", (2, 7))},
        ),
    ),
)
