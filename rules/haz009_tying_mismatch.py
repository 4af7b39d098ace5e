"""A declaration of shared parameters that names a parameter which the model does not have.

The class says which parameters share one tensor, by name or pattern; here one of the names fits no parameter.

*Why it matters*: nothing is shared where sharing was meant, or building the model fails as soon as the configuration
asks for it. A renamed module is the usual cause.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, unmatched_claims


def check(query: Query) -> Iterable[Match]:
    for claim, word in query.facts(unmatched_claims):
        message = f"the class declares that {word} is shared, and the model has no such parameter"
        yield Match(True, (at("declaration", claim.span),), module=claim.module, message=message)


_CODE = """
from torch import nn


class Fern(nn.Module):
    _tied_weights_keys = {"oak.weight": "ash.weight"}

    def __init__(self):
        super().__init__()
        self.ash = nn.Embedding(32, 8)
        self.oak = nn.Linear(8, 32, bias=False)

    def forward(self, dew):
        return self.oak(self.ash(dew))
"""
_INPUTS = {"dew": ("int64", (2, 7))}

RULE = Rule(
    "HAZ009",
    "tying-mismatch",
    check,
    kind="hazard",
    severity="warning",
    stage="preview",
    references=("Press, Wolf 2017, Using the Output Embedding to Improve Language Models, arXiv:1608.05859",),
    examples=(
        Example(_CODE.replace("ash.weight", "moss.weight"), {"tying-mismatch": True}, inputs=_INPUTS),
        Example(_CODE, {"tying-mismatch": None}, inputs=_INPUTS),
    ),
)
