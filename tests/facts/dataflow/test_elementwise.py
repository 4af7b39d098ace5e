"""Functions of single elements by their values."""

from __future__ import annotations

from pathlib import Path

import analyzer


def test_slope_of_a_leaky_relu_is_part_of_its_name(tmp_path: Path) -> None:
    code = """
import torch
from torch import nn


class Fern(nn.Module):
    def __init__(self):
        super().__init__()
        self.up, self.down = nn.Linear(8, 16), nn.Linear(16, 8)

    def forward(self, x: torch.Tensor):
        return x + self.down(nn.functional.leaky_relu(self.up(x), 0.1))
"""
    (tmp_path / "modeling_fern.py").write_text(code, encoding="utf-8")
    values = {one.value for one in analyzer.load("Fern", tmp_path).findings() if one.trait == "mlp.activation"}
    assert values == {"leaky_relu(0.1)"}
