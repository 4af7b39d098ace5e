"""Kinds of masks and widths of windows, by what is seen or by what is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.api import load
from analyzer.facts.masks.masks import MaskKind, mask_of
from tests.facts.snippets import attention_of

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
