"""An activation that is fixed in the code where siblings of the same function follow the configuration.

Two feed-forward parts of one model compute the same function. One looks it up by a configuration field, the other has
it written in the code, and no field decides anything about it.

*Why it matters*: who changes the field changes a part of the model only, and a port that reads every activation from it
is right for the default and wrong for any other value. Stems, heads and adapters are the usual places.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from analyzer.rule import (
    Decision,
    FeedForward,
    Match,
    Query,
    Rule,
    at,
    block_example,
    common_path,
    feed_forwards,
    is_inside,
    parent_of,
    per_stack,
)


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, _matches(query))


def _matches(query: Query) -> Iterable[Match]:
    known = [one for one in query.facts(feed_forwards) if one.activation is not None]
    choices = _choices(query, known)
    for one in known:
        fixed = query.because("the code alone decides the activation", _is_fixed(query, one), one.activated)
        sibling = next((choice for choice in choices if choice.concerns(one)), None)
        if fixed and query.because("a sibling looks the same one up", sibling is not None, one.activated) and sibling:
            message = f"the activation is always {one.activation} here, elsewhere it follows {sibling.fields}"
            evidence = (at("activation", one.activated, built=True), at("sibling's choice", sibling.decision.span))
            yield Match(True, evidence, module=one.module, message=message)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A lookup of ``activation`` by a configuration field; ``owner`` is the module that the configuration is of."""

    activation: str
    decision: Decision
    owner: str

    @property
    def fields(self) -> str:
        return ", ".join(sorted(self.decision.fields))

    def concerns(self, part: FeedForward) -> bool:
        return part.activation == self.activation and is_inside(part.module, self.owner)


def _choices(query: Query, parts: Iterable[FeedForward]) -> list[_Choice]:
    """One for each activation and field. The field of a part's configuration concerns what is around the modules that
    read it, a field of the model's own everything."""
    found: dict[tuple[str, frozenset[str]], list[tuple[FeedForward, Decision]]] = {}
    for part in parts:
        for one in query.controls(part.activated):
            if isinstance(one.outcome, str) and part.activated.module in one.modules:
                found.setdefault((part.activation or "", one.fields), []).append((part, one))
    return [
        _Choice(activation, chosen[0][1], _owner(fields, [part.module for part, _ in chosen]))
        for (activation, fields), chosen in found.items()
    ]


def _owner(fields: Iterable[str], modules: Iterable[str]) -> str:
    nested = any(field.count(".") > 1 for field in fields)
    return parent_of(common_path(modules)) if nested else ""


def _is_fixed(query: Query, part: FeedForward) -> bool:
    """Whether no field decided anything about the activation, nor was looked up where it was made."""
    made = query.conditions.asked(parent_of(part.activated.module))
    looked_up = any(isinstance(one.outcome, str) and one.fields for one in made)
    return not looked_up and not any(one.fields for one in query.controls(part.activated))


_FIXED = block_example(
    "self.looked_up, self.fixed = LookedUp(config), Fixed()",
    "return self.fixed(self.looked_up(x))",
    fields={"activation": "relu"},
    prelude="""
    class Table(dict):
        def __getitem__(self, key):
            return super().__getitem__(key)()


    TABLE = Table(relu=nn.ReLU, silu=nn.SiLU)


    class LookedUp(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.up, self.activation, self.down = nn.Linear(8, 16), TABLE[config.activation], nn.Linear(16, 8)

        def forward(self, x):
            return x + self.down(self.activation(self.up(x)))


    class Fixed(nn.Module):
        def __init__(self):
            super().__init__()
            self.up, self.activation, self.down = nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 8)

        def forward(self, x):
            return x + self.down(self.activation(self.up(x)))
    """,
    finds=True,
)

_EXAMPLES = (
    _FIXED,
    _FIXED.changed("nn.ReLU()", "nn.GELU()", finds=None),
    _FIXED.changed("Fixed()", "LookedUp(config)", finds=None),
)

RULE = Rule(
    "HAZ015", "hard-coded-activation", check, kind="hazard", severity="info", confidence="medium", examples=_EXAMPLES
)
