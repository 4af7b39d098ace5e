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


CALLING = """
import torch
from torch import nn
{above}

class Fir(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(8, 8)

    def forward(self, x):
        return {result}
"""


@pytest.mark.parametrize(
    ("above", "result", "words"),
    [
        (
            "from oakum import crown",
            "crown(self.up(x))",
            ["oakum's source is not installed", "pip install --no-deps oakum"],
        ),
        ("", "self.up(x).view(11, 13)", ["the operands of Tensor.view do not fit together", "--config or --set"]),
        ("", "nn.functional.linear(None, self.up.weight)", ["a tensor is expected, not NoneType"]),
        ("", "nn.functional.relu(x.leaves)", ["no operation leaves of tensors is described"]),
    ],
)
def test_reason_tells_the_cause_the_place_and_the_way_out(
    tmp_path: Path, above: str, result: str, words: list[str]
) -> None:
    (tmp_path / "modeling_fir.py").write_text(CALLING.format(above=above, result=result), encoding="utf-8")
    reasons = {one.reason or "" for one in analyzer.load("Fir", tmp_path).findings() if one.trait == "norm.type"}
    (reason,) = reasons
    assert all(word in reason for word in words), reason
    assert "Native" not in reason
