"""Attention scores that nothing scales before the softmax.

No factor reaches the scores, neither on queries or keys nor inside the attention call, be it a constant other than one,
learned, or one that a configuration field gives. A norm on queries and keys bounds the scores in its own way and is no
factor.

*Why it matters*: dot products grow with the size of a head. Some models make up for it in their initialisation or by
norms; a port that adds the usual factor, or a kernel that applies it by default, breaks them.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, Term, at, attentions, origin_of, per_stack


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, _each(query))


def _each(query: Query) -> Iterable[Match]:
    for attention in query.facts(attentions):
        factor = attention.factor
        bare = not any(map(_scales, factor.terms)) and not factor.variables and not factor.mixed
        if query.because("no factor reaches the scores", bare, attention.scores):
            evidence = (at("scores", attention.scores), at("softmax", attention.softmax))
            message = "nothing scales the attention scores before the softmax"
            yield Match(True, evidence, module=attention.module, message=message)


def _scales(term: Term) -> bool:
    origin = origin_of(term.number)
    return term.value != 1 or bool(origin and origin.fields)


_CODE = """
import torch
from torch import nn


class Ivy(nn.Module):
    def __init__(self):
        super().__init__()
        self.oak = nn.Linear(32, 96)
        self.ash = nn.Linear(32, 32)

    def forward(self, fern):
        moss, reed, rush = self.oak(fern).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        mist = torch.softmax(moss @ reed.transpose(-1, -2), dim=-1)
        return self.ash((mist @ rush).transpose(1, 2).reshape(2, 7, 32))
"""
_SCALED = _CODE.replace("moss @ reed", "(moss * 8**-0.5) @ reed")
_INPUTS = {"fern": ("float32", (2, 7, 32))}

RULE = Rule(
    "HAZ006",
    "unscaled-attention",
    check,
    kind="hazard",
    severity="info",
    references=(
        "Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762",
        "Raffel et al. 2020, Exploring the Limits of Transfer Learning with T5, arXiv:1910.10683",
    ),
    examples=(
        Example(_CODE, {"unscaled-attention": True}, inputs=_INPUTS),
        Example(_SCALED, {"unscaled-attention": None}, inputs=_INPUTS),
    ),
)
