"""A parameter that is constructed and that no forward call can read.

The traced call, which was followed to its end, did not read it, and the attribute that holds it is read nowhere in the
files of the model's classes.

*Why it matters*: it takes memory and a place in every checkpoint, receives no gradient (which distributed training
reports as an error), and suggests a computation that does not happen.
"""

from collections.abc import Iterable

from analyzer.rule import Match, Query, Rule, Unused, at, block_example, for_each, unused_parameters


@for_each(unused_parameters)
def check(query: Query, unused: Unused) -> Iterable[Match]:
    message = f"{unused.attribute} is constructed and read by no code"
    yield Match(True, (at("construction", unused.span),), module=unused.path, message=message)


_INIT = "self.up, self.down = nn.Linear(8, 8), nn.Linear(8, 8)"
_READ_BY_ANOTHER_METHOD = """
def other(self, x):
    return self.down(x)
"""

_EXAMPLES = (
    block_example(_INIT, "return self.up(x)", finds=True),
    block_example(_INIT, "return self.up(x)", class_body=_READ_BY_ANOTHER_METHOD, finds=None),
)

RULE = Rule("HAZ010", "unused-parameter", check, kind="hazard", severity="warning", examples=_EXAMPLES)
