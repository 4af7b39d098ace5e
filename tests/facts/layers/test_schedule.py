"""Schedules of layers: what each layer is, and the condition that made layers differ."""

from __future__ import annotations

import pytest

from analyzer.facts.layers.deciding_conditions import deciding_conditions
from analyzer.facts.layers.schedule import pattern, schedule
from analyzer.facts.stacks.main_stacks import main_stacks
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet

CODE = """
import torch
from torch import nn


class MossConfig:
    def __init__(self, kinds=None, first=2):
        self.kinds = kinds or ["thin" if i % 2 else "thick" for i in range(4)]
        self.first = first


class Leaf(nn.Module):
    def __init__(self, config, number):
        super().__init__()
        self.norm = nn.LayerNorm(32)
        self.joint = nn.Linear(32, 96)
        self.out = nn.Linear(32, 32)
        self.kind = config.kinds[number]
        self.second = nn.LayerNorm(32)
        if number >= config.first:
            self.up = nn.Linear(32, 64)
            self.down = nn.Linear(64, 32)
        else:
            self.up = None

    def forward(self, x):
        q, k, v = self.joint(self.norm(x)).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        row, column = torch.arange(7)[:, None], torch.arange(7)[None, :]
        seen = column <= row
        if self.kind == "thin":
            seen = seen & (column > row - 3)
        scores = (q @ k.mT * 8**-0.5).masked_fill(~seen, -1e9)
        x = x + self.out((scores.softmax(-1) @ v).transpose(1, 2).flatten(2))
        if self.up is None:
            return x
        return x + self.down(torch.relu(self.up(self.second(x))))


class Moss(nn.Module):
    config_class = MossConfig

    def __init__(self, config: MossConfig):
        super().__init__()
        self.tokens = nn.Embedding(20, 32)
        self.leaves = nn.ModuleList([Leaf(config, i) for i in range(4)])

    def forward(self, input_ids):
        x = self.tokens(input_ids)
        for leaf in self.leaves:
            x = leaf(x)
        return x
"""


@pytest.fixture(scope="module")
def query() -> Query:
    return Query(build_snippet(Example(CODE, {})))


def test_every_layer_is_described(query: Query) -> None:
    (stack,) = query.get(main_stacks)
    assert [kind.window for kind in schedule(query, stack)] == [None, 3, None, 3]
    assert [kind.dense for kind in schedule(query, stack)] == [False, False, True, True]
    assert schedule(query, stack)[3].label == "attention, window 3, no rope, dense"


def test_the_condition_behind_a_difference_is_named(query: Query) -> None:
    (stack,) = query.get(main_stacks)
    kinds = schedule(query, stack)
    (window,) = deciding_conditions(query, stack, [kind.window for kind in kinds])
    assert window.fields == {"config.kinds"}
    assert window.span.line == CODE[: CODE.index('self.kind == "thin"')].count("\n")
    (dense,) = deciding_conditions(query, stack, [kind.dense for kind in kinds])
    assert dense.fields == {"config.first"}


def test_layers_that_are_alike_have_no_cause(query: Query) -> None:
    (stack,) = query.get(main_stacks)
    assert deciding_conditions(query, stack, ["same"] * 4) == ()


@pytest.mark.parametrize(
    ("numbers", "total", "text"),
    [
        ([0, 1, 2], 3, "all"),
        ([3, 7, 11], 12, "i % 4 == 3"),
        ([0, 1, 2, 4, 5, 6], 8, "i % 4 != 3"),
        ([2, 3], 4, "i >= 2"),
        ([0, 1], 4, "i < 2"),
        ([1], 4, "i == 1"),
        ([0, 1, 3, 4], 5, "i != 2"),
        ([0, 2, 3], 7, "i in [0, 2, 3]"),
        ([0, 2, 6, 8, 10, 14], 16, "i % 8 in [0, 2, 6]"),
    ],
)
def test_patterns_of_layer_numbers(numbers: list[int], total: int, text: str) -> None:
    assert pattern(numbers, total) == text


COMPUTED = CODE.replace(
    "        self.first = first\n",
    """        self.first = first
        self.period = 2

    @property
    def listed(self):
        return ["thin" if number % self.period == 1 else "thick" for number in range(4)]
""",
).replace("config.kinds[number]", "config.listed[number]")


def test_a_list_that_is_computed_anew_for_every_layer_is_a_cause() -> None:
    query = Query(build_snippet(Example(COMPUTED, {})))
    (stack,) = query.get(main_stacks)
    (window,) = deciding_conditions(query, stack, [kind.window for kind in schedule(query, stack)])
    assert (window.expression, window.fields) == ("(i % config.period) == 1", {"config.period"})


def test_the_number_of_the_layer_stands_in_the_expression(query: Query) -> None:
    (stack,) = query.get(main_stacks)
    (dense,) = deciding_conditions(query, stack, [kind.dense for kind in schedule(query, stack)])
    assert dense.expression == "i >= config.first"
