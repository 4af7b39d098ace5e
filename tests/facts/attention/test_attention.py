"""One attention in many spellings gives the same fact."""

from __future__ import annotations

from math import isclose

import pytest

from analyzer.facts.attention.attention import attentions
from analyzer.facts.attention.details import biases, fused, kv_kind
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet
from tests.facts.snippets import (
    INPUTS,
    attention_of,
)

SCALED = (
    "y = torch.softmax(q @ k.transpose(-1, -2) * 8**-0.5, -1) @ v",
    "y = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(8), -1) @ v",
    "y = torch.softmax((q * 8**-0.5) @ k.mT, dim=-1) @ v",
    "y = torch.softmax(q @ (k / 8**0.5).transpose(2, 3), dim=-1) @ v",
    "y = torch.softmax((q * 8**-0.25) @ (k * 8**-0.25).mT, dim=-1) @ v",
    "y = (torch.einsum('bhqd,bhkd->bhqk', q, k) * 8**-0.5).softmax(-1) @ v",
    "y = torch.einsum('bhqk,bhkd->bhqd', (q @ k.mT).mul(8**-0.5).softmax(-1), v)",
    "y = functional.scaled_dot_product_attention(q, k, v)",
    "y = functional.scaled_dot_product_attention(q * 2, k, v, scale=0.5 * 8**-0.5)",
    "y = torch.softmax(q @ k.mT / torch.sqrt(torch.tensor(8.0)), dim=-1) @ v",
    "w = torch.bmm(q.reshape(8, 7, 8), k.reshape(8, 7, 8).mT).mul_(8**-0.5).softmax(-1).view(2, 4, 7, 7)\ny = w @ v",
    "m = torch.zeros(8, 7, 7)\n"
    "s = torch.baddbmm(m, q.reshape(8, 7, 8), k.reshape(8, 7, 8).mT, alpha=8**-0.5)\n"
    "y = s.view(2, 4, 7, 7).softmax(-1) @ v",
)


CALLED = """
from torch import nn


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.mix = nn.MultiheadAttention(32, 4, batch_first=True{more})

    def forward(self, x):
        return self.mix(x, x, x, need_weights=False)[0]
"""


@pytest.mark.parametrize(("more", "joint", "bias"), [("", True, True), (", bias=False", True, False)])
def test_a_call_that_projects_by_itself(more: str, joint: bool, bias: bool) -> None:
    query = Query(build_snippet(Example(CALLED.replace("{more}", more), {}, inputs=INPUTS)))
    (found,) = query.facts(attentions)
    assert (found.heads, found.kv_heads, found.head_dim, found.factor.value) == (4, 4, 8, 8**-0.5)
    assert bool(fused(found)) is joint
    assert biases(found) == {"q": bias, "k": bias, "v": bias}
    assert found.output.projection is not None


UNBIASED = "q, k, v = (self.heads(functional.linear(x, p.weight)) for p in (self.q, self.k, self.v))\n"


SHIFTED = (
    "q = q + self.extra.view(1, 4, 1, 1)\ny = torch.softmax(q @ k.mT * 8**-0.5, -1) @ v",
    "b = self.extra.view(1, 4, 1, 1)\np = torch.arange(7).float()[:, None].expand(7, 8)\n"
    "s = ((q + b) @ k.mT + (q - b) @ p.mT) * 8**-0.5\ny = torch.softmax(s, -1) @ v",
)


@pytest.mark.parametrize("body", SHIFTED)
def test_a_vector_added_to_queries_is_their_bias(body: str) -> None:
    _, found = attention_of(body, UNBIASED)
    assert biases(found) == {"q": True, "k": False, "v": False}
    assert isclose(found.factor.value or 0.0, 8**-0.5, rel_tol=1e-6)


GROUPED = (
    "y = functional.scaled_dot_product_attention(q, k, v, enable_gqa=True, is_causal=True)",
    "g = q.view(2, 2, 2, 7, 8)\ns = torch.einsum('bgrqd,bgkd->bgrqk', g, k) * 8**-0.5\n"
    "y = torch.einsum('bgrqk,bgkd->bgrqd', s.softmax(-1), v).reshape(2, 4, 7, 8)",
)


@pytest.mark.parametrize("body", GROUPED)
def test_heads_that_a_call_shares_by_itself(body: str) -> None:
    start = "q, k, v = self.heads(self.q(x)), self.heads(self.half(x), 2), self.heads(self.half(x), 2)\n"
    query, found = attention_of(body, start)
    assert kv_kind(query, found) == "gqa"
    assert (found.heads, found.kv_heads) == (4, 2)


@pytest.mark.parametrize("body", SCALED)
def test_scale_wherever_it_is_applied(body: str) -> None:
    _, found = attention_of(body)
    assert found.factor.value is not None
    assert isclose(found.factor.value, 8**-0.5, rel_tol=1e-6)
    assert (found.head_dim, found.heads, found.kv_heads) == (8, 4, 4)


OTHERS = (
    ("y = torch.softmax(q @ k.mT, -1) @ v", 1.0),
    ("y = torch.softmax(q @ k.mT * 0.125, -1) @ v", 0.125),
    ("y = torch.softmax((self.norm(q * 3.0) @ k.mT) * 0.5, -1) @ v", 0.5),
    ("y = torch.softmax((q * 8**-0.5) @ k.mT * 8**-0.5, -1) @ v", 0.125),
)


@pytest.mark.parametrize(("body", "value"), OTHERS)
def test_other_scales(body: str, value: float) -> None:
    _, found = attention_of(body)
    assert isclose(found.factor.value or 0.0, value, rel_tol=1e-6)


def test_a_learned_factor_is_no_number() -> None:
    _, found = attention_of("y = torch.softmax(q * self.extra.view(1, 4, 1, 1) @ k.mT, -1) @ v")
    assert found.factor.value is None
    assert len(found.factor.variables) == 1


def test_parts_with_different_factors_are_mixed() -> None:
    _, found = attention_of("q = torch.cat((q[..., :4] * 2, q[..., 4:]), -1)\ny = torch.softmax(q @ k.mT, -1) @ v")
    assert found.factor.mixed


def test_softcap_leaves_the_scale_alone() -> None:
    _, found = attention_of("y = torch.softmax(torch.tanh(q @ k.mT * 8**-0.5 / 20.0) * 20.0, -1) @ v")
    assert found.softcap == 20.0
    assert isclose(found.factor.value or 0.0, 8**-0.5, rel_tol=1e-6)
