"""Configurations with sizes of zero and below: models that nobody builds, about which no rule may stumble."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import analyzer

FIXTURES = Path(__file__).parent.parent / "fixtures"
NUMBER = re.compile(r"\b(\w+)(?:: \w+)?\s*=\s*\d[\d.e-]*\b")


def fields() -> Iterator[tuple[str, str]]:
    """The numbers of the configurations of made-up models, by family."""
    for file in sorted(FIXTURES.glob("*/configuration_*.py")):
        names = set(NUMBER.findall(file.read_text(encoding="utf-8")))
        yield from ((file.parent.name, name) for name in sorted(names))


SAMPLE = [*fields()][::3]


def test_there_are_fields() -> None:
    assert len(SAMPLE) > 30


@pytest.mark.parametrize(("family", "field"), SAMPLE)
def test_no_rule_stumbles(family: str, field: str) -> None:
    for value in (0, -1):
        report = analyzer.scan(FIXTURES / family, config={field: value}, jobs=1)
        assert not [error for error in report.errors if error.code in ("rule-failed", "internal")]
        assert report.models


def test_an_axis_of_a_negative_size_is_refused(tmp_path: Path) -> None:
    (tmp_path / "modeling_net.py").write_text(
        "import torch\nfrom torch import nn\n\n"
        "class Net(nn.Module):\n"
        "    def forward(self, x: torch.Tensor):\n"
        "        return x.view(-1, -2)\n"
    )
    (model,) = analyzer.scan(tmp_path, jobs=1).models
    (gap,) = model.coverage.gaps
    assert gap.explanation.startswith("an axis of size -")
