"""What findings show for a match: the line that decides comes first, the model's own call before shared code."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer
from analyzer.report import Finding

OAK = """
from dataclasses import dataclass

import torch
from torch import nn

from ...shared import ACTIVATIONS


@dataclass
class OakConfig:
    width: int = 8
    heads: int = 2
    eps: float = 1e-6
    activation: str = "silu"


class OakNorm(nn.Module):
    def __init__(self, width, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        return self.weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)


class OakLayer(nn.Module):
    def __init__(self, config: OakConfig):
        super().__init__()
        self.heads, self.size = config.heads, config.width // config.heads
        self.scaling = 1.0
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width)
        self.act = ACTIVATIONS[config.activation]()
        self.up, self.down = nn.Linear(config.width, 16), nn.Linear(16, config.width)
        self.first = {first}
        self.second = {second}

    def forward(self, x):
        q, k, v = self.qkv(self.first(x)).view(2, 7, 3, self.heads, self.size).permute(2, 0, 3, 1, 4).unbind(0)
        y = torch.softmax(q @ k.transpose(-1, -2) * self.scaling, -1) @ v
        x = x + self.out(y.transpose(1, 2).reshape(2, 7, -1))
        return x + self.down(self.act(self.up(self.second(x))))


class OakModel(nn.Module):
    def __init__(self, config: OakConfig):
        super().__init__()
        self.embed = nn.Embedding(20, config.width)
        self.layers = nn.ModuleList([OakLayer(config) for _ in range(2)])

    def forward(self, input_ids):
        x = self.embed(input_ids)
        for layer in self.layers:
            x = layer(x)
        return x
"""
SHARED = """
import torch
from torch import nn


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


ACTIVATIONS = {"silu": Swish}
"""


def findings(folder: Path, first: str, second: str = "OakNorm(config.width)") -> list[Finding]:
    """What is found in a model whose layers have these two norms."""
    home = folder / "models" / "oak"
    home.mkdir(parents=True)
    for path in (folder, folder / "models", home):
        (path / "__init__.py").write_text("", encoding="utf-8")
    (folder / "shared.py").write_text(SHARED, encoding="utf-8")
    code = OAK.replace("{first}", first).replace("{second}", second)
    (home / "modeling_oak.py").write_text(code, encoding="utf-8")
    return list(analyzer.load("OakModel", folder).findings())


def evidence(found: list[Finding], trait: str) -> list[tuple[str, str]]:
    """Roles and texts of the evidence for a trait (for a rule without traits, by its name)."""
    chosen = next(one for one in found if trait in (one.trait, one.name))
    return [(place.role, place.text) for place in chosen.evidence]


def test_construction_of_a_library_module_comes_before_its_call(tmp_path: Path) -> None:
    norm = "nn.LayerNorm(config.width, eps=config.eps)"
    found = findings(tmp_path, norm, norm)
    made = ("construction", "LayerNorm(config.width, eps=config.eps)")
    for trait in ("norm.eps", "norm.type", "norm.bias", "norm.unit_offset"):
        assert evidence(found, trait)[0] == made, trait
    assert evidence(found, "attention.qkv_bias")[0] == (
        "construction",
        "Linear(config.width, 3 * config.width, bias=False)",
    )
    assert "construction" not in [role for role, _ in evidence(found, "norm.placement")]


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        ("OakNorm(config.width, config.eps)", [("construction", "OakNorm(config.width, config.eps)")]),
        ("OakNorm(config.width)", [("construction", "OakNorm(config.width)"), ("setting", "eps=1e-5")]),
    ],
)
def test_number_of_an_own_module_is_shown_where_it_is_given(
    tmp_path: Path, made: str, shown: list[tuple[str, str]]
) -> None:
    found = evidence(findings(tmp_path, made, made), "norm.eps")
    assert found[: len(shown)] == shown
    assert found[len(shown)][0] == "epsilon"


def test_number_set_by_the_constructor_is_shown_there(tmp_path: Path) -> None:
    found = findings(tmp_path, "OakNorm(config.width)")
    assert ("setting", "self.scaling = 1.0") in evidence(found, "unscaled-attention")


def test_hazard_shows_both_sides(tmp_path: Path) -> None:
    found = findings(tmp_path, "OakNorm(config.width, config.eps)", "OakNorm(config.width)")
    texts = [text for _, text in evidence(found, "hard-coded-epsilon")]
    assert texts[:2] == ["OakNorm(config.width)", "eps=1e-5"]
    assert "OakNorm(config.width, config.eps)" in texts


def test_own_call_comes_before_shared_code(tmp_path: Path) -> None:
    found = evidence(findings(tmp_path, "OakNorm(config.width)"), "mlp.activation")
    assert [role for role, _ in found[:3]] == ["construction", "call", "activation"]
    assert found[0][1] == "ACTIVATIONS[config.activation]()"
    assert found[1][1] == "act(self.up(self.second(x)))"


def test_layers_are_shown_where_their_list_is_made(tmp_path: Path) -> None:
    found = evidence(findings(tmp_path, "OakNorm(config.width)"), "dims.layers")
    assert found[0] == ("list of layers", "ModuleList([OakLayer(config) for _ in range(2)])")
