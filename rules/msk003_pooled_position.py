"""The position whose vector stands for the whole sequence, and what it assumes of padding.

``first`` and ``last`` are picked by number, whatever stands there; ``last_unpadded`` is looked up from a mask, a length
or the padding token; ``marker`` is where a certain token stands (the end of a text).

*Why it matters*: ``last`` is right only for rows that are padded on the left or not at all, ``first`` only for rows
that are padded on the right. A batch padded on the other side is classified by its padding, without any error.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, at, poolings, unknown

REASON = "the position is looked up, by arithmetic that follows no known form"


def check(query: Query) -> Iterable[Match]:
    for one in query.facts(poolings):
        place = at("position picked", one.op)
        if one.which is None:
            yield unknown(REASON, place, module=one.stack.pattern)
        else:
            yield Match(one.which.value, (place,), module=one.stack.pattern)


_CODE = """
import torch
from torch import nn


class Ivy(nn.Module):
    def __init__(self):
        super().__init__()
        self.elm = nn.LayerNorm(8)
        self.oak = nn.Linear(8, 8)

    def forward(self, dew):
        return dew + self.oak(self.elm(dew))


class Fern(nn.Module):
    def __init__(self):
        super().__init__()
        self.seed = nn.Embedding(20, 8)
        self.trees = nn.ModuleList([Ivy() for _ in range(2)])
        self.moss = nn.LayerNorm(8)
        self.ash = nn.Linear(8, 3)

    def forward(self, input_ids):
        dew = self.seed(input_ids)
        for tree in self.trees:
            dew = tree(dew)
        return PICK
"""
_TRAIT = "masking.pooled_position"
_PICKED = {
    "self.ash(self.moss(dew)[:, 0])": "first",
    "self.ash(self.moss(dew))[:, -1, :]": "last",
    "self.moss(dew)[torch.arange(2), (torch.arange(7) * (input_ids != 3)).argmax(-1)]": "last_unpadded",
    "self.ash(dew)[torch.arange(2), torch.eq(input_ids, 3).int().argmax(-1) - 1]": "last_unpadded",
    "self.ash(self.moss(dew)[torch.arange(2), (input_ids == 3).int().argmax(dim=-1)])": "marker",
    "self.ash(self.moss(dew).mean(1))": None,
    "self.ash(self.moss(dew)[:, 2:])": None,
}

RULE = Rule(
    "MSK003",
    "pooled-position",
    check,
    traits=(_TRAIT,),
    references=("Devlin et al. 2019, BERT, arXiv:1810.04805",),
    examples=tuple(Example(_CODE.replace("PICK", code), {_TRAIT: value}) for code, value in _PICKED.items()),
)
