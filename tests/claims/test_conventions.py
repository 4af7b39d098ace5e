"""Equal up to convention: what is told as the same, with its sentence, and what stays a contradiction."""

from __future__ import annotations

import pytest

from analyzer.claims import judge
from analyzer.claims.conventions import told_besides
from analyzer.report import Finding, Json
from tests.claims.made import claim, finding, subject

ROUTER: dict[str, Json] = {
    "moe.experts": 8,
    "moe.top_k": 2,
    "moe.scoring": "softmax",
    "moe.order": "score_then_topk",
    "moe.normalize_topk": True,
    "moe.selection_bias": "none",
    "moe.groups": "none",
}


def verdict(trait: str, stated: Json, code: dict[str, Json], beside: dict[str, Json] | None = None) -> tuple[str, str]:
    found: tuple[Finding, ...] = tuple(finding(name, value) for name, value in code.items())
    judged = judge(claim(trait, stated), subject(*found), beside)
    return judged.verdict.value, judged.convention


@pytest.mark.parametrize(
    ("trait", "stated", "code", "words"),
    [
        ("dims.ffn", 18432, {"dims.ffn": 9216, "mlp.gated": True}, "gate and up projections together, 2 × 9216"),
        ("norm.type", "layernorm_scale_only", {"norm.type": "rmsnorm"}, "divide by the root mean square"),
        ("mlp.activation", "SwiGLU", {"mlp.activation": "silu", "mlp.gated": True}, "a gated silu"),
        ("moe.order", "topk_then_score", ROUTER | {"moe.scoring": "sigmoid"}, "as sigmoid over the chosen experts"),
        ("moe.order", "topk_then_score", ROUTER, "the same weights as softmax over the chosen experts"),
        (
            "moe.normalize_topk",
            True,
            ROUTER | {"moe.order": "topk_then_score", "moe.normalize_topk": False},
            "over the chosen experts, divided",
        ),
        ("attention.window", 128, {"attention.window": 65, "attention.mask": "bidirectional"}, "64 tokens to either"),
        ("attention.window", 129, {"attention.window": 65, "attention.mask": "bidirectional"}, "and the token itself"),
        ("mlp.ratio", "8/3", {"mlp.ratio": 2.6875, "dims.hidden": 4096}, "rounds it up to a multiple of 256"),
        ("dims.context", 512, {"dims.context": 514, "position.offset": 2}, "514 rows, 2 of them before"),
    ],
)
def test_the_same_in_other_words(trait: str, stated: Json, code: dict[str, Json], words: str) -> None:
    told, why = verdict(trait, stated, code)
    assert told == "equivalent"
    assert words in why


@pytest.mark.parametrize(
    ("trait", "stated", "code"),
    [
        ("dims.ffn", 18432, {"dims.ffn": 9216, "mlp.gated": False}),
        ("dims.ffn", 18432, {"dims.ffn": 9217, "mlp.gated": True}),
        ("dims.ffn", 18432, {"dims.ffn": 9216}),
        ("norm.type", "layernorm", {"norm.type": "rmsnorm"}),
        ("norm.type", "layernorm_scale_only", {"norm.type": "layernorm"}),
        ("mlp.activation", "swiglu", {"mlp.activation": "silu", "mlp.gated": False}),
        ("mlp.activation", "geglu", {"mlp.activation": "gelu_tanh", "mlp.gated": True}),
        ("moe.order", "topk_then_score", ROUTER | {"moe.normalize_topk": False}),
        ("moe.order", "topk_then_score", ROUTER | {"moe.scoring": "something"}),
        ("moe.order", "topk_then_score", ROUTER | {"moe.selection_bias": "selection_only"}),
        ("moe.order", "topk_then_score", ROUTER | {"moe.groups": "4 of 8 groups"}),
        ("attention.window", 128, {"attention.window": 65, "attention.mask": "causal"}),
        ("attention.window", 128, {"attention.window": 64, "attention.mask": "bidirectional"}),
        ("mlp.ratio", 4, {"mlp.ratio": 4.25, "dims.hidden": 4096}),
        ("mlp.ratio", "8/3", {"mlp.ratio": 3.5, "dims.hidden": 4096}),
        ("dims.context", 512, {"dims.context": 514}),
        ("dims.context", 512, {"dims.context": 513, "position.offset": 2}),
    ],
)
def test_what_differs_stays_contradicted(trait: str, stated: Json, code: dict[str, Json]) -> None:
    assert verdict(trait, stated, code) == ("contradicted", "")


def test_what_the_paper_states_beside_takes_part_in_the_proof() -> None:
    code = ROUTER | {"moe.order": "topk_then_score", "moe.normalize_topk": False}
    stated: dict[str, Json] = {"moe.order": "score_then_topk", "moe.normalize_topk": True}
    assert verdict("moe.order", "score_then_topk", code, stated)[0] == "equivalent"
    assert verdict("moe.order", "score_then_topk", code, {"moe.order": "score_then_topk"})[0] == "contradicted"


def test_a_convention_counts_where_the_configuration_decides() -> None:
    wide = finding("dims.ffn", 9216, depends_on=("config.intermediate_size",))
    judged = judge(claim("dims.ffn", 18432), subject(wide, finding("mlp.gated", True), configured=True))
    assert judged.verdict.value == "equivalent"


def test_the_layers_that_agree_by_convention_come_first() -> None:
    other = finding("dims.ffn", 100, module="layers.0")
    same = finding("dims.ffn", 9216, module="layers.1")
    gate = finding("mlp.gated", True, module="layers.1")
    judged = judge(claim("dims.ffn", 18432), subject(other, same, gate))
    assert [one.module for one in judged.findings] == ["layers.1", "layers.0"]


def test_what_a_statement_tells_besides() -> None:
    assert set(told_besides({"mlp.activation": "swiglu"})) == {"mlp.gated"}
    assert set(told_besides({"moe.order": "topk_then_score", "moe.scoring": "softmax"})) == {"moe.normalize_topk"}
    assert set(told_besides({"moe.order": "topk_then_score", "moe.scoring": "sigmoid"})) == set()
    assert set(told_besides({"moe.order": "score_then_topk", "moe.scoring": "softmax"})) == set()
    assert set(told_besides({"mlp.activation": "silu"})) == set()
