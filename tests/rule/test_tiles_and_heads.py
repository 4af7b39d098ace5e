"""Windows of vision models, heads that are none and norms that are no final norm, on real sources."""

from __future__ import annotations

import pytest

from analyzer import load
from analyzer.facts.embedding_and_head.head import heads
from analyzer.report import Finding
from analyzer.sources.discover import installed_package

pytestmark = pytest.mark.skipif(installed_package("transformers") is None, reason="needs transformers' sources")


def findings(name: str, rule: str) -> list[Finding]:
    return [one for one in load(name).findings([rule]) if one.module]


def test_windowed_and_global_layers_of_vision_models_are_told_apart() -> None:
    windows = {
        one.module: one.value for one in findings("sam_vision_model", "ATT007") if one.trait == "attention.window"
    }
    assert windows == {
        "vision_encoder.layers.{0,1,3,4,6,7,9,10}": 196,
        "vision_encoder.layers.{2,5,8,11}": "none",
    }
    (schedule,) = findings("sam_vision_model", "BLK001")
    assert "window 196, no rope, dense: i % 3 != 2" in schedule.message
    assert "config.global_attn_indexes" in schedule.depends_on


@pytest.mark.parametrize(
    ("name", "some"),
    [
        ("flava_text_model", False),  # a pooler
        ("qwen2_vl_vision", False),  # a merger
        ("parakeet_rnnt", False),  # what the encoder is projected to is read by another part
        ("swin", True),
        ("wav2vec2", True),
        ("mgp-str", True),
    ],
)
def test_logits_are_those_of_heads(name: str, some: bool) -> None:
    assert bool(load(name).query.facts(heads)) is some


def test_the_norm_of_the_last_block_is_not_said_to_be_none() -> None:
    (found,) = findings("bert", "NRM007")
    assert found.value is False
    roles = [place.role for place in found.evidence]
    assert "the last block's own norm" in roles
    assert not any(place.role == "read without a norm" and "LayerNorm" in place.text for place in found.evidence)


def test_equal_members_of_a_list_that_is_no_stack_are_one_finding() -> None:
    modules = [one.module for one in findings("clvp", "ATT003") if "mel_attn" in one.module]
    assert modules == ["conditioning_encoder.mel_attn_blocks.*"]
