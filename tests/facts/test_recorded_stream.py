"""Rules about norms, residual streams, embeddings and heads, on graphs of recorded runs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from analyzer.query import Query
from analyzer.rule import Match, Rule, bare
from analyzer.rule.packs import load_packs
from tests.recorded import recorded_model

PREFIXES = ("NRM", "RES", "EMB", "LOG", "DIM")


def _rules() -> tuple[Rule, ...]:
    pack = load_packs([Path(__file__).parents[2] / "rules"])
    return tuple(rule for rule in pack.rules if rule.id.startswith(PREFIXES))


@dataclass(frozen=True)
class Case:
    model_type: str
    class_name: str
    expected: dict[str, set[tuple[str, object]]]


CASES = (
    Case(
        "internlm3",
        "LlamaForCausalLM",
        {
            "norm.type": {("model.layers.*", "rmsnorm")},
            "norm.placement": {("model.layers.*", "pre")},
            "norm.upcast": {("model.layers.*", "float32")},
            "norm.final": {("model.norm", True)},
            "residual.topology": {("model.layers.*", "sequential")},
            "residual.scale": {("model.layers.*", "none")},
            "dims.hidden": {("model.layers.*", 64)},
            "logits.softcap": {("lm_head", "none")},
        },
    ),
    Case("afmoe", "AfmoeForCausalLM", {"norm.placement": {("model.layers.*", "sandwich")}}),
    Case(
        "axk1",
        "AXK1ForCausalLM",
        {"norm.placement": {("model.layers.0", "pre"), ("model.layers.1", "mixed")}},
    ),
    Case("bart", "BartForCausalLM", {"norm.placement": {("model.decoder.layers.*", "post")}}),
    Case(
        "olmo2",
        "Olmo2ForCausalLM",
        {"norm.placement": {("model.layers.*", "post_in_residual")}, "norm.final": {("model.norm", True)}},
    ),
    Case(
        "minimax",
        "MiniMaxForCausalLM",
        {"norm.placement": {("model.layers.*", "post")}, "embedding.norm": {("model.embed_tokens", False)}},
    ),
    Case("gptj", "GPTJForCausalLM", {"residual.topology": {("transformer.h.*", "shared_norm_parallel")}}),
    Case("gpt_neox", "GPTNeoXForCausalLM", {"residual.topology": {("gpt_neox.layers.*", "parallel")}}),
    Case("hy_v4", "HYV4ForCausalLM", {"residual.topology": {("model.layers.*", "hyper_connections")}}),
    Case("falcon_mamba", "FalconMambaForCausalLM", {"residual.topology": {("backbone.layers.*", "single")}}),
    Case("bloom", "BloomForCausalLM", {"embedding.norm": {("transformer.word_embeddings", True)}}),
    Case("minicpm3", "MiniCPM3ForCausalLM", {"logits.scale": {("lm_head", 4.0)}}),
    Case("gemma3n_text", "Gemma3nForCausalLM", {"logits.softcap": {("lm_head", 30.0)}}),
    Case("xlm", "XLMModel", {"norm.placement": {("", "post")}, "norm.type": {("", "layernorm")}}),
    Case("swin", "SwinModel", {"norm.placement": {("encoder.layers.*.blocks.*", "pre")}}),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model_type)
def test_recorded_run(case: Case) -> None:
    found = _values(Query(recorded_model(case.model_type, case.class_name)))
    wrong = {
        trait: (found.get(trait, set()), values)
        for trait, values in case.expected.items()
        if _typed(found.get(trait, set())) != _typed(values)
    }
    assert not wrong


def _typed(found: set[tuple[str, object]]) -> set[tuple[str, str, object]]:
    return {(module, type(value).__name__, value) for module, value in found}


def _values(query: Query) -> dict[str, set[tuple[str, object]]]:
    found: dict[str, set[tuple[str, object]]] = {}
    for rule in _rules():
        for match in rule.matches(query):
            value = match.reason if match.reason else _number(match)
            found.setdefault(match.trait or rule.traits[0], set()).add((match.module, value))
    return found


def _number(match: Match) -> object:
    value = bare(match.value)
    return round(value, 6) if isinstance(value, float) else value


def test_every_match_has_evidence_and_a_trait_of_its_rule() -> None:
    query = Query(recorded_model("bart", "BartForConditionalGeneration"))
    for rule in _rules():
        for match in rule.matches(query):
            assert match.trait in (None, *rule.traits)
            assert match.evidence


def test_facts_of_a_large_graph_are_quick() -> None:
    query = Query(recorded_model("zamba", "ZambaForCausalLM"))
    before = time.process_time()
    for rule in _rules():
        list(rule.matches(query))
    assert time.process_time() - before < 2
