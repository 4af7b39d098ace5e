"""What one model may cost."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer
from analyzer.interpret.runtime import meter

MODEL = """
from torch import nn

class Costly(nn.Module):
    def __init__(self, size=8):
        super().__init__()
        self.inner = nn.Linear(8, 8)
        {body}

    def forward(self, x):
        return self.inner(x)
"""


def failure(folder: Path, body: str) -> str:
    (folder / "modeling_costly.py").write_text(MODEL.format(body=body))
    report = analyzer.scan(folder, jobs=1)
    assert not [problem for problem in report.errors if problem.code == "internal"]
    (model,) = report.models
    return " ".join(f"{gap.code}:{gap.line}:{gap.explanation}" for gap in model.coverage.gaps)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("while True: pass", "statements"),
        ("for i in range(10**12): pass", "statements"),
        ("kept = ['x' * 10**6 + str(i) for i in range(10**6)]", "elements"),
        ("layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(300000)])", "MB"),
    ],
)
def test_a_spent_budget_ends_the_model_at_its_line(body: str, reason: str, tmp_path: Path) -> None:
    found = failure(tmp_path, body)
    assert "budget:8:" in found or "budget:7:" in found  # the last expression that was evaluated
    assert reason in found


def test_time_ends_without_signals(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(meter, "MOST_SECONDS", 0.0)
    assert "seconds" in failure(tmp_path, "for i in range(10**5): size += i")


def test_a_large_field_is_named(tmp_path: Path) -> None:
    (tmp_path / "modeling_costly.py").write_text(
        MODEL.format(body="self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(size)])")
    )
    report = analyzer.scan(tmp_path, jobs=1, overrides={"size": 10**6})
    (problem,) = report.errors
    assert "size = 1,000,000" in problem.message
