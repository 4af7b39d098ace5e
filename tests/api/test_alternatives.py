"""The other branches of a configuration: which fields, which values, what they change."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from analyzer import Alternative, branches
from analyzer.cli import main
from tests.corpus import pinned

CODE = """
import torch
from torch import nn
from torch.nn import functional
from transformers import PreTrainedConfig, PreTrainedModel


class OakConfig(PreTrainedConfig):
    model_type = "oak"

    def __init__(self, tied=True, first=True, kind="bare", cap=30.0, num_hidden_layers=6, **kwargs):
        self.use_bias = tied
        self.norm_first = first
        self.kind = kind
        self.cap = cap
        self.num_hidden_layers = num_hidden_layers
        super().__init__(**kwargs)


class Leaf(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.norm = nn.LayerNorm(32)
        self.joint = nn.Linear(32, 96, bias=config.use_bias)
        self.out = nn.Linear(32, 32)

    def mix(self, x):
        q, k, v = self.joint(x).view(2, -1, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        s = q @ k.mT * 8**-0.5
        if self.config.cap is not None:
            s = torch.tanh(s / self.config.cap) * self.config.cap
        return self.out((s.softmax(-1) @ v).transpose(1, 2).flatten(2))

    def forward(self, x):
        if self.config.norm_first:
            x = x + self.mix(self.norm(x))
        else:
            x = self.norm(x + self.mix(x))
        if self.config.kind == "scaled":
            x = x * 2
        return x


class OakModel(PreTrainedModel):
    config_class = OakConfig

    def __init__(self, config: OakConfig):
        super().__init__(config)
        self.tokens = nn.Embedding(20, 32)
        self.leaves = nn.ModuleList([Leaf(config) for _ in range(config.num_hidden_layers)])

    def forward(self, input_ids):
        x = self.tokens(input_ids)
        for leaf in self.leaves:
            x = leaf(x)
        return x
"""


@pytest.fixture(scope="module")
def oak(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("oak")
    (folder / "modeling_oak.py").write_text(CODE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def found(oak: Path) -> dict[str, Alternative]:
    pinned()
    return {one.field: one for one in branches("OakModel", oak)}


def changes(one: Alternative) -> dict[str, tuple[object, object]]:
    return {change.trait: (change.before, change.after) for change in one.changes}


def test_a_boolean_gets_its_opposite(found: dict[str, Alternative]) -> None:
    assert found["norm_first"].other is False
    assert changes(found["norm_first"])["norm.placement"] == ("pre", "post")
    assert changes(found["use_bias"])["attention.qkv_bias"] == (True, False)


def test_a_value_that_may_be_none_becomes_none(found: dict[str, Alternative]) -> None:
    assert (found["cap"].current, found["cap"].other) == (30.0, None)
    assert changes(found["cap"]) == {"attention.softcap": (30.0, "none")}


def test_fields_that_change_nothing_are_left_out(found: dict[str, Alternative]) -> None:
    assert set(found) <= {"norm_first", "use_bias", "cap", "kind"}


def test_a_model_of_equal_layers_is_built_small(found: dict[str, Alternative]) -> None:
    (bias,) = [one for one in found["use_bias"].changes if one.trait == "params.total"]
    assert bias.before == bias.after + 2 * 96  # type: ignore[operator]


def test_show_prints_them(oak: Path) -> None:
    pinned()
    arguments = ["show", f"OakModel@{oak}", "--select", "norm.placement", "--branches"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "config.norm_first = false instead of true" in result.output
    assert "norm.placement  pre → post" in result.output
