"""A norm with an epsilon of its own where its siblings in the same layers read theirs from the configuration.

Norms of one kind inside the layers of one stack are compared. Where some take epsilon from a configuration field and
another has a number written in the code, the field does not reach that one.

*Why it matters*: a checkpoint's configuration then sets the epsilon of some norms only; a port that uses the field for
all of them drifts on inputs of small variance.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Norm, Query, Rule, at, layers_with, norms, origin_of, per_stack, plain, stacks


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, _each(query))


def _each(query: Query) -> Iterable[Match]:
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
    evidence = (
        at("epsilon", norm.statistic.guard or norm.core),
        at("sibling", sibling.statistic.guard or sibling.core),
    )
    message = f"epsilon is {plain(norm.statistic.eps)} here, siblings read {_field(sibling)}"
    return Match(True, evidence, module=norm.module, message=message)


def _field(norm: Norm) -> str:
    origin = origin_of(norm.statistic.eps)
    return ", ".join(sorted(origin.fields)) if origin else ""


def _is_constant(norm: Norm) -> bool:
    origin = origin_of(norm.statistic.eps)
    return origin is None or not origin.fields


_CODE = """
from torch import nn


class FernConfig:
    def __init__(self, moss=8, reed=1e-6):
        self.moss = moss
        self.reed = reed


class Ivy(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.elm = nn.LayerNorm(config.moss, eps=config.reed)
        self.ash = nn.LayerNorm(config.moss)
        self.oak = nn.Linear(config.moss, config.moss)
        self.fir = nn.Linear(config.moss, config.moss)

    def forward(self, dew):
        dew = dew + self.oak(self.elm(dew))
        return dew + self.fir(self.ash(dew))


class Fern(nn.Module):
    def __init__(self, config: FernConfig):
        super().__init__()
        self.trees = nn.ModuleList([Ivy(config) for _ in range(2)])

    def forward(self, dew):
        for tree in self.trees:
            dew = tree(dew)
        return dew
"""
_ALL_READ = _CODE.replace("self.ash = nn.LayerNorm(config.moss)", "self.ash = nn.LayerNorm(config.moss, config.reed)")
_INPUTS = {"dew": ("float32", (2, 7, 8))}

RULE = Rule(
    "HAZ003",
    "hard-coded-epsilon",
    check,
    kind="hazard",
    severity="warning",
    confidence="medium",
    references=("Zhang, Sennrich 2019, Root Mean Square Layer Normalization, arXiv:1910.07467",),
    examples=(
        Example(_CODE, {"hard-coded-epsilon": True}, inputs=_INPUTS),
        Example(_ALL_READ, {"hard-coded-epsilon": None}, inputs=_INPUTS),
    ),
)
