"""A schedule of layers in the configuration that the model's code does not look at.

The field holds one word for each layer, not the same for all, and neither the model nor its layers read it.

*Why it matters*: the schedule promises layers of different kinds, and the code builds all of them alike.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, ignored_schedules


def check(query: Query) -> Iterable[Match]:
    for field, words in query.facts(ignored_schedules):
        message = f"config.{field.name} distinguishes {', '.join(words)}, and the model's code never looks at it"
        yield Match(True, (at("declaration", field.span),), message=message)


_CODE = """
from torch import nn


class FernConfig:
    def __init__(self, moss=8, reed=None):
        self.moss = moss
        self.reed = reed or ["far", "near", "far"]


class Ivy(nn.Module):
    def __init__(self, config, rush):
        super().__init__()
        self.oak = nn.Linear(config.moss, config.moss, bias=SWITCH)

    def forward(self, dew):
        return dew + self.oak(dew)


class Fern(nn.Module):
    def __init__(self, config: FernConfig):
        super().__init__()
        self.trees = nn.ModuleList([Ivy(config, rush) for rush in range(3)])

    def forward(self, dew):
        for tree in self.trees:
            dew = tree(dew)
        return dew
"""
_INPUTS = {"dew": ("float32", (2, 7, 8))}

RULE = Rule(
    "HAZ011",
    "ignored-schedule",
    check,
    kind="hazard",
    severity="warning",
    stage="preview",
    examples=(
        Example(_CODE.replace("SWITCH", "True"), {"ignored-schedule": True}, inputs=_INPUTS),
        Example(_CODE.replace("SWITCH", 'config.reed[rush] == "far"'), {"ignored-schedule": None}, inputs=_INPUTS),
    ),
)
