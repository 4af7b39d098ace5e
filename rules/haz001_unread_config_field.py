"""A configuration field that is declared and read by no code of the model.

The field was not read while the model was constructed and called, and its name occurs as an attribute, as a string or
(in configuration files) as a plain name in no file of the model's folder, of what that imports, or of the library
around it.

*Why it matters*: whoever sets the field believes that it changes the model. A port that honours it, or a paper that
quotes it, describes another model than the code builds.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, own_fields, unread_fields


def check(query: Query) -> Iterable[Match]:
    unread = query.facts(unread_fields)
    for field in query.facts(own_fields):
        if query.because("no code reads the field", field in unread):
            message = f"config.{field.name} is declared and read by no code of the model"
            yield Match(True, (at("declaration", field.span),), message=message)


_CODE = """
from torch import nn


class FernConfig:
    def __init__(self, moss=8, reed=3):
        self.moss = moss
        self.reed = reed


class Fern(nn.Module):
    def __init__(self, config: FernConfig):
        super().__init__()
        self.oak = nn.Linear(config.moss, config.moss)
        self.config = config

    def forward(self, dew):
        return self.oak(dew)
"""
_READ_WHEN_ASKED = (
    _CODE
    + """
    def bend(self, dew):
        return dew * self.config.reed
"""
)
_INPUTS = {"dew": ("float32", (2, 7, 8))}

RULE = Rule(
    "HAZ001",
    "unread-config-field",
    check,
    kind="hazard",
    severity="warning",
    examples=(
        Example(_CODE, {"unread-config-field": True}, inputs=_INPUTS),
        Example(_READ_WHEN_ASKED, {"unread-config-field": None}, inputs=_INPUTS),
    ),
)
