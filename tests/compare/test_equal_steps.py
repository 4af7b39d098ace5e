"""Single steps in two spellings are equal, and what was not understood is no difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.api import diff
from analyzer.report import Comparison

MODEL = """
import torch
from torch import nn
from torch.nn import functional


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.filler = nn.Embedding(50, 32), nn.Linear(32, 32)
        self.conv = nn.Conv1d(7, 7, 3, padding=1, groups=7)

    def forward(self, input_ids):
        x = self.tokens(input_ids)
        {step}
        return self.filler(x)
"""
PAIRS = (
    (
        "x = self.conv(x)",
        "x = functional.conv1d(x, self.conv.weight, self.conv.bias, 1, (1,), dilation=(1,), groups=7)",
    ),
    ("x = x + (input_ids % 5)[..., None]", "x = x + (input_ids % torch.tensor(5))[..., None]"),
    (
        "x = x.masked_scatter((input_ids == 3)[..., None], self.filler(x))",
        "x = x.masked_scatter((input_ids == 3)[..., None].expand_as(x), self.filler(x))",
    ),
    ("x = torch.cat((torch.zeros_like(x[..., :1]), x), -1)[..., 1:]", "x = functional.pad(x, (1, 0))[..., 1:]"),
    ("x = torch.cat((x, torch.ones_like(x[:, :2])), 1)", "x = functional.pad(x, (0, 0, 0, 2), value=1.0)"),
    (
        "x = x + torch.arange(32) * torch.log(torch.arange(32))",
        "x = torch.arange(32) * torch.log(torch.arange(32)) + x",
    ),
)
OTHERS = (
    ("x = self.conv(x)", "x = functional.conv1d(x, self.conv.weight, self.conv.bias, padding=2, dilation=2, groups=7)"),
    ("x = x + (input_ids % 5)[..., None]", "x = x + (input_ids % torch.tensor(6))[..., None]"),
    ("x = torch.cat((x, torch.ones_like(x[:, :2])), 1)", "x = functional.pad(x, (0, 0, 2, 0), value=1.0)"),
)


def compared(first: str, second: str, folder: Path) -> Comparison:
    files = [folder / f"{name}.py" for name in ("first", "second")]
    for file, step in zip(files, (first, second), strict=True):
        file.write_text(MODEL.replace("{step}", step))
    return diff("Sample", "Sample", *files)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_same_step(first: str, second: str, tmp_path: Path) -> None:
    assert compared(first, second, tmp_path).verdict == "equal"


@pytest.mark.parametrize(("first", "second"), OTHERS)
def test_another_step(first: str, second: str, tmp_path: Path) -> None:
    assert compared(first, second, tmp_path).verdict == "different"


def test_a_step_that_is_not_understood_is_no_difference(tmp_path: Path) -> None:
    found = compared("x = x * 2", "import elsewhere\n        x = elsewhere.double(x)", tmp_path)
    assert found.verdict == "unknown"
    assert "second.py:16 was not understood" in found.reason


def test_a_mask_is_told_from_what_it_is_applied_to(tmp_path: Path) -> None:
    scores = "s = x @ x.mT\n        {mask}\n        x = s.softmax(-1) @ x"
    steps = [
        scores.replace("{mask}", f"s = s.masked_fill(torch.arange(7)[:, None] < torch.arange(7) + {shift}, -1e9)")
        for shift in (0, 1)
    ]
    (row,) = compared(*steps, tmp_path).departures
    assert row.masking
