"""Which modules are the layers of a stack, however the code keeps and calls them."""

from __future__ import annotations

import pytest

from analyzer.facts.stacks.stacks import stacks
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet

PARTS = """
import torch
from torch import nn


class Glance(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(32)
        self.joint = nn.Linear(32, 96)

    def forward(self, x):
        q, k, v = self.joint(self.norm(x)).chunk(3, -1)
        return (q @ k.mT * 32**-0.5).softmax(-1) @ v


class Think(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(32)
        self.up = nn.Linear(32, 64)
        self.down = nn.Linear(64, 32)

    def forward(self, x):
        return self.down(torch.relu(self.up(self.norm(x))))


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
"""

LISTS_OF_PARTS = """
        self.floors = nn.ModuleList([nn.ModuleList([Glance(), Think()]) for _ in range(3)])

    def forward(self, x):
        for glance, think in self.floors:
            x = x + glance(x)
            x = x + think(x)
        return x
"""

TWO_LISTS = """
        self.glances = nn.ModuleList([Glance() for _ in range(3)])
        self.thoughts = nn.ModuleList([Think() for _ in range(3)])

    def forward(self, x):
        for glance, think in zip(self.glances, self.thoughts):
            x = x + glance(x)
            x = x + think(x)
        return x
"""


@pytest.mark.parametrize(("body", "expected"), [(LISTS_OF_PARTS, [("floors.*", 3)]), (TWO_LISTS, [("", 1)])])
def test_layers_that_the_model_itself_adds_up(body: str, expected: list[tuple[str, int]]) -> None:
    query = Query(build_snippet(Example(PARTS + body, {}, inputs={"x": ("float32", (2, 7, 32))})))
    found = query.facts(stacks)
    assert [(stack.pattern, len(stack.layers)) for stack in found] == expected
    assert sum(len(stack.residuals) for stack in found) == 6
