"""Rules about attention, positions, feed-forward parts and experts, on graphs of recorded runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from analyzer.query import Query
from analyzer.rule import Match, Rule, bare
from analyzer.rule.packs import load_packs
from tests.recorded import recorded_model

PREFIXES = ("ATT", "POS", "FFN", "MOE")


def _rules() -> tuple[Rule, ...]:
    pack = load_packs([Path(__file__).parents[2] / "rules"])
    return tuple(rule for rule in pack.rules if rule.id.startswith(PREFIXES))


@dataclass(frozen=True)
class Case:
    model_type: str
    class_name: str
    expected: dict[str, object]


CASES = (
    Case(
        "internlm3",
        "LlamaForCausalLM",
        {
            "attention.kv": {"gqa"},
            "attention.scale": {"inv_sqrt_head_dim"},
            "attention.qk_norm": {"none"},
            "attention.qkv_bias": {False},
            "attention.mask": {"causal"},
            "attention.window": {"none"},
            "attention.gate": {"none"},
            "position.kind": {"rope"},
            "rope.layout": {"half"},
            "rope.fraction": {1.0},
            "mlp.activation": {"silu"},
            "mlp.gated": {True},
            "mlp.fused": {False},
            "mlp.bias": {False},
            "mlp.ratio": {1.5},
            "dims.heads": {4},
            "dims.kv_heads": {2},
            "dims.head_dim": {16},
            "dims.ffn": {96},
        },
    ),
    Case(
        "deepseek_v3",
        "DeepseekV3ForCausalLM",
        {
            "attention.kv": {"mla"},
            "rope.layout": {"interleaved"},
            "rope.fraction": {0.333333},
            "moe.scoring": {"sigmoid"},
            "moe.order": {"score_then_topk"},
            "moe.normalize_topk": {True},
            "moe.selection_bias": {"selection_only"},
            "moe.scale": {2.5},
            "moe.groups": {"1 of 2 groups, each by the sum of its best 2"},
            "moe.experts": {4},
            "moe.top_k": {2},
            "moe.shared_experts": {1},
        },
    ),
    Case(
        "gpt_oss",
        "GptOssForCausalLM",
        {
            "attention.sinks": {True},
            "attention.window": {8, "none"},
            "attention.qkv_bias": {True},
            "mlp.activation": {"quick_gelu"},
            "moe.order": {"topk_then_score"},
        },
    ),
    Case("bloom", "BloomForCausalLM", {"position.kind": {"alibi"}, "attention.qkv_fused": {True}}),
    Case("gptj", "GPTJForCausalLM", {"rope.layout": {"interleaved"}, "rope.fraction": {0.5}}),
    Case("olmo2", "Olmo2ForCausalLM", {"attention.qk_norm": {"full"}, "attention.qk_norm_order": {"before_rope"}}),
    Case("whisper", "WhisperForCausalLM", {"attention.qkv_bias": {"q,v"}, "mlp.gated": {False}}),
    Case("xglm", "XGLMForCausalLM", {"position.kind": {"sinusoidal"}, "rope.layout": set()}),
    Case("big_bird", "BigBirdForCausalLM", {"mlp.activation": {"gelu_tanh"}, "attention.mask": {"bidirectional"}}),
    Case("llama4_text", "Llama4ForCausalLM", {"attention.mask": {"causal", "chunked"}, "moe.scoring": {"sigmoid"}}),
    Case("starcoder2", "Starcoder2ForCausalLM", {"mlp.bias": {True}, "attention.o_bias": {True}}),
    Case("falcon_mamba", "FalconMambaForCausalLM", {"attention.kv": {"none"}, "mlp.activation": set()}),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model_type)
def test_recorded_run(case: Case) -> None:
    found = _values(recorded_query(case))
    wrong = {
        trait: (found.get(trait, set()), values)
        for trait, values in case.expected.items()
        if not _agree(found.get(trait, set()), values)
    }
    assert not wrong


def recorded_query(case: Case) -> Query:
    return Query(recorded_model(case.model_type, case.class_name))


def _agree(found: set[object], expected: object) -> bool:
    return {(type(value), value) for value in found} == {(type(value), value) for value in expected}  # type: ignore[attr-defined]


def _values(query: Query) -> dict[str, set[object]]:
    found: dict[str, set[object]] = {}
    for rule in _rules():
        for match in rule.matches(query):
            found.setdefault(match.trait or rule.traits[0], set()).add(_value(match))
    return found


def _value(match: Match) -> object:
    value = bare(match.value)
    return tuple(value) if isinstance(value, list) else value


def test_every_match_names_a_trait_of_its_rule() -> None:
    query = Query(recorded_model("deepseek_v3", "DeepseekV3ForCausalLM"))
    for rule in _rules():
        assert {match.trait or rule.traits[0] for match in rule.matches(query)} <= set(rule.traits)


def test_every_match_has_evidence() -> None:
    query = Query(recorded_model("gpt_oss", "GptOssForCausalLM"))
    matches: Iterable[Match] = (match for rule in _rules() for match in rule.matches(query))
    assert all(match.evidence for match in matches)
