"""A configuration field that is declared and read by no code of the model.

The field was not read while the model was constructed and called, and its name occurs as an attribute, as a string or
(in configuration files) as a plain name in no file of the model's folder, of what that imports, or of the library
around it. A module without a configuration class has the parameters of its constructor for fields; those it may also
read as a plain name.

*Why it matters*: whoever sets the field believes that it changes the model. A port that honours it, or a paper that
quotes it, describes another model than the code builds.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, block_example, own_fields, unread_fields


def check(query: Query) -> Iterable[Match]:
    unread = query.facts(unread_fields)
    for field in query.facts(own_fields):
        if query.because("no code reads the field", field in unread):
            message = f"config.{field.name} is declared and read by no code of the model"
            yield Match(True, (at("declaration", field.span),), message=message)


_INIT = "self.up, self.config = nn.Linear(config.width, config.width), config"
_FIELDS = {"width": 8, "depth": 3}
_READ_BY_ANOTHER_METHOD = """
def scaled(self, x):
    return x * self.config.depth
"""

_PARAMETERS = Example(
    """
import torch
from torch import nn


class Scaled(nn.Module):
    def __init__(self, width=8, depth=3):
        super().__init__()
        self.up = nn.Linear(width, width)

    def forward(self, x):
        return self.up(x)
""",
    expected={"unread-config-field": True},
    inputs={"x": ("float32", (2, 7, 8))},
)

_EXAMPLES = (
    block_example(_INIT, "return self.up(x)", fields=_FIELDS, finds=True),
    block_example(_INIT, "return self.up(x)", fields=_FIELDS, class_body=_READ_BY_ANOTHER_METHOD, finds=None),
    _PARAMETERS,
    _PARAMETERS.changed(", depth=3", "", finds=None),
)

RULE = Rule("HAZ001", "unread-config-field", check, kind="hazard", severity="warning", examples=_EXAMPLES)
