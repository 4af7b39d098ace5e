"""What is analysed equals what PyTorch builds and runs, where both are installed."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: pip install -e '.[live]'")

from analyzer import Model, load, models
from tests.live import real
from tests.scoreboard import operations
from tests.scoreboard.matching import overlap_of_shapes

SMALL = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "vocab_size": 160,
    "use_cache": False,
}
KV = {**SMALL, "num_key_value_heads": 2}
WIDE = {**SMALL, "image_size": 32, "patch_size": 8}
T5 = {"d_model": 64, "d_kv": 16, "d_ff": 96, "num_layers": 2, "num_heads": 4, "vocab_size": 160, "use_cache": False}
MODELS: dict[str, dict[str, Any]] = {
    "BertForMaskedLM": SMALL,
    "GemmaForCausalLM": {**KV, "head_dim": 16},
    "GPTNeoXForCausalLM": SMALL,
    "LlamaForCausalLM": KV,
    "OlmoForCausalLM": KV,
    "Qwen3ForCausalLM": {**KV, "head_dim": 16},
    "RobertaForMaskedLM": SMALL,
    "T5ForConditionalGeneration": T5,
    "ViTForImageClassification": {name: WIDE[name] for name in WIDE if name not in ("vocab_size", "use_cache")},
}


@pytest.fixture(scope="module", params=MODELS)
def pair(request: pytest.FixtureRequest) -> tuple[Model, Any]:
    """A model as analysed, and the same in PyTorch."""
    config = MODELS[request.param]
    model = load(request.param, overrides=config, dtype=None)
    wanted = (model.built.model_type, request.param)
    entry = next(one for one in models(all_classes=True) if (one.model_type, one.class_name) == wanted)
    return model, real.constructed(entry, config, "cpu")


def test_parameters(pair: tuple[Model, Any]) -> None:
    model, module = pair
    assert {name: tuple(map(int, item.shape)) for name, item in model.parameters.items()} == real.parameters(module)
    kept = {name: tuple(map(int, item.shape)) for name, item in model.buffers.items() if item.persistent}
    assert kept == real.buffers(module)
    assert model.built.total == sum(item.numel() for item in module.parameters())


def test_calls_and_operations(pair: tuple[Model, Any]) -> None:
    model, module = pair
    inputs = {name: (dtype.value, tuple(map(int, shape))) for name, (dtype, shape) in model.built.inputs.items()}
    calls, recorder = real.run(module, inputs)
    assert [(call.path, call.class_name) for call in model.built.calls if call.named] == calls
    traced = [item for item in operations.traced_shapes(model.built) if item[1] and item[0][1] != "Tensor.__setitem__"]
    shared = overlap_of_shapes(recorder.seen, traced)
    assert shared.recall >= 0.98
    assert shared.precision >= 0.95
