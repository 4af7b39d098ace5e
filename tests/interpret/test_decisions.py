"""Conditions over configuration values are remembered, with what ran and what was made under them."""

from __future__ import annotations

from analyzer.facts.conditions import asked, skipped
from analyzer.graph import OpKind
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet

CODE = """
from torch import nn
from torch.nn import functional

TABLE = {"wide": functional.relu, "narrow": functional.silu}


class OakConfig:
    def __init__(self, gate=True, bias=False, shift=False, kind="wide", first=1):
        self.gate = gate
        self.bias = bias
        self.shift = shift
        self.kind = kind
        self.first = first


class Leaf(nn.Module):
    def __init__(self, config, number):
        super().__init__()
        self.shift = config.shift
        self.inner = nn.Linear(8, 8, bias=config.bias) if number >= config.first else nn.LayerNorm(8)

    def forward(self, x):
        x = self.inner(x)
        if self.shift:
            x = x + 1
        return x.tanh()


class Oak(nn.Module):
    config_class = OakConfig

    def __init__(self, config: OakConfig):
        super().__init__()
        self.config = config
        self.leaves = nn.ModuleList([Leaf(config, i) for i in range(2)])

    def forward(self, x):
        for leaf in self.leaves:
            x = leaf(x)
        if self.config.gate:
            x = x * x.sigmoid()
        return TABLE[self.config.kind](x)
"""


def built() -> Query:
    return Query(build_snippet(Example(CODE, {}, inputs={"x": ("float32", (2, 7, 8))})))


def test_an_operation_knows_the_condition_that_it_ran_under() -> None:
    query = built()
    (gate,) = query.ops(OpKind.SIGMOID)
    assert {one.expression for one in query.controls(gate)} == {"config.gate"}
    (relu,) = query.ops(OpKind.RELU)
    assert query.controls(relu) == ()


def test_a_module_made_under_a_condition_hands_it_to_its_operations() -> None:
    query = built()
    (linear,) = query.ops(OpKind.LINEAR)
    (found,) = query.controls(linear)
    assert (found.expression, found.outcome, found.modules) == ("1 >= config.first", True, ("leaves.1.inner",))
    assert found.module == "leaves.1"


def test_what_a_constructor_asked_decides_also_what_is_absent() -> None:
    query = built()
    assert asked(query, query.ops(OpKind.LINEAR)) == {"config.bias"}


def test_what_was_skipped_between_two_operations() -> None:
    query = built()
    (linear,) = query.ops(OpKind.LINEAR)
    (last,) = query.ops(OpKind.SIGMOID)
    assert skipped(query, linear, last) == {"config.shift"}


def test_a_choice_from_a_table_is_a_decision() -> None:
    query = built()
    (found,) = [one for one in query.model.decisions if isinstance(one.outcome, str)]
    assert (found.outcome, found.fields) == ("wide", {"config.kind"})
