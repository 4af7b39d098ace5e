"""A parameter that is constructed and that no forward call can read.

The traced call, which was followed to its end, did not read it, and the attribute that holds it is read nowhere in the
files of the model's classes.

*Why it matters*: it takes memory and a place in every checkpoint, receives no gradient (which distributed training
reports as an error), and suggests a computation that does not happen.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, per_stack, unused_parameters


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, _each(query))


def _each(query: Query) -> Iterable[Match]:
    for one in query.facts(unused_parameters):
        message = f"{one.attribute} is constructed and read by no code"
        yield Match(True, (at("construction", one.span),), module=one.path, message=message)


_CODE = """
from torch import nn


class Fern(nn.Module):
    def __init__(self):
        super().__init__()
        self.oak = nn.Linear(8, 8)
        self.ash = nn.Linear(8, 8)

    def forward(self, dew):
        return self.oak(dew)
"""
_READ_WHEN_ASKED = (
    _CODE
    + """
    def bend(self, dew):
        return self.ash(dew)
"""
)
_INPUTS = {"dew": ("float32", (2, 7, 8))}

RULE = Rule(
    "HAZ010",
    "unused-parameter",
    check,
    kind="hazard",
    severity="warning",
    examples=(
        Example(_CODE, {"unused-parameter": True}, inputs=_INPUTS),
        Example(_READ_WHEN_ASKED, {"unused-parameter": None}, inputs=_INPUTS),
    ),
)
