"""A schedule of layers in the configuration that the model's code does not look at.

The field holds one word for each layer, not the same for all, and neither the model nor its layers read it.

*Why it matters*: the schedule promises layers of different kinds, and the code builds all of them alike.
"""

from collections.abc import Iterable

from analyzer.rule import Match, Query, Rule, at, ignored_schedules, model_example


def check(query: Query) -> Iterable[Match]:
    for field, words in query.facts(ignored_schedules):
        message = f"config.{field.name} distinguishes {', '.join(words)}, and the model's code never looks at it"
        yield Match(True, (at("declaration", field.span),), message=message)


_IGNORED = model_example(
    "self.up = nn.Linear(config.width, config.width, bias=index >= 0)",
    "return x + self.up(x)",
    fields={"width": 8, "kinds": ["far", "near", "far"]},
    layers=3,
    finds=True,
)

_EXAMPLES = (_IGNORED, _IGNORED.changed("index >= 0", 'config.kinds[index] == "far"', finds=None))

RULE = Rule("HAZ011", "ignored-schedule", check, kind="hazard", severity="warning", stage="preview", examples=_EXAMPLES)
