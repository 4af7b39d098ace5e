"""What makes one vector of a sequence, and what only looks like it."""

from __future__ import annotations

import pytest

from analyzer.facts.embedding_and_head.sequence_pooling import sequence_poolings
from analyzer.query import Query
from analyzer.rule import model_example
from analyzer.rule.examples import build_snippet

MODEL = """
self.embed, self.last_norm, self.head = nn.Embedding(20, 8), nn.LayerNorm(8), nn.Linear(8, 8)
self.ask = nn.Parameter(torch.zeros(1, 1, 8))
"""
POOLED = (
    ("torch.mean(self.last_norm(x), dim=-2, keepdim=True)", ["mean"]),
    ("self.last_norm(x).mT.mean(2)", ["mean"]),
    ("self.last_norm(x).mT.mean(1)", []),
    ("self.last_norm(x)[:, 1:].mean(1)", ["mean"]),
    ("torch.nn.AdaptiveMaxPool1d(1)(self.last_norm(x).transpose(1, 2)).flatten(1)", ["max"]),
    ("(self.head(x) * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)", ["masked_mean"]),
    ("self.head(x).sum(1)", []),
    ("torch.cat((x[:, 0], x.mean(1)), -1)", ["first", "mean"]),
    ("x + self.head(x).mean(-1, keepdim=True)", []),
)


@pytest.mark.parametrize(("pooled", "kinds"), POOLED)
def test_pooling(pooled: str, kinds: list[str]) -> None:
    end = f"mask = (input_ids != 3).float()\nreturn {pooled}"
    query = Query(build_snippet(model_example(model=MODEL, end=end, finds=None)))
    assert [one.kind for one in query.facts(sequence_poolings)] == kinds


def test_attention_inside_of_blocks_pools_nothing() -> None:
    example = model_example(
        "self.qkv, self.out = nn.Linear(8, 24), nn.Linear(8, 8)",
        "q, k, v = self.qkv(x).chunk(3, -1)\nreturn x + self.out(torch.softmax(q @ k.mT, -1) @ v)",
        finds=None,
    )
    assert Query(build_snippet(example)).facts(sequence_poolings) == ()
