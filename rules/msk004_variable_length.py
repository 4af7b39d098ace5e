"""Sequences of different lengths in one row without padding, and what keeps them apart.

In all layers of the stack a token sees only those of its own sequence. ``positions``: a sequence ends where the
positions that the caller gives start again; ``groups``: an input (lengths, segment ids, grids) says which tokens belong
together. For the first the model is built once more and called with positions and without a cache, as in training on
packed rows. Nothing is said of stacks in which some layer mixes positions in another way, or is not known to keep them
apart.

*Why it matters*: a model without this lets packed sequences see each other, and trains on the wrong thing silently.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, Separator, at, packings


def check(query: Query) -> Iterable[Match]:
    messages = {
        Separator.POSITIONS: "sequences that are packed in one row are kept apart where their positions start again",
        Separator.GROUPS: "an input says which tokens of a row belong together",
    }
    for one in query.facts(packings):
        place = at("belongs together", one.op.span)
        yield Match(one.by.value, (place,), module=one.stack.pattern, message=messages[one.by])


_CODE = """
import torch
from torch import nn


class Ivy(nn.Module):
    def __init__(self):
        super().__init__()
        self.elm = nn.LayerNorm(32)
        self.oak = nn.Linear(32, 96)
        self.ash = nn.Linear(32, 32)

    def forward(self, dew, seen):
        moss, reed, rush = self.oak(self.elm(dew)).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        mist = (moss @ reed.mT * 8**-0.5).masked_fill(~seen[:, None], -1e9).softmax(-1)
        return dew + self.ash((mist @ rush).transpose(1, 2).flatten(2))


class Fern(nn.Module):
    def __init__(self):
        super().__init__()
        self.seed = nn.Embedding(20, 32)
        self.trees = nn.ModuleList([Ivy() for _ in range(2)])

    def forward(self, input_ids, position_ids=None):
        seen = torch.ones(2, 7, 7).tril().bool()
        PART
        dew = self.seed(input_ids)
        for tree in self.trees:
            dew = tree(dew, seen)
        return dew
"""
_APART = """
        if position_ids is not None:
            own = (position_ids == 0).cumsum(-1)
            seen = seen & (own[:, :, None] == own[:, None, :])"""
_TRAIT = "masking.variable_length"

RULE = Rule(
    "MSK004",
    "variable-length",
    check,
    traits=(_TRAIT,),
    references=("Krell et al. 2021, Efficient Sequence Packing without Cross-contamination, arXiv:2107.02027",),
    examples=(
        Example(_CODE.replace("PART", _APART.strip()), {_TRAIT: "positions"}),
        Example(_CODE.replace("PART", ""), {_TRAIT: None}),
    ),
)
