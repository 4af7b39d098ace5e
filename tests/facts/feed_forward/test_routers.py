"""Routers: order, scores, normalisation, bias, type, and choices in several rounds."""

from __future__ import annotations

from textwrap import indent

import pytest

from analyzer.facts.feed_forward.router import Order, Router
from analyzer.facts.feed_forward.routers import router_upcast, routers
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet
from tests.facts.snippets import CHOICES, ROUTER


@pytest.mark.parametrize(("choice", "order", "score", "normalized", "bias"), CHOICES)
def test_routing(choice: str, order: Order, score: str, normalized: bool, bias: str) -> None:
    code = ROUTER.replace("{choice}", indent(choice, " " * 8))
    query = Query(build_snippet(Example(code, {}, inputs={"x": ("float32", (14, 32))})))
    (found,) = query.facts(routers)
    assert (found.experts, found.top_k) == (6, 2)
    assert found.scoring is not None
    assert (found.scoring.order, found.scoring.name) == (order, score)
    assert (found.weights.normalizer is not None) is normalized
    assert (found.bias.reach if found.bias else "none") == bias


HALF_ROUTER = """
import torch
from torch import nn
from torch.nn import functional


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.pick = nn.Linear(32, 6, bias=False, dtype=torch.bfloat16)
        self.up = nn.Parameter(torch.empty(6, 64, 32))
        self.down = nn.Parameter(torch.empty(6, 32, 64))

    def expert(self, x, number):
        return functional.linear(functional.silu(functional.linear(x, self.up[number])), self.down[number])

    def forward(self, x):
        z = self.pick(x.to(torch.bfloat16))
"""


ALL_OUTPUTS = "outs = torch.stack([self.expert(x, number) for number in range(6)], 1)\n"


SPREAD = (
    "gates = torch.zeros_like(z).scatter(1, which, weight)\nreturn (outs * gates[..., None]).sum(1)",
    "gates = torch.zeros_like(z)\ngates.scatter_(1, which, weight)\nreturn (gates[:, None] @ outs)[:, 0]",
    "gates = (functional.one_hot(which, 6) * weight[..., None]).sum(1)\nreturn torch.einsum('te,ted->td', gates, outs)",
)


def router_of(body: str) -> tuple[Query, Router]:
    code = HALF_ROUTER + indent(body, " " * 8) + "\n"
    query = Query(build_snippet(Example(code, {}, inputs={"x": ("float32", (14, 32))})))
    (found,) = query.facts(routers)
    return query, found


@pytest.mark.parametrize("end", SPREAD)
def test_all_experts_work_and_the_choice_weights_them(end: str) -> None:
    _, found = router_of("weight, which = z.softmax(-1).topk(2)\n" + ALL_OUTPUTS + end)
    assert (found.experts, found.top_k) == (6, 2)
    assert found.scoring is not None and found.scoring.order is Order.SCORE_THEN_TOPK


UPCASTS = (
    ("weight, which = z.softmax(-1, dtype=torch.float32).topk(2)\n", True),
    ("weight, which = z.float().softmax(-1).topk(2)\n", True),
    ("weight, which = z.to(torch.float32).topk(2)\nweight = weight.softmax(-1)\n", True),
    ("weight, which = z.softmax(-1).topk(2)\n", False),
)


@pytest.mark.parametrize(("choice", "wide"), UPCASTS)
def test_scores_in_float32(choice: str, wide: bool) -> None:
    query, found = router_of(choice + ALL_OUTPUTS + SPREAD[0])
    assert (router_upcast(query, found) is not None) is wide


def test_one_best_expert_after_the_other() -> None:
    body = (
        "first, one = z.max(-1, keepdim=True)\n"
        "left = torch.scatter(z, -1, one, float('-inf'))\n"
        "second, two = left.max(-1, keepdim=True)\n"
        "weight = torch.cat((z.softmax(-1).gather(-1, one), left.softmax(-1).gather(-1, two)), -1)\n"
        "which = torch.cat((one, two), -1)\n"
        "y = torch.zeros_like(x)\n"
        "for number in range(6):\n"
        "    rows, place = torch.where(which == number)\n"
        "    y.index_add_(0, rows, self.expert(x[rows], number) * weight[rows, place, None])\n"
        "return y"
    )
    _, found = router_of(body)
    assert (found.experts, found.top_k, found.groups) == (6, 2, None)
    assert found.scoring is not None and found.scoring.name == "softmax"


def test_a_ranking_of_chosen_numbers_is_no_second_choice() -> None:
    body = (
        "weight, which = z.topk(2)\nweight = weight.softmax(-1)\n"
        "order = which.flatten().sort(0)[1]\n"
        "rows = order.div(2, rounding_mode='trunc')\n"
        "parts = x[rows].split([5, 5, 5, 5, 4, 4], dim=0)\n"
        "h = torch.cat([self.expert(part, number) for number, part in enumerate(parts)])\n"
        "return torch.zeros_like(x).index_add(0, rows, h * weight.flatten()[order][:, None])"
    )
    _, found = router_of(body)
    assert (found.experts, found.top_k) == (6, 2)
    assert found.scoring is not None and found.scoring.order is Order.TOPK_THEN_SCORE
