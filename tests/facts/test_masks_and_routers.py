"""Masks, grouped heads and routers in spellings that are less common."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from analyzer.api import load
from analyzer.facts.attention.details import kv_kind, query_key_norm
from analyzer.facts.feed_forward.routers import Order, Router, router_upcast, routers
from analyzer.facts.masks.masks import MaskKind, mask_of
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet
from tests.facts.test_b_spellings import attention_of

ONES = "torch.ones(7, 7, dtype=torch.bool)"
BANDS = (
    ("t = torch.ones(7, 7).tril() * torch.ones(7, 7).triu(-2)\ns = s.masked_fill(t == 0, -1e9)", MaskKind.CAUSAL),
    ("t = torch.triu(torch.tril(torch.ones(7, 7)), diagonal=-2)\ns = s + (1 - t) * -1e9", MaskKind.CAUSAL),
    (f"s = s.masked_fill({ONES}.tril(-3) | {ONES}.triu(1), -1e9)", MaskKind.CAUSAL),
    (f"s = s.masked_fill(~{ONES}.triu(-2) | ~{ONES}.tril(), -1e9)", MaskKind.CAUSAL),
    ("s = s + torch.where((c - r <= 0) & (c - r > -3), 0.0, -1e9)", MaskKind.CAUSAL),
    ("s = s.masked_fill((c > r) | (c <= r - 3), -1e9)", MaskKind.CAUSAL),
    ("s = s.masked_fill((c > r) | (r >= c + 3), -1e9)", MaskKind.CAUSAL),
    ("s = torch.where((c > r) | (r - c > 2), -1e9, s)", MaskKind.CAUSAL),
    ("s = s.masked_fill(torch.abs(c - r) > 2, -1e9)", MaskKind.BIDIRECTIONAL),
    ("s = s + (torch.abs(c - r) > 2).float() * -1e9", MaskKind.BIDIRECTIONAL),
)


@pytest.mark.parametrize(("step", "kind"), BANDS)
def test_windows_by_what_is_seen_and_by_what_is_hidden(step: str, kind: MaskKind) -> None:
    body = "r, c = torch.arange(7)[:, None], torch.arange(7)[None, :]\ns = q @ k.mT\n"
    query, found = attention_of(f"{body}{step}\ny = torch.softmax(s, -1) @ v")
    mask = mask_of(query, found)
    assert (mask.kind, mask.window) == (kind, 3)


GROUPED = (
    (
        "q = self.q(x).view(2, 7, 2, 2, 8).permute(0, 2, 3, 1, 4)\nk, v = self.heads(self.half(x), 2), x\n",
        "s = torch.einsum('bgrqd,bgkd->bgrqk', q, k)\ny = torch.einsum('bgrqk,bgkd->bgrqd', s.softmax(-1), k)",
    ),
    (
        "q, k = self.q(x).view(2, 7, 2, 2, 8), self.half(x).view(2, 7, 2, 8)\n",
        "s = torch.einsum('bqgrd,bkgd->bqkgr', q, k)\ny = torch.einsum('bqkgr,bkgd->bqgrd', s.softmax(2), k)",
    ),
)


@pytest.mark.parametrize(("start", "body"), GROUPED)
def test_groups_of_heads_as_an_axis(start: str, body: str) -> None:
    query, found = attention_of(body, start, "\nreturn self.o(y.reshape(2, 7, 32))\n")
    assert (kv_kind(query, found), found.heads, found.kv_heads) == ("gqa", 4, 2)


def test_a_norm_of_its_own_for_each_head() -> None:
    norms = "def each(z):\n    return torch.cat([nn.LayerNorm(8)(part) for part in torch.split(z, 1, dim=1)], dim=1)\n"
    query, found = attention_of(norms + "y = torch.softmax(each(q) @ each(k).mT, -1) @ v")
    norm = query_key_norm(query, found)
    assert norm is not None
    assert norm.per_head


ROUTER = """
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
    code = ROUTER + indent(body, " " * 8) + "\n"
    query = Query(build_snippet(Example(code, {}, inputs={"x": ("float32", (14, 32))})))
    (found,) = query.facts(routers)
    return query, found


@pytest.mark.parametrize("end", SPREAD)
def test_all_experts_work_and_the_choice_weights_them(end: str) -> None:
    _, found = router_of("weight, which = z.softmax(-1).topk(2)\n" + ALL_OUTPUTS + end)
    assert (found.experts, found.top_k, found.order) == (6, 2, Order.SCORE_THEN_TOPK)


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
    assert (found.experts, found.top_k, found.score_name, found.groups) == (6, 2, "softmax", None)


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
    assert (found.experts, found.top_k, found.order) == (6, 2, Order.TOPK_THEN_SCORE)


BAND = """
import torch
from torch import nn
from torch.nn import functional


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(50, 32)
        self.q, self.k, self.v = nn.Linear(32, 32), nn.Linear(32, 32), nn.Linear(32, 32)

    def forward(self, input_ids):
        x = self.tokens(input_ids)
        q, k, v = self.q(x), self.k(x), self.v(x)
        near = functional.pad(k, (0, 0, 1, 1)).unfold(1, 3, 1)
        weights = torch.einsum("bqd,bqdn->bqn", q, near).softmax(-1)
        return torch.einsum("bqn,bqdn->bqd", weights, functional.pad(v, (0, 0, 1, 1)).unfold(1, 3, 1))
"""


def test_a_band_of_scores_is_not_taken_for_all(tmp_path: Path) -> None:
    (tmp_path / "sample.py").write_text(BAND)
    found = {one.trait: one for one in load("Sample", tmp_path, trace=True).findings(select=["attention-mask"])}
    assert {found[name].certainty for name in ("attention.mask", "attention.window")} == {"unknown"}


FILLED = """
import torch
from torch import nn


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.up = nn.LayerNorm(32), nn.Linear(32, 32)

    def forward(self, x):
        return x + self.up(self.norm(x))


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(50, 32), nn.Embedding(64, 32)
        self.layers = nn.ModuleList([Layer() for _ in range(2)])

    def _init_weights(self, module):
        if isinstance(module, nn.Embedding):
            for number in range({steps}):
                scale = number * 0.5
            module.weight.normal_(std=0.02)

    def forward(self, input_ids):
        x = self.tokens(input_ids) + self.places(torch.arange(input_ids.shape[1]))
        for layer in self.layers:
            x = layer(x)
        return x
"""


@pytest.mark.parametrize(("steps", "value"), [(10, "learned"), (100_000, None)])
def test_a_table_whose_filling_is_not_followed_is_not_taken_for_learned(
    steps: int, value: str | None, tmp_path: Path
) -> None:
    (tmp_path / "sample.py").write_text(FILLED.replace("{steps}", str(steps)))
    found = [one for one in load("Sample", tmp_path).findings(select=["position-kind"]) if one.trait == "position.kind"]
    assert [one.value for one in found] == [value]
