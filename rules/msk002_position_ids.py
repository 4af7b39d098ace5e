"""How the positions of tokens come about when the caller gives none.

``arange``: one after the other, whatever is padding. ``from_mask``: tokens that are not padding are counted, those that
the caller's mask keeps or those that are not the padding token. ``input``: the call needs them. Where the analysed call
leaves out a mask that ``forward`` takes, the model is built once more and called with one, so that a count of the mask
shows.

*Why it matters*: with ``arange`` the tokens of a row that is padded on the left get later positions than the same
tokens alone; with ``from_mask`` they do not. Batched generation differs from single generation exactly there.
"""

from collections.abc import Iterable

from analyzer.rule import Counted, Counting, Example, Match, Query, Rule, at, counted_positions, unknown

REASON = "the call with a mask, which may count positions in another way, could not be followed to where they are read"


def check(query: Query) -> Iterable[Match]:
    for one in query.facts(counted_positions):
        yield _match(one)


def _match(one: Counted) -> Match:
    reader, counted = at("positions are read", one.reader), at("counted", one.op.span)
    if one.way is None:
        return unknown(REASON, reader, counted, module=one.stack.pattern)
    messages = {
        Counting.ARANGE: "positions count every token, padding too",
        Counting.FROM_MASK: "positions count the tokens that are not padding",
        Counting.INPUT: "the caller gives the positions",
    }
    return Match(one.way.value, (counted, reader), module=one.stack.pattern, message=messages[one.way])


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
        self.rows = nn.Embedding(40, 8)
        self.trees = nn.ModuleList([Ivy() for _ in range(2)])

    def forward(self, input_ids, attention_mask=None):
        places = torch.arange(input_ids.shape[1])
        COUNT
        dew = self.seed(input_ids) + self.rows(places)
        for tree in self.trees:
            dew = tree(dew)
        return dew
"""
_TRAIT = "masking.position_ids"

RULE = Rule(
    "MSK002",
    "position-ids",
    check,
    traits=(_TRAIT,),
    references=("Zhang et al. 2022, OPT: Open Pre-trained Transformer Language Models, arXiv:2205.01068",),
    examples=(
        Example(_CODE.replace("COUNT", ""), {_TRAIT: "arange"}),
        Example(
            _CODE.replace(
                "COUNT", "places = places if attention_mask is None else (attention_mask.cumsum(1) - 1).clamp(min=0)"
            ),
            {_TRAIT: "from_mask"},
        ),
        Example(_CODE.replace("COUNT", "places = (input_ids != 3).int().cumsum(-1).long() + 3"), {_TRAIT: "from_mask"}),
        Example(_CODE.replace("COUNT", "").replace(" + self.rows(places)", ""), {_TRAIT: None}),
    ),
)
