"""The same structure in many spellings gives the same facts; a different structure does not."""

from __future__ import annotations

from math import isclose
from textwrap import indent

import pytest

from analyzer.facts.attention.attention import Attention, attentions, rotated_share
from analyzer.facts.attention.details import biases, fused, kv_kind, query_key_norm, sinks, upcast
from analyzer.facts.feed_forward.feed_forward import feed_forwards
from analyzer.facts.feed_forward.routers import Order, SelectionBias, routers
from analyzer.facts.masks.masks import MaskKind, mask_of
from analyzer.facts.rotary.frequencies import frequencies
from analyzer.facts.rotary.rotary import Layout
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet

MODULE = """
import math
import torch
from torch import nn
from torch.nn import functional


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.q = nn.Linear(32, 32)
        self.k = nn.Linear(32, 32)
        self.v = nn.Linear(32, 32)
        self.half = nn.Linear(32, 16)
        self.joint = nn.Linear(32, 96)
        self.o = nn.Linear(32, 32)
        self.norm = nn.LayerNorm(8)
        self.wide = nn.LayerNorm(32)
        self.up = nn.Linear(32, 64)
        self.gate = nn.Linear(32, 64)
        self.down = nn.Linear(64, 32)
        self.extra = nn.Parameter(torch.zeros(4))

    def heads(self, x, n=4):
        return x.view(2, 7, n, 8).transpose(1, 2)

    def forward(self, x):
"""
START = """
q, k, v = self.heads(self.q(x)), self.heads(self.k(x)), self.heads(self.v(x))
"""
END = """
return self.o(y.transpose(1, 2).reshape(2, 7, 32))
"""
INPUTS = {"x": ("float32", (2, 7, 32))}


def query_of(body: str) -> Query:
    code = MODULE + indent(body.strip("\n"), " " * 8) + "\n"
    return Query(build_snippet(Example(code, {}, inputs=INPUTS)))


def attention_of(body: str, start: str = START, end: str = END) -> tuple[Query, Attention]:
    query = query_of(start + body + end)
    (found,) = query.facts(attentions)
    return query, found


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


SHARED_HEADS = (
    "k, v = k.repeat_interleave(2, dim=1), v.repeat_interleave(2, dim=1)\ny = torch.softmax(q @ k.mT, -1) @ v",
    "k = k[:, :, None].expand(2, 2, 2, 7, 8).reshape(2, 4, 7, 8)\n"
    "v = v[:, :, None].expand(2, 2, 2, 7, 8).reshape(2, 4, 7, 8)\n"
    "y = torch.softmax(q @ k.mT, -1) @ v",
    "g = q.view(2, 2, 2, 7, 8)\ny = (torch.softmax(g @ k[:, :, None].mT, -1) @ v[:, :, None]).view(2, 4, 7, 8)",
)


@pytest.mark.parametrize("body", SHARED_HEADS)
def test_shared_key_heads(body: str) -> None:
    start = "q, k, v = self.heads(self.q(x)), self.heads(self.half(x), 2), self.heads(self.half(x), 2)\n"
    query, found = attention_of(body, start)
    assert kv_kind(query, found) == "gqa"
    assert (found.heads, found.kv_heads) == (4, 2)


JOINT = (
    "q, k, v = (self.heads(part) for part in self.joint(x).chunk(3, dim=-1))\n",
    "q, k, v = (self.heads(part) for part in self.joint(x).split(32, dim=-1))\n",
    "q, k, v = self.joint(x).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)\n",
    "z = self.joint(x)\nq, k, v = self.heads(z[..., :32]), self.heads(z[..., 32:64]), self.heads(z[..., 64:])\n",
    "z = self.joint(x).view(2, 7, 4, 3, 8).transpose(1, 2)\nq, k, v = z[..., 0, :], z[..., 1, :], z[..., 2, :]\n",
)


@pytest.mark.parametrize("start", JOINT)
def test_one_matrix_for_queries_keys_and_values(start: str) -> None:
    _, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v", start)
    assert len(fused(found)) == 1
    assert biases(found) == {"q": True, "k": True, "v": True}


def test_three_matrices_are_not_fused() -> None:
    _, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v")
    assert fused(found) == ()


@pytest.mark.parametrize(
    ("start", "per_head"),
    [
        ("q, k, v = self.norm(self.heads(self.q(x))), self.norm(self.heads(self.k(x))), self.heads(self.v(x))\n", True),
        (
            "q, k, v = self.heads(self.wide(self.q(x))), self.heads(self.wide(self.k(x))), self.heads(self.v(x))\n",
            False,
        ),
    ],
)
def test_width_of_the_query_norm(start: str, per_head: bool) -> None:
    query, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v", start)
    norm = query_key_norm(query, found)
    assert norm is not None
    assert norm.per_head is per_head
    assert norm.after_rotary is None


ROTATIONS = {
    Layout.HALF: (
        "def turn(z):\n    h = torch.cat((-z[..., 4:], z[..., :4]), -1)\n    return z * cos2 + h * sin2\n",
        "def turn(z):\n    a, b = z.chunk(2, -1)\n    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)\n",
        "def turn(z):\n    a, b = z[..., :4], z[..., 4:]\n"
        "    return torch.stack((a * cos - b * sin, a * sin + b * cos), -2).flatten(-2)\n",
    ),
    Layout.INTERLEAVED: (
        "def turn(z):\n    a, b = z[..., ::2], z[..., 1::2]\n"
        "    return torch.stack((a * cos - b * sin, b * cos + a * sin), -1).flatten(-2)\n",
        "def turn(z):\n    c = torch.view_as_complex(z.reshape(2, 4, 7, 4, 2)) * torch.polar(torch.ones(7, 4), angle)\n"
        "    return torch.view_as_real(c).flatten(3)\n",
        "def turn(z):\n    z = z.view(2, 4, 7, 4, 2).transpose(3, 4).reshape(2, 4, 7, 8)\n"
        "    return z * cos2 + torch.cat((-z[..., 4:], z[..., :4]), -1) * sin2\n",
        "def turn(z):\n    a, b = z.view(2, 4, 7, 4, 2).unbind(-1)\n"
        "    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)\n",
    ),
}
ANGLES = """
angle = torch.arange(7)[:, None] / 1000.0 ** (torch.arange(0, 8, 2).float() / 8)
cos, sin = angle.cos(), angle.sin()
cos2, sin2 = torch.cat((cos, cos), -1), torch.cat((sin, sin), -1)
"""


@pytest.mark.parametrize(("layout", "turn"), [(layout, turn) for layout, turns in ROTATIONS.items() for turn in turns])
def test_layout_of_the_rotation(layout: Layout, turn: str) -> None:
    query, found = attention_of(turn + "y = torch.softmax(turn(q) @ turn(k).mT, -1) @ v", START + ANGLES)
    (rotary,) = found.query.rotaries
    assert rotary.layout is layout
    assert rotated_share(found) == 1.0
    assert frequencies(query, rotary).base == 1000.0


def test_without_a_rotation_there_is_no_layout() -> None:
    _, found = attention_of("y = torch.softmax((q * 2 + k * 3) @ k.mT, -1) @ v", START + ANGLES)
    assert found.query.rotaries == ()


MASKS = (
    ("s = s.masked_fill(torch.ones(7, 7).triu(1).bool(), -1e9)", MaskKind.CAUSAL, None),
    ("s = torch.where(c <= r, s, -1e9)", MaskKind.CAUSAL, None),
    ("s = s + torch.where((c <= r) & (c > r - 3), 0.0, -1e9)", MaskKind.CAUSAL, 3),
    ("s = s + torch.where((c <= r) & (r - c < 3), 0.0, -1e9)", MaskKind.CAUSAL, 3),
    ("s = s + torch.where((c <= r) & (r - c <= 3), 0.0, -1e9)", MaskKind.CAUSAL, 4),
    ("s = s + torch.where((c <= r) & (c // 4 == r // 4), 0.0, -1e9)", MaskKind.CHUNKED, None),
    (
        "t = torch.ones(7, 7).bool()\nt = torch.bitwise_xor(t.tril(), t.tril(-3))\ns = torch.where(t, s, -1e9)",
        MaskKind.CAUSAL,
        3,
    ),
    ("s = s", MaskKind.BIDIRECTIONAL, None),
)


@pytest.mark.parametrize(("step", "kind", "window"), MASKS)
def test_masks(step: str, kind: MaskKind, window: int | None) -> None:
    body = "r, c = torch.arange(7)[:, None], torch.arange(7)[None, :]\ns = q @ k.mT\n"
    query, found = attention_of(f"{body}{step}\ny = torch.softmax(s, -1) @ v")
    mask = mask_of(query, found)
    assert (mask.kind, mask.window) == (kind, window)


def test_sinks_and_type_of_the_softmax() -> None:
    body = (
        "s = torch.cat((q @ k.mT, self.extra.view(1, 4, 1, 1).expand(2, 4, 7, 1)), -1)\n"
        "y = torch.softmax(s, -1, dtype=torch.float32)[..., :-1] @ v"
    )
    query, found = attention_of(body)
    assert sinks(query, found) is not None
    assert upcast(found) is not None


def test_a_sink_beside_the_sum_of_the_softmax() -> None:
    body = (
        "s = q @ k.mT * 8**-0.5\nl = torch.logsumexp(s, dim=-1)\ny = s.softmax(-1) @ v\n"
        "y = y * torch.sigmoid(l - self.extra.view(1, 4, 1)).unsqueeze(-1)"
    )
    query, found = attention_of(body)
    assert sinks(query, found) is not None


def test_plain_softmax_has_neither() -> None:
    query, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v")
    assert sinks(query, found) is None
    assert upcast(found) is None


ACTIVATIONS = (
    ("functional.silu(u)", "silu"),
    ("u * torch.sigmoid(u)", "silu"),
    ("u / (1 + torch.exp(-u))", "silu"),
    ("functional.gelu(u)", "gelu"),
    ("u * 0.5 * (1 + torch.erf(u / math.sqrt(2)))", "gelu"),
    ("functional.gelu(u, approximate='tanh')", "gelu_tanh"),
    ("0.5 * u * (1 + torch.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * torch.pow(u, 3))))", "gelu_tanh"),
    ("u * torch.sigmoid(1.702 * u)", "quick_gelu"),
    ("torch.relu(u)", "relu"),
    ("u.clamp(min=0)", "relu"),
    ("torch.square(functional.relu(u))", "relu2"),
    ("functional.relu(u) ** 2", "relu2"),
    ("u * torch.tanh(functional.softplus(u))", "mish"),
    ("torch.sin(u)", None),
)


@pytest.mark.parametrize(("function", "name"), ACTIVATIONS)
def test_activation_by_its_values(function: str, name: str | None) -> None:
    query = query_of(f"u = self.up(x)\nreturn self.down({function})")
    found = query.facts(feed_forwards)
    assert [one.activation for one in found] == ([name] if name else [])


GATED = (
    ("return self.down(functional.silu(self.gate(x)) * self.up(x))", "silu", False),
    ("return self.down(self.up(x) * (lambda g: g * torch.sigmoid(1.702 * g))(self.gate(x)))", "quick_gelu", False),
    ("a, b = self.joint(x)[..., :64].chunk(2, -1)\nreturn self.o(functional.gelu(a) * b)", "gelu", True),
    ("a, b = self.up(x).chunk(2, -1)\nreturn self.o((a + 1) * functional.silu(b))", "silu", True),
    ("return self.o(functional.glu(self.up(x), -1))", "sigmoid", True),
)


@pytest.mark.parametrize(("body", "name", "joint"), GATED)
def test_gated_feed_forward(body: str, name: str, joint: bool) -> None:
    (found,) = query_of(body).facts(feed_forwards)
    assert (found.gated, found.activation, found.fused) == (True, name, joint)


def test_a_linear_bottleneck_is_no_feed_forward() -> None:
    assert query_of("return self.down(self.up(x) * 2)").facts(feed_forwards) == ()


def test_a_gate_on_something_else_is_no_feed_forward() -> None:
    assert query_of("return x * torch.sigmoid(self.down(torch.relu(self.up(x))))").facts(feed_forwards) == ()


ROUTER = """
import torch
from torch import nn
from torch.nn import functional


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.pick = nn.Linear(32, 6, bias=False)
        self.tilt = nn.Parameter(torch.zeros(6))
        self.up = nn.Parameter(torch.empty(6, 64, 32))
        self.down = nn.Parameter(torch.empty(6, 32, 64))

    def forward(self, x):
        z = self.pick(x)
{choice}
        y = torch.zeros_like(x)
        for number in range(6):
            rows, place = torch.where(which == number)
            h = functional.linear(functional.silu(functional.linear(x[rows], self.up[number])), self.down[number])
            y.index_add_(0, rows, h * weight[rows, place, None])
        return y
"""
CHOICES = (
    ("weight, which = z.softmax(-1).topk(2)", Order.SCORE_THEN_TOPK, "softmax", False, "none"),
    (
        "weight, which = torch.topk(z.softmax(-1), 2)\nweight /= weight.sum(-1, keepdim=True)",
        *(Order.SCORE_THEN_TOPK, "softmax", True, "none"),
    ),
    ("weight, which = z.topk(2)\nweight = weight.softmax(-1)", Order.TOPK_THEN_SCORE, "softmax", False, "none"),
    (
        "s = z.sigmoid()\nwhich = (s + self.tilt).topk(2)[1]\nweight = s.gather(1, which)\n"
        "weight = weight / (weight.sum(-1, keepdim=True) + 1e-9)",
        *(Order.SCORE_THEN_TOPK, "sigmoid", True, "selection_only"),
    ),
    (
        "weight, which = (z.sigmoid() + self.tilt).topk(2)",
        Order.SCORE_THEN_TOPK,
        "sigmoid",
        False,
        "selection_and_weight",
    ),
)


@pytest.mark.parametrize(("choice", "order", "score", "normalized", "bias"), CHOICES)
def test_routing(choice: str, order: Order, score: str, normalized: bool, bias: str) -> None:
    code = ROUTER.replace("{choice}", indent(choice, " " * 8))
    query = Query(build_snippet(Example(code, {}, inputs={"x": ("float32", (14, 32))})))
    (found,) = query.facts(routers)
    assert (found.experts, found.top_k) == (6, 2)
    assert (found.order, found.score_name) == (order, score)
    assert (found.normalizer is not None) is normalized
    assert found.bias is SelectionBias(bias)
