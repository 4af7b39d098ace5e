"""From a claim and what is known of a model to a verdict; from a model to what a paper leaves out."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest

from analyzer.claims import TRAIT_IMPACTS, Impact, Target, complaints, divergences, judge, skeleton
from analyzer.claims.agreement import same
from analyzer.claims.expressions import evaluate, parse
from analyzer.claims.unstated import unstated
from analyzer.report import Json, Verdict
from analyzer.rule.impact import impact_of, rank
from analyzer.rule.vocabulary import find_trait, vocabulary
from tests.claims.made import PLACE, claim, field, finding, paper, subject

SIZES = {"head_dim": 64.0, "hidden": 1024.0, "config.width": 3.0}


@pytest.mark.parametrize(
    ("stated", "found", "factor"),
    [
        ("pre", "pre", False),
        ("swish", "silu", False),
        (1e-5, 1.0000001e-05, False),
        (4, 4.0, False),
        ("q,v", "v,q", False),
        ("rope", ["learned", "rope"], False),
        ([1, 2], [1, 2], False),
        ([10000, 500000], 10000.0, False),
        ("parallel", "shared_norm_parallel", False),
        ("inv_sqrt_head_dim", 0.125, True),
        (0.125, "inv_sqrt_head_dim", True),
        ("1/sqrt(head_dim)", "inv_sqrt_head_dim", True),
        ("none", 1.0, True),
        (32, "sqrt_hidden", True),
        ("config.width ** 2", 9, True),
        ("32/head_dim", 0.5, False),
        ("128K", 128256, False),
        ("128k", 131072, False),
        ("50K", 50265, False),
        ("1.5M", 1_536_000, False),
    ],
)
def test_values_that_mean_the_same(stated: Json, found: Json, factor: bool) -> None:
    assert same(stated, found, SIZES.get, factor=factor)


@pytest.mark.parametrize(
    ("stated", "found", "factor"),
    [
        ("pre", "post", False),
        (1, True, False),
        (False, 0, False),
        (30000, 30522, False),
        ("gelu", "gelu_tanh", False),
        ("shared_norm_parallel", "parallel", False),
        ("none", "inv_sqrt_head_dim", True),
        ("none", 1.0, False),
        ([1, 2], [2, 1], False),
        ("1/sqrt(3*head_dim)", "inv_sqrt_head_dim", True),
        ("1/sqrt(unheard)", 0.125, True),
        (1e-6, 1e-5, False),
        ("128K", 127000, False),
        ("50K", 50500.1, False),
        ("50K", "half", False),
    ],
)
def test_values_that_differ(stated: Json, found: Json, factor: bool) -> None:
    assert not same(stated, found, SIZES.get, factor=factor)


@pytest.mark.parametrize("text", ["pre", "head_dim", "f(2)", "__import__('os')", "a.b", "1 if 2 else 3", "2 +", "[1]"])
def test_only_arithmetic_is_an_expression(text: str) -> None:
    assert parse(text) is None


def test_arithmetic_without_an_answer_has_none() -> None:
    for text in ("1/0", "log(0)", "sqrt(0-1)", "1/(head_dim - 64)", "config.other * 2"):
        tree = parse(text)
        assert tree is not None
        assert evaluate(tree, SIZES.get) is None, text


def test_confirmed_and_contradicted() -> None:
    model = subject(finding("norm.type", "rmsnorm"))
    assert judge(claim("norm.type", "rmsnorm"), model).verdict is Verdict.CONFIRMED
    assert judge(claim("norm.type", "layernorm"), model).verdict is Verdict.CONTRADICTED
    excluded = claim("norm.type", excluded="none")
    assert judge(excluded, model).verdict is Verdict.CONFIRMED


def test_the_configuration_decides_unless_it_is_the_one_that_is_meant() -> None:
    found = finding("mlp.activation", "relu", depends_on=("config.act",))
    assert judge(claim("mlp.activation", "gelu"), subject(found)).verdict is Verdict.CONFIGURABLE
    assert judge(claim("mlp.activation", "gelu"), subject(found, configured=True)).verdict is Verdict.CONTRADICTED


def test_a_factor_made_of_sizes_is_not_configurable() -> None:
    found = finding("attention.scale", "inv_sqrt_head_dim", depends_on=("config.hidden_size",))
    assert judge(claim("attention.scale", "none"), subject(found)).verdict is Verdict.CONTRADICTED
    number = finding("attention.scale", 0.5, depends_on=("config.scale",))
    assert judge(claim("attention.scale", 0.25), subject(number)).verdict is Verdict.CONFIGURABLE


def test_undecided_findings_leave_the_claim_undecided() -> None:
    found = finding("norm.type", None, reason="no statistic found")
    judged = judge(claim("norm.type", "rmsnorm"), subject(found))
    assert (judged.verdict, judged.reason) == (Verdict.UNDECIDABLE, "no statistic found")


def test_without_a_finding_only_absence_can_be_confirmed() -> None:
    assert judge(claim("attention.softcap", "none"), subject()).verdict is Verdict.CONFIRMED
    assert judge(claim("attention.softcap", "none"), subject(complete=False)).verdict is Verdict.UNDECIDABLE
    assert judge(claim("attention.softcap", 30.0), subject()).verdict is Verdict.UNDECIDABLE
    assert judge(claim("dropout.embedding", 0.0), subject()).verdict is Verdict.CONFIRMED
    assert judge(claim("dropout.embedding", 0.1), subject()).verdict is Verdict.UNDECIDABLE
    assert judge(claim("dropout.layer", 0.0), subject()).verdict is Verdict.UNDECIDABLE
    assert judge(claim("norm.eps", 1e-6), subject()).reason == "no rule decides norm.eps here"


def test_a_model_that_failed_decides_nothing() -> None:
    judged = judge(claim("attention.softcap", "none"), subject(failure="does not build"))
    assert (judged.verdict, judged.reason) == (Verdict.UNDECIDABLE, "does not build")


def test_the_main_stack_is_meant_unless_a_module_is_named() -> None:
    own, tower = finding("norm.type", "rmsnorm"), finding("norm.type", "layernorm", module="vision.blocks.*")
    model = subject(tower, own)
    assert judge(claim("norm.type", "layernorm"), model).verdict is Verdict.CONTRADICTED
    assert judge(claim("norm.type", "layernorm", module="vision.*"), model).verdict is Verdict.CONFIRMED


def test_a_claim_holds_where_some_layers_do_so_and_a_list_where_all_are_there() -> None:
    local = finding("rope.theta", 10000.0, module="layers.{0,1}")
    model = subject(local, finding("rope.theta", 1000000.0, module="layers.2"))
    assert judge(claim("rope.theta", 1000000), model).findings[0].module == "layers.2"
    assert judge(claim("rope.theta", [10000, 1000000]), model).verdict is Verdict.CONFIRMED
    assert judge(claim("rope.theta", [10000, 500000]), model).verdict is Verdict.CONTRADICTED


# -- what is left out ---


def test_facts_are_left_out_that_nobody_states_or_assumes() -> None:
    model = subject(
        finding("norm.eps", 1e-12),
        finding("norm.unit_offset", True),
        finding("attention.softcap", "none"),
        finding("norm.type", "rmsnorm"),
        finding("dims.layers", 3),
    )
    told = [found[0].trait for found in unstated({"norm.type"}, (), model)]
    assert told == ["norm.unit_offset", "norm.eps"]


def test_a_flag_is_not_taken_for_a_number() -> None:
    assert [found[0].value for found in unstated((), (), subject(finding("position.offset", 2)))] == [2]
    assert list(unstated((), (), subject(finding("position.offset", 0)))) == []


def test_every_row_ranks_a_trait_that_there_is() -> None:
    names = [trait.name for trait in vocabulary()]
    assert [
        row.trait for row in TRAIT_IMPACTS if not find_trait(row.trait) and not fnmatch.filter(names, row.trait)
    ] == []
    assert impact_of("dims.layers") is None  # sizes are in every configuration


def test_the_ranking_follows_the_impacts() -> None:
    ranks = sorted(TRAIT_IMPACTS, key=lambda row: rank(row.trait))
    assert [row.impact for row in ranks] == sorted((row.impact for row in TRAIT_IMPACTS), key=list(Impact).index)
    assert rank("norm.placement") < rank("norm.eps") < rank("norm.upcast") < rank("init.std")
    assert len({row.trait for row in TRAIT_IMPACTS}) == len(TRAIT_IMPACTS)


def test_what_most_models_do_comes_after_what_they_do_not() -> None:
    assert rank("norm.unit_offset", [True]) < rank("norm.placement", ["pre"])
    assert rank("norm.placement", ["post"]) < rank("norm.unit_offset", [True])
    assert rank("norm.placement", ["pre"]) < rank("embedding.tied", [True])
    assert rank("norm.eps", [True]) < rank("norm.eps", [1e-6])


# -- a paper ---

PAPER = """
title = "Tiny"
arxiv = "1234.5678"
models = ["tiny"]
checkpoints.small = { config = { width = 3 } }
checkpoints.large = {}
claims = [
  { trait = "norm.type", value = "layernorm", where = "2.1" },
  { trait = "dims.hidden", value = 4, where = "table 1", checkpoint = "small" },
  { trait = "dims.hidden", value = 4, where = "table 1", checkpoint = "large" },
]
unstated = [
  { trait = "attention.softcap" },
]
"""


def test_claims_go_to_their_configurations_and_silences_are_told(tmp_path: Path) -> None:
    hidden = finding("dims.hidden", 3, depends_on=("config.width",))
    told = (finding("norm.type", "rmsnorm"), hidden, finding("attention.softcap", "none"))
    fields = {"config.width": field("config.width", 3)}
    default = subject(*told, fields=fields)
    small = subject(*told, fields=fields, configured=True)
    file = paper(tmp_path, PAPER)
    assert list(complaints(file)) == []
    subjects = {Target("tiny"): default, Target("tiny", '{"width":3}', known=True): small}
    found = list(divergences(file, subjects.get, {}))
    assert [(one.trait, one.verdict.value) for one in found] == [
        ("norm.type", "contradicted"),
        ("dims.hidden", "contradicted"),
        ("dims.hidden", "configurable"),
        ("attention.softcap", "unstated"),
    ]
    first, second = found[0], found[1]
    assert first.claim is not None
    assert (first.kind, first.severity, first.claim.line, first.claim.where) == ("divergence", "warning", 8, "2.1")
    assert [place.role for place in second.evidence] == [PLACE.role, "config.width = 3"]


def test_skeleton_states_what_the_code_does_and_asks_for_places(tmp_path: Path) -> None:
    model = subject(finding("norm.eps", 1e-06), finding("norm.placement", "pre"), finding("params.total", 9))
    file = paper(tmp_path, skeleton(model))
    assert [(one.trait, one.value) for one in file.paper.claims] == [("norm.placement", "pre"), ("norm.eps", 1e-06)]
    assert {one.message for one in complaints(file)} == {
        "title is empty",
        "where is empty: give the section, table or equation",
    }


def test_a_schedule_of_equal_layers_goes_without_saying() -> None:
    alike, mixed = finding("block.schedule", ["a", "a"]), finding("block.schedule", ["a", "b"])
    assert list(unstated((), (), subject(alike))) == []
    assert list(unstated((), (), subject(finding("numerics.upcast", [])))) == []
    sparse = finding("moe.layers", [0, 1])
    assert list(unstated((), (), subject(sparse, finding("dims.layers", 2)))) == []
    assert len(list(unstated((), (), subject(sparse, finding("dims.layers", 3))))) == 1
    assert [found[0].value for found in unstated((), (), subject(mixed))] == [["a", "b"]]


def test_a_field_decides_what_its_kind_can() -> None:
    def verdict(trait: str, found: Json, value: Json, stated: Json) -> str:
        told = finding(trait, found, depends_on=("config.it",))
        return judge(claim(trait, stated), subject(told, fields={"config.it": field("config.it", value)})).verdict.value

    assert verdict("mlp.activation", "relu", "relu", "gelu") == "configurable"
    assert verdict("mlp.gated", True, "silu", False) == "contradicted"
    assert verdict("mlp.gated", True, True, False) == "configurable"
    assert verdict("rope.fraction", 1.0, ["a", "b"], 0.5) == "contradicted"
    assert verdict("rope.fraction", 1.0, {"factor": 1.0}, 0.5) == "configurable"
    assert verdict("init.scheme", "normal", 0.02, "truncated_normal") == "contradicted"
    assert verdict("attention.kv", "mha", 8, "gqa") == "configurable"
