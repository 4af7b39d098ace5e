"""The names of weights in published files follow from the library's own saving function."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.api import Attempt, each
from analyzer.graph import BuiltModel
from tests import corpus

SMALL = {
    "mixtral": {"num_hidden_layers": 2, "num_local_experts": 3},
    "qwen2_5_vl": {"text_config.num_hidden_layers": 1, "vision_config.depth": 1},
    "llama": {"num_hidden_layers": 1},
}


@pytest.fixture(scope="module")
def tree() -> Path:
    return corpus.pinned()


def published(tree: Path, name: str) -> dict[str, tuple[tuple[int, ...], tuple[str, ...]]]:
    built = each(_model, tree, models=[name], overrides=SMALL[name], trace=False, published=True, jobs=1)
    (model,) = built
    assert model.published is not None
    assert model.status == "complete"
    return {one.name: (one.shape, one.members) for one in model.published}


def _model(attempt: Attempt) -> BuiltModel:
    return attempt.model


def test_experts_are_one_tensor_each_under_their_first_names(tree: Path) -> None:
    found = published(tree, "mixtral")
    layer, block = "model.layers.1.block_sparse_moe", "model.layers.1.mlp"
    for number in range(3):
        assert found[f"{layer}.experts.{number}.w1.weight"] == ((14336, 4096), (f"{block}.experts.gate_up_proj",))
        assert found[f"{layer}.experts.{number}.w2.weight"] == ((4096, 14336), (f"{block}.experts.down_proj",))
        assert found[f"{layer}.experts.{number}.w3.weight"] == ((14336, 4096), (f"{block}.experts.gate_up_proj",))
    assert found[f"{layer}.gate.weight"] == ((3, 4096), (f"{block}.gate.weight",))
    assert not any("gate_up_proj" in name for name in found)


def test_prefixes_of_towers_are_those_of_the_files(tree: Path) -> None:
    found = published(tree, "qwen2_5_vl")
    assert found["model.layers.0.mlp.up_proj.weight"][1] == ("model.language_model.layers.0.mlp.up_proj.weight",)
    assert found["visual.blocks.0.attn.qkv.weight"][1] == ("model.visual.blocks.0.attn.qkv.weight",)


def test_without_a_conversion_the_names_are_those_of_the_model(tree: Path) -> None:
    found = published(tree, "llama")
    assert all(members == (name,) for name, (_, members) in found.items())
    assert found["model.layers.0.self_attn.q_proj.weight"] == (
        (4096, 4096),
        ("model.layers.0.self_attn.q_proj.weight",),
    )


def test_code_outside_of_the_library_keeps_its_names(tmp_path: Path) -> None:
    (tmp_path / "modeling_oak.py").write_text(
        "from torch import nn\n\n\nclass Oak(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n        self.up = nn.Linear(2, 3)\n\n"
        "    def forward(self, x):\n        return self.up(x)\n"
    )
    (model,) = each(_model, tmp_path, models=["Oak"], published=True, jobs=1)
    assert [one.name for one in model.published or ()] in (["up.weight", "up.bias"], [])
    assert not model.gaps
