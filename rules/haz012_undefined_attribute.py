"""A method that reads an attribute which nothing gives its object.

``self.name`` is read in a method of one of the model's classes, and no constructor, no class of its ancestry and no
other code in their files assigns or defines that name.

*Why it matters*: the method raises as soon as it runs. Such code is left over from another class, or an option of the
configuration was never tried.
"""

from collections.abc import Iterable

from analyzer.rule import Match, Query, Rule, at, block_example


def check(query: Query) -> Iterable[Match]:
    for read in query.model.usage.undefined:
        message = f"{read.class_name} reads self.{read.name}, which nothing gives it"
        yield Match(True, (at("read", read.span),), module=read.module, message=message)


_UNDEFINED = block_example(
    "self.up = nn.Linear(8, 8)",
    "return self.other(x) if x.dim() == 1 else self.up(x)",
    class_body="""
    def other(self, x):
        return self.down(x)
    """,
    finds=True,
)

_EXAMPLES = (_UNDEFINED, _UNDEFINED.changed("self.up = nn", "self.up = self.down = nn", finds=None))

RULE = Rule("HAZ012", "undefined-attribute", check, kind="hazard", severity="warning", examples=_EXAMPLES)
