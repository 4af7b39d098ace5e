"""Attention scores that are divided by the root of the head's size twice.

Two separate factors reach the scores, and each of them alone is the inverse square root of the head's size: one on the
queries and one inside the attention call, for instance.

*Why it matters*: the model trains and loads, but its attention is flatter than it was meant to be.
"""

from collections.abc import Iterable
from math import isclose

from analyzer.rule import Attention, Example, Match, Query, Rule, at, attentions, per_stack


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, _each(query))


def _each(query: Query) -> Iterable[Match]:
    for attention in query.facts(attentions):
        usual = float(attention.head_dim) ** -0.5
        scales = [term for term in attention.factor.terms if isclose(term.value, usual, rel_tol=1e-6)]
        if query.because("two factors are the usual one", len(scales) > 1 and not _undone(attention, usual)):
            evidence = tuple(at("factor", term.op, term.number) for term in scales)
            yield Match(True, evidence, module=attention.module, message="the attention scores are scaled twice")


def _undone(attention: Attention, usual: float) -> bool:
    """Whether other factors take one of the two back."""
    value = attention.factor.value
    return value is not None and not isclose(value, usual * usual, rel_tol=1e-6)


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
        Example(_CODE.replace("reed, rush)", "reed, rush, scale=1.0)"), {"scaled-twice": None}, inputs=_INPUTS),
    ),
)
