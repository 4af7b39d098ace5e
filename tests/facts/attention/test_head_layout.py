"""How features are split into heads and how shared heads are repeated."""

from __future__ import annotations

import pytest

from analyzer.facts.attention.head_layout import fused_layout, repeat_order, split_order
from tests.facts.snippets import (
    attention_of,
)

LAYOUTS = (
    ("q, k, v = (self.heads(part) for part in self.joint(x).chunk(3, dim=-1))\n", "[q, k, v]"),
    (
        "z = self.joint(x).view(2, 7, 4, 3, 8).transpose(1, 2)\nq, k, v = z[..., 0, :], z[..., 1, :], z[..., 2, :]\n",
        "for each of 4 heads [q, k, v]",
    ),
    (
        "z = self.joint(x).view(2, 7, 2, 6, 8)\nq = z[:, :, :, :2].reshape(2, 7, 4, 8).transpose(1, 2)\n"
        "k = z[:, :, :, 2:4].reshape(2, 7, 4, 8).transpose(1, 2)\n"
        "v = z[:, :, :, 4:].reshape(2, 7, 4, 8).transpose(1, 2)\n",
        "for each of 2 groups [q × 2, k × 2, v × 2]",
    ),
    (
        "z = self.joint(x).view(2, 7, 4, 3, 8).transpose(1, 2)\nq, k, v = (z[..., i, :] for i in (0, 1, 2))\n",
        "for each of 4 heads [q, k, v]",
    ),
)


@pytest.mark.parametrize(("start", "text"), LAYOUTS)
def test_layout_of_a_fused_projection(start: str, text: str) -> None:
    query, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v", start)
    assert fused_layout(query, found) == text


def test_heads_are_blocks_of_features_or_strides() -> None:
    query, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v")
    assert split_order(query, found) == "head_then_feature"
    start = "q, k, v = (p(x).view(2, 7, 8, 4).permute(0, 3, 1, 2) for p in (self.q, self.k, self.v))\n"
    query, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v", start)
    assert split_order(query, found) == "feature_then_head"


@pytest.mark.parametrize(
    ("step", "order"), [("k.repeat_interleave(2, dim=1)", "consecutive"), ("k.repeat(1, 2, 1, 1)", "strided")]
)
def test_order_of_repeated_heads(step: str, order: str) -> None:
    start = "q, k, v = self.heads(self.q(x)), self.heads(self.half(x), 2), self.heads(self.half(x), 2)\n"
    body = f"k, v = {step}, {step.replace('k.', 'v.')}\ny = torch.softmax(q @ k.mT, -1) @ v"
    query, found = attention_of(body, start)
    assert repeat_order(query, found) == order
