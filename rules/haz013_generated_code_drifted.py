"""Generated code that no longer follows from its modular source.

A class of ``modular_x.py`` derives from one of another model. The class of the same name in ``modeling_x.py`` should
have that one's members, or those that the modular class states, under its own names; one of them has other code.

*Why it matters*: the file that runs was edited, or its source was, and the next generation undoes the edit or makes the
change. Until then the modular file, which is what people read and inherit from, describes another model.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, drifted_from_modular


def check(query: Query) -> Iterable[Match]:
    for one in query.facts(drifted_from_modular):
        message = f"{one.name} no longer follows from {one.original_name}: {one.difference}"
        yield Match(True, (at("code", one.own), at("original", one.original)), message=message)


_OAK = """
from torch import nn


class OakLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(8, 8)

    def forward(self, x):
        return x + self.up(x)
"""
_MODULAR = """
from .oak.modeling_oak import OakLayer


class FernLayer(OakLayer):
    pass
"""
_FOLLOWS = Example(
    _OAK.replace("Oak", "Fern"),
    {"generated-code-drifted": None},
    inputs={"x": ("float32", (2, 7, 8))},
    files={"oak/modeling_oak.py": _OAK, "modular_example.py": _MODULAR},
    textual=True,
)
_EXAMPLES = (_FOLLOWS.changed("x + self.up(x)", "x - self.up(x)", finds=True), _FOLLOWS)

RULE = Rule("HAZ013", "generated-code-drifted", check, kind="hazard", severity="warning", examples=_EXAMPLES)
