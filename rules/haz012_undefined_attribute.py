"""A method that reads an attribute which nothing gives its object.

``self.name`` is read in a method of one of the model's classes, and no constructor, no class of its ancestry and no
other code in their files assigns or defines that name.

*Why it matters*: the method raises as soon as it runs. Such code is left over from another class, or an option of the
configuration was never tried.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at


def check(query: Query) -> Iterable[Match]:
    for read in query.model.usage.undefined:
        message = f"{read.class_name} reads self.{read.name}, which nothing gives it"
        yield Match(True, (at("read", read.span),), module=read.module, message=message)


_CODE = """
from torch import nn


class Fern(nn.Module):
    def __init__(self):
        super().__init__()
        self.oak = nn.Linear(8, 8)

    def forward(self, dew):
        return self.bend(dew) if dew.dim() == 1 else self.oak(dew)

    def bend(self, dew):
        return self.ash(dew)
"""
_GIVEN = _CODE.replace("self.oak = nn.Linear(8, 8)", "self.oak = self.ash = nn.Linear(8, 8)")
_INPUTS = {"dew": ("float32", (2, 7, 8))}

RULE = Rule(
    "HAZ012",
    "undefined-attribute",
    check,
    kind="hazard",
    severity="warning",
    examples=(
        Example(_CODE, {"undefined-attribute": True}, inputs=_INPUTS),
        Example(_GIVEN, {"undefined-attribute": None}, inputs=_INPUTS),
    ),
)
