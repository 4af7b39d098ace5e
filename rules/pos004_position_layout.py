"""The order of sines and cosines in a table of positions.

``half``: all sines, then all cosines; ``interleaved``: they take turns, feature by feature. Told by how the two are
brought together, in the table itself or in what a parameter is filled with before training.

*Why it matters*: the formula that everybody cites takes turns, many programs do not; with the other order every token
gets another position, and weights that were trained with one are useless with the other.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Example,
    Match,
    PositionKind,
    Query,
    Rule,
    at,
    main_stacks,
    positions_before,
    sine_table,
)


def check(query: Query) -> Iterable[Match]:
    for stack in query.get(main_stacks):
        for position in positions_before(query, stack):
            if position.kind is PositionKind.SINUSOIDAL:
                tables = (sine_table(query, operand.source) for operand in position.op.operands)
                for table in filter(None, tables):
                    places = (at("sines and cosines", table.join), at("added", position.op))
                    yield Match(table.layout, places, module=stack.pattern)


MODEL = """
import math

import torch
from torch import nn


class Ivy(nn.Module):
    def __init__(self):
        super().__init__()
        self.elm = nn.Linear(8, 8)

    def forward(self, fern):
        return fern + self.elm(fern)


class Grove(nn.Module):
    def __init__(self):
        super().__init__()
        self.bark = nn.Embedding(50, 8)
        self.register_buffer("ring", self.rings())
        self.trees = nn.ModuleList([Ivy() for _ in range(2)])

    def rings(self):
        moss = torch.arange(16).unsqueeze(1) * torch.exp(torch.arange(4) * -(math.log(10000.0) / 4))
        {table}
        return reed

    def forward(self, seed):
        fern = self.bark(seed) + self.ring[:7]
        for tree in self.trees:
            fern = tree(fern)
        return fern
"""
HALVES = MODEL.replace("{table}", "reed = torch.cat([moss.sin(), moss.cos()], dim=-1)")
TURNS = MODEL.replace("{table}", "reed = torch.zeros(16, 8); reed[:, 0::2] = moss.sin(); reed[:, 1::2] = moss.cos()")
PAIRS = MODEL.replace("{table}", "reed = torch.stack((moss.sin(), moss.cos()), dim=-1).flatten(-2)")
SEED = {"seed": ("int64", (2, 7))}

RULE = Rule(
    "POS004",
    "position-layout",
    check,
    traits=("position.layout",),
    references=("Vaswani et al. 2017, Attention Is All You Need, 3.5, arXiv:1706.03762",),
    examples=(
        Example(HALVES, {"position.layout": "half"}, inputs=SEED),
        Example(TURNS, {"position.layout": "interleaved"}, inputs=SEED),
        Example(PAIRS, {"position.layout": "interleaved"}, inputs=SEED),
    ),
)
