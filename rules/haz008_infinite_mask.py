"""Scores that are masked with minus infinity by a mask that the input decides.

The mask is computed from an input (token ids, a padding mask), so that it may hide every key of a row. The softmax of
such a row is not a number, unless something after it replaces that. Where the analysed call leaves out masks that
``forward`` takes, the model is built once more and called with them.

*Why it matters*: one padded row poisons the gradients of the whole batch. A finite minimum, as most models use, gives a
harmless uniform row instead.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, attentions, calls_with_masks, infinite_mask, per_stack


def check(query: Query) -> Iterable[Match]:
    found: dict[str, Match] = {}
    for call in calls_with_masks(query):
        for match in per_stack(call, _each(call)):
            found.setdefault(match.module, match)
    yield from found.values()


def _each(query: Query) -> Iterable[Match]:
    for attention in query.facts(attentions):
        mask = infinite_mask(query, attention)
        if not query.because("scores are masked with minus infinity", mask is not None, attention.softmax) or not mask:
            continue
        decided = query.because("the input decides what is masked", mask.from_input, mask.op)
        if decided and query.because("nothing replaces undefined weights", not mask.guarded, attention.softmax):
            evidence = (at("mask", mask.op.span), at("softmax", attention.softmax.span))
            message = "a row whose keys are all masked gives weights that are not numbers"
            yield Match(True, evidence, module=attention.module, message=message)


_CODE = """
import torch
from torch import nn


class Ivy(nn.Module):
    def __init__(self):
        super().__init__()
        self.oak = nn.Linear(32, 96)
        self.ash = nn.Linear(32, 32)

    def forward(self, fern, haze):
        moss, reed, rush = self.oak(fern).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        dew = moss @ reed.transpose(-1, -2) * 8**-0.5
        dew = dew.masked_fill(haze[:, None, None, :] == 0, float("-inf"))
        mist = torch.softmax(dew, dim=-1)
        return self.ash((mist @ rush).transpose(1, 2).reshape(2, 7, 32))
"""
_FINITE = _CODE.replace('float("-inf")', "torch.finfo(dew.dtype).min")
_OPTIONAL = """
import math

from torch import nn


class Ivy(nn.Module):
    def __init__(self):
        super().__init__()
        self.seed = nn.Embedding(20, 32)
        self.oak = nn.Linear(32, 96)
        self.ash = nn.Linear(32, 32)

    def forward(self, input_ids, attention_mask=None):
        moss, reed, rush = self.oak(self.seed(input_ids)).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        dew = moss @ reed.mT * 8**-0.5
        if attention_mask is not None:
            dew = dew.masked_fill(attention_mask[:, None, None, :] == 0, -math.inf)
        return self.ash((dew.softmax(-1) @ rush).transpose(1, 2).flatten(2))
"""
_INPUTS = {"fern": ("float32", (2, 7, 32)), "haze": ("int64", (2, 7))}

RULE = Rule(
    "HAZ008",
    "infinite-mask",
    check,
    kind="hazard",
    severity="warning",
    confidence="medium",
    examples=(
        Example(_CODE, {"infinite-mask": True}, inputs=_INPUTS),
        Example(_FINITE, {"infinite-mask": None}, inputs=_INPUTS),
        Example(_OPTIONAL, {"infinite-mask": True}),
        Example(_OPTIONAL.replace("-math.inf", "-1e9"), {"infinite-mask": None}),
    ),
)
