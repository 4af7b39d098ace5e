"""Attention scores that are divided by the root of the head's size twice.

Several separate factors reach the scores, together the usual one squared (or cubed): the inverse square root on the
queries and once more inside the attention call, for instance, or its halves on queries and keys besides. One factor
alone that is the inverse of the size is meant to be.

*Why it matters*: the model trains and loads, but its attention is flatter than it was meant to be.
"""

from collections.abc import Iterable
from math import isclose

from analyzer.rule import Example, Match, Query, Rule, at, attentions, per_stack


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, _each(query))


def _each(query: Query) -> Iterable[Match]:
    for attention in query.facts(attentions):
        scales = [term for term in attention.factor.terms if term.value != 1]
        again = any(_is(attention.factor.value, attention.inverse_root**power) for power in (2, 3))
        if query.because("several factors together are the usual one more than once", len(scales) > 1 and again):
            evidence = tuple(at("factor", term.op, term.number) for term in scales)
            yield Match(True, evidence, module=attention.module, message="the attention scores are scaled twice")


def _is(value: float | None, wanted: float) -> bool:
    return value is not None and isclose(value, wanted, rel_tol=1e-6)


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
        mist = nn.functional.scaled_dot_product_attention(moss * 8**-0.5, reed, rush)
        return self.ash(mist.transpose(1, 2).reshape(2, 7, 32))
"""
_INPUTS = {"fern": ("float32", (2, 7, 32))}

RULE = Rule(
    "HAZ007",
    "scaled-twice",
    check,
    kind="hazard",
    severity="warning",
    stage="preview",
    references=("Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762",),
    examples=(
        Example(_CODE, {"scaled-twice": True}, inputs=_INPUTS),
        Example(
            _CODE.replace("moss * 8**-0.5, reed,", "moss * 8**-0.25, reed * 8**-0.25,"),
            {"scaled-twice": True},
            inputs=_INPUTS,
        ),
        Example(_CODE.replace("reed, rush)", "reed, rush, scale=1.0)"), {"scaled-twice": None}, inputs=_INPUTS),
    ),
)
