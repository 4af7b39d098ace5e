"""A block marked as a copy that differs from its original.

``# Copied from X with A->B`` stands above a class, a method or a function, and its code is not that of X after the
replacements. Comments, annotations, decorators and formatting do not count, nor does what ``# Ignore copy`` excepts
(members below it, or with it in their body). A mark with words before it ("TODO: use modular - Copied from X") is only
a note.

*Why it matters*: the mark says that a correction of the original reaches the copy. Where the two differ it does
not, and a reader takes the one for the other.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, drifted_copies


def check(query: Query) -> Iterable[Match]:
    for one in query.facts(drifted_copies):
        message = f"{one.name} differs from {one.original_name}, of which it is marked to be a copy: {one.difference}"
        yield Match(True, (at("code", one.own), at("original", one.original)), message=message)


_ORIGINAL = """
class Oak(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(8, 8)

    def forward(self, x):
        return x + self.up(x)
"""
_MARKED = "# Copied from modeling_example.Oak with Oak->Fern" + _ORIGINAL.replace("Oak", "Fern")
_DRIFTED = Example(
    f"from torch import nn\n\n{_ORIGINAL}\n\n{_MARKED.replace('x + self.up(x)', 'x - self.up(x)')}",
    {"copy-drifted": True},
    inputs={"x": ("float32", (2, 7, 8))},
    textual=True,
)
_EXAMPLES = (_DRIFTED, _DRIFTED.changed("x - self.up(x)", "x + self.up(x)  # the same", finds=None))

RULE = Rule("HAZ014", "copy-drifted", check, kind="hazard", severity="warning", examples=_EXAMPLES)
