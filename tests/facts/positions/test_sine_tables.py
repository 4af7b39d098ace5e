"""Tables whose filling is, or is not, followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.api import load

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
