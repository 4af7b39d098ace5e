"""What is said of padding and packing on real models: how positions are counted, what is pooled, what packs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from analyzer import load
from tests.corpus import pinned

RULES = ("MSK002", "MSK003", "MSK004")
POSITIONS, POOLED, LENGTHS = "masking.position_ids", "masking.pooled_position", "masking.variable_length"
TWO: Mapping[str, object] = {"num_hidden_layers": 2}
NO_PADDING: Mapping[str, object] = {"pad_token_id": None, **TWO}


@pytest.mark.parametrize(
    ("model", "overrides", "expected"),
    [
        ("llama", TWO, {POSITIONS: "arange", LENGTHS: "positions"}),
        # Its masks are made without the positions, so that packed sequences see each other.
        ("gpt_oss", TWO, {POSITIONS: "arange"}),
        # Positions are counted from the mask where the caller gives one, which the analysed call leaves out.
        ("opt", TWO, {POSITIONS: "from_mask"}),
        ("bloom", {}, {POSITIONS: "from_mask"}),
        ("roberta", TWO, {POSITIONS: "from_mask"}),
        ("falcon_h1", TWO, {POSITIONS: "arange"}),
        ("BertModel", TWO, {POSITIONS: "arange", POOLED: "first"}),
        ("CLIPTextModel", TWO, {POSITIONS: "arange", POOLED: "marker"}),
        ("SiglipTextModel", TWO, {POSITIONS: "arange", POOLED: "last"}),
        ("LlamaForSequenceClassification", NO_PADDING, {POSITIONS: "arange", POOLED: "last", LENGTHS: "positions"}),
        (
            "LlamaForSequenceClassification",
            {"pad_token_id": 0, **TWO},
            {POSITIONS: "arange", POOLED: "last_unpadded", LENGTHS: "positions"},
        ),
    ],
)
def test_masking(model: str, overrides: Mapping[str, object], expected: Mapping[str, str]) -> None:
    found = load(model, pinned(), overrides=overrides).findings(select=RULES)
    assert {one.trait: one.value for one in found} == expected
    assert all(one.evidence and one.reason is None for one in found)
