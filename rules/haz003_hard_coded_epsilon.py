"""A norm with an epsilon of its own where its siblings in the same layers read theirs from the configuration.

Norms of one kind inside the layers of one stack are compared. Where some take epsilon from a configuration field and
another has a number written in the code, the field does not reach that one.

*Why it matters*: a checkpoint's configuration then sets the epsilon of some norms only; a port that uses the field for
all of them drifts on inputs of small variance.
"""

from collections.abc import Iterable
from dataclasses import replace

from analyzer.rule import (
    Match,
    Norm,
    Query,
    Rule,
    at,
    layers_with,
    model_example,
    norms,
    origin_of,
    per_stack,
    plain,
    stacks,
)


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, _matches(query))


def _matches(query: Query) -> Iterable[Match]:
    found = [norm for norm in query.facts(norms) if norm.statistic.eps is not None]
    for stack in query.facts(stacks):
        inside = [norm for norm in found if layers_with(stack, [norm.module])]
        configured = [norm for norm in inside if _field(norm)]
        for norm in inside:
            siblings = [other for other in configured if other.kind is norm.kind]
            hard = query.because("epsilon is a number in the code", _is_constant(norm), norm.core)
            if hard and query.because("siblings read it from the configuration", bool(siblings), norm.core):
                yield _match(norm, siblings[0])


def _match(norm: Norm, sibling: Norm) -> Match:
    other = at("sibling", sibling.statistic.guard or sibling.core, sibling.statistic.eps)
    # The sibling's number is shown, but what it is decides nothing.
    evidence = (
        at("epsilon", norm.statistic.guard or norm.core, norm.statistic.eps),
        replace(other, fields=frozenset()),
    )
    message = f"epsilon is {plain(norm.statistic.eps)} here, siblings read {_field(sibling)}"
    return Match(True, evidence, module=norm.module, message=message)


def _field(norm: Norm) -> str:
    origin = origin_of(norm.statistic.eps)
    return ", ".join(sorted(origin.fields)) if origin else ""


def _is_constant(norm: Norm) -> bool:
    origin = origin_of(norm.statistic.eps)
    return origin is None or not origin.fields


_HARD_CODED = model_example(
    """
    self.norm, self.second_norm = nn.LayerNorm(config.width, eps=config.eps), nn.LayerNorm(config.width)
    self.up, self.second_up = nn.Linear(config.width, config.width), nn.Linear(config.width, config.width)
    """,
    """
    x = x + self.up(self.norm(x))
    return x + self.second_up(self.second_norm(x))
    """,
    fields={"width": 8, "eps": 1e-6},
    finds=True,
)

_REFERENCES = ("Zhang, Sennrich 2019, Root Mean Square Layer Normalization, arXiv:1910.07467",)
_EXAMPLES = (
    _HARD_CODED,
    _HARD_CODED.changed("nn.LayerNorm(config.width)", "nn.LayerNorm(config.width, config.eps)", finds=None),
)

RULE = Rule(
    "HAZ003",
    "hard-coded-epsilon",
    check,
    kind="hazard",
    severity="warning",
    confidence="medium",
    references=_REFERENCES,
    examples=_EXAMPLES,
)
