"""Models of which not all was understood: what rules find nothing of is unknown, not absent."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer

CODE = """
from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class FirConfig:
    hidden_size: int = 16


class Fir(nn.Module):
    def __init__(self, config: FirConfig):
        super().__init__()
        self.table = nn.Embedding(10, config.hidden_size)

    def forward(self, input_ids):
        rows = self.table(input_ids)
        return {result}
"""


@pytest.mark.parametrize(
    ("result", "unknown"),
    [
        ("rows", False),
        ("rows.view(11, 13)", True),
        ("rows.view(11, 13), input_ids > 0", True),
        ("rows.view(11, 13), rows", False),
    ],
)
def test_traits_are_unknown_where_nothing_that_is_returned_was_understood(
    tmp_path: Path, result: str, unknown: bool
) -> None:
    (tmp_path / "modeling_fir.py").write_text(CODE.format(result=result), encoding="utf-8")
    found = [one for one in analyzer.load("Fir", tmp_path).findings() if one.trait == "norm.type"]
    assert [one.certainty for one in found] == ["unknown"] * unknown
    assert all("what the model returns was not understood" in (one.reason or "") for one in found)
