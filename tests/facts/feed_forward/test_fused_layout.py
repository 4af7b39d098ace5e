"""Order of gate and up in one matrix, in every spelling of the split."""

from __future__ import annotations

import pytest

from analyzer.facts.feed_forward.feed_forward import feed_forwards
from analyzer.facts.feed_forward.fused_layout import FusedLayout, fused_halves
from analyzer.query import Query
from analyzer.rule import block_example
from analyzer.rule.examples import build_snippet

SPLITS = (
    ("a, b = y.chunk(2, -1)", "silu(a) * b", FusedLayout.GATE_FIRST),
    ("a, b = y.split(16, dim=-1)", "a * gelu(b)", FusedLayout.UP_FIRST),
    ("a, b = y[..., :16], y[..., 16:]", "b * a * torch.sigmoid(1.702 * a)", FusedLayout.GATE_FIRST),
    (
        "a, b = y[..., ::2], y[..., 1::2]",
        "a.clamp(max=7) * torch.sigmoid(a.clamp(max=7) * 1.702) * (b + 1)",
        FusedLayout.GATE_BY_TURNS,
    ),
    ("a, b = y.view(2, 7, 16, 2).unbind(-1)", "a * silu(b)", FusedLayout.UP_BY_TURNS),
    ("a, b = y.view(2, 7, 2, 16).unbind(2)", "a * silu(b)", FusedLayout.UP_FIRST),
    ("a, b = y.view(2, 7, 4, 2, 4).transpose(2, 3).reshape(2, 7, 2, 16).unbind(2)", "a * silu(b)", None),
    ("a = y", "nn.functional.glu(a, dim=-1)", FusedLayout.UP_FIRST),
)


@pytest.mark.parametrize(("split", "gated", "layout"), SPLITS)
def test_halves(split: str, gated: str, layout: FusedLayout | None) -> None:
    named = gated.replace("silu(", "nn.functional.silu(").replace("gelu(", "nn.functional.gelu(")
    body = f"y = self.up(x)\n{split}\nreturn self.down({named})"
    example = block_example("self.up, self.down = nn.Linear(8, 32), nn.Linear(16, 8)", body, finds=None)
    query = Query(build_snippet(example))
    (found,) = query.facts(feed_forwards)
    assert found.fused
    assert fused_halves(query, found) is layout


def test_two_matrices_have_no_layout() -> None:
    body = "return self.down(nn.functional.silu(self.up(x)) * self.gate(x))"
    init = "self.up, self.gate, self.down = nn.Linear(8, 16), nn.Linear(8, 16), nn.Linear(16, 8)"
    query = Query(build_snippet(block_example(init, body, finds=None)))
    (found,) = query.facts(feed_forwards)
    assert fused_halves(query, found) is None
