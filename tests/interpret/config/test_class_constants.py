"""Where a derived field gets a number that its class states in no field."""

from __future__ import annotations

from pathlib import Path

import analyzer

CODE = """
from torch import nn


class Base:
    default_theta = 10000.0

    def __init__(self, rope=None):
        self.rope = dict(rope or {}, theta=self.default_theta)


class FirConfig(Base):
    default_theta = 500000.0


class Fir(nn.Module):
    def __init__(self, config: FirConfig):
        super().__init__()
        self.up = nn.Linear(8, 8)

    def forward(self, x):
        return self.up(x)
"""


def test_place_of_a_derived_dictionary_is_the_constant_that_it_holds(tmp_path: Path) -> None:
    (tmp_path / "modeling_fir.py").write_text(CODE, encoding="utf-8")
    field = analyzer.load("Fir", tmp_path).built.config["rope"]
    assert (field.source, field.span.line) == ("derived", 13)
