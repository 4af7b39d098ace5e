"""Fields of a config.json under older names: what the configuration class itself maps leads to the same model."""

from __future__ import annotations

import pytest

import analyzer

SMALL = {"num_hidden_layers": 1, "hidden_size": 48, "num_attention_heads": 4, "intermediate_size": 96}
PAIRS = {
    "gpt2": (
        {"n_embd": 48, "n_layer": 2, "n_head": 4},
        {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4},
    ),
    "distilbert": (
        {"dim": 48, "n_layers": 2, "n_heads": 4, "hidden_dim": 80},
        {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "hidden_dim": 80},
    ),
    "t5": (
        {"d_model": 48, "num_layers": 2, "num_heads": 4, "d_kv": 12},
        {"hidden_size": 48, "num_layers": 2, "num_attention_heads": 4, "head_dim": 12},
    ),
    "bloom": ({"n_embed": 48, "n_layer": 1, "n_head": 4}, {"hidden_size": 48, "n_layer": 1, "n_head": 4}),
    "llama": (
        {**SMALL, "rope_theta": 5000.0, "rope_scaling": {"type": "linear", "factor": 2.0}},
        {**SMALL, "rope_parameters": {"rope_type": "linear", "factor": 2.0, "rope_theta": 5000.0}},
    ),
    "phi3": (
        {**SMALL, "rope_theta": 5000.0, "partial_rotary_factor": 0.5},
        {**SMALL, "rope_parameters": {"rope_type": "default", "rope_theta": 5000.0, "partial_rotary_factor": 0.5}},
    ),
}


@pytest.mark.parametrize("model_type", PAIRS)
def test_older_names_give_the_same_model(model_type: str) -> None:
    older, newer = (analyzer.load(model_type, config=config) for config in PAIRS[model_type])
    shapes = [{name: one.shape for name, one in model.parameters.items()} for model in (older, newer)]
    assert shapes[0] == shapes[1]
    assert next(iter(shapes[0].values()))[-1] == 48, "the embedding has the width that was given"
    operations = [[(op.kind, op.target, *(out.shape for out in op.outputs)) for op in m.graph] for m in (older, newer)]
    assert operations[0] == operations[1]
    assert _rope(older) == _rope(newer)


def _rope(model: analyzer.Model) -> dict[str, object]:
    return {finding.trait: finding.value for finding in model.findings(select=["rope"])}
