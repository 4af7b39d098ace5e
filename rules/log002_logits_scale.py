"""The constant factor on the logits, on the head's input or its result.

The value is what the logits are multiplied by; the message says which operator the code uses. A factor of one under
the analysed configuration is *none*, and depends on the field that sets it.

*Why it matters*: multiplying where the original divides is the classic mistake in ports of models with scaled logits.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Head, Match, Query, Rule, Scale, at, fields_of, heads, origin_of, product, unknown


def check(query: Query) -> Iterable[Match]:
    for head in query.facts(heads):
        yield _match(head)


def _match(head: Head) -> Match:
    place = at("projection to the output", head.linear)
    if head.unread is not None:
        reason = "the factor is a number that the code does not show"
        return unknown(reason, place, at("factor", head.unread), module=head.linear.module)
    value = product(head.scales)
    return Match(
        "none" if value == 1 else value,
        (place, *(at("factor", scale.op, scale.value) for scale in head.scales)),
        module=head.linear.module,
        depends_on=fields_of(value),
        message="; ".join(map(_operator, head.scales)) or None,
    )


def _operator(scale: Scale) -> str:
    written = f" ← {origin.expression}" if (origin := origin_of(scale.value)) else ""
    return f"{'divided' if scale.divides else 'multiplied'} by {scale.value}{written}"


RULE = Rule(
    "LOG002",
    "logits-scale",
    check,
    traits=("logits.scale",),
    references=("Yang et al. 2022, Tensor Programs V: Tuning Large Neural Networks, arXiv:2203.03466",),
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
                    return self.fruit(fern) / 16.0
            """,
            {"logits.scale": 0.0625},
            inputs={"herb": ("int64", (2, 7))},
        ),
        Example(
            """
            from torch import nn


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.LayerNorm(8)
                    self.fruit = nn.Linear(8, 5)
                    self.berry = nn.Linear(8, 5)

                def forward(self, fern):
                    fern = self.oak(fern)
                    return (self.fruit(fern[:, 0]) + self.berry(fern[:, 1])) / 2
            """,
            {"logits.scale": 0.5},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
    ),
)
