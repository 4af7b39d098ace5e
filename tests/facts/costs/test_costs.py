"""The cost of calls: experts with the rows that are sent to them, parts, what is not counted."""

from __future__ import annotations

import pytest

from analyzer.facts.costs.costs import NOT_UNDERSTOOD, ON_DATA, CallCost, call_cost
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet
from tests.facts.snippets import CHOICES, ROUTER

TOKENS, EXPERTS, CHOSEN, HIDDEN, WIDTH = 14, 6, 2, 32, 64
STACKED = ROUTER.replace("{choice}", f"        {CHOICES[0][0]}")
MANY = "def many(a, b):\n    return nn.ModuleList([nn.Linear(a, b) for _ in range(6)])\n\n\nclass Sample"
STACKED_CALL = "functional.linear(functional.silu(functional.linear(x[rows], self.up[number])), self.down[number])"
LISTED_CALL = "self.down[number](functional.silu(self.up[number](x[rows])))"
LISTED = (
    STACKED.replace("self.up = nn.Parameter(torch.empty(6, 64, 32))", "self.up = many(32, 64)")
    .replace("self.down = nn.Parameter(torch.empty(6, 32, 64))", "self.down = many(64, 32)")
    .replace(STACKED_CALL, LISTED_CALL)
    .replace("class Sample", MANY)
)


def costs(code: str) -> CallCost:
    query = Query(build_snippet(Example(code, {}, inputs={"x": ("float32", (TOKENS, HIDDEN))})))
    return call_cost(query, query.ops())


@pytest.mark.parametrize("code", [STACKED, LISTED], ids=["stacked", "listed"])
def test_experts_count_with_the_rows_that_are_sent_to_all_of_them(code: str) -> None:
    found = costs(code)
    assert {part.part.value: part.flops for part in found.parts} == {
        "experts": 2 * (2 * TOKENS * CHOSEN * HIDDEN * WIDTH),
        "router": 2 * TOKENS * HIDDEN * EXPERTS,
    }
    assert found.uncounted == ()


def test_rows_that_only_data_knows_are_not_counted() -> None:
    code = STACKED.replace("z = self.pick(x)", "z = self.pick(x[x[:, 0] > 0])\n        return z")
    (lost,) = costs(code).uncounted
    assert lost.reason == ON_DATA


def test_what_is_not_understood_is_not_counted() -> None:
    code = STACKED.replace("z = self.pick(x)", "return riddle(x)")
    code = code.replace("import torch\n", "import torch\nfrom elsewhere import riddle\n", 1)
    assert [one.reason for one in costs(code).uncounted] == [NOT_UNDERSTOOD]
