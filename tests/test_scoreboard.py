"""The scoring itself: truth against itself is perfect, every difference is seen, nothing empty looks good."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.base import Span
from analyzer.frameworks.torch.description import TORCH
from analyzer.graph import BuiltModel, Dtype, Op, OpGraph, OpKind, Status, TensorInfo, TensorType
from analyzer.report import Finding
from analyzer.rule.vocabulary import find_trait
from tests import truth
from tests.corpus import pinned
from tests.scoreboard import (
    calls,
    disputes,
    dtypes,
    operations,
    parameters,
    roles,
    sizes,
    statements,
    traits,
    vocabulary,
    work,
)
from tests.scoreboard.board import Headline, Row, Section
from tests.scoreboard.matching import common_prefix, in_order, overlap
from tests.scoreboard.subject import place_of
from tests.scoreboard.vocabulary import Expectation, Not, Scope, With, agrees

KEY = truth.Key("mistral", "MistralForCausalLM")


def model(**changes: Any) -> BuiltModel:
    nothing: Mapping[str, Any] = MappingProxyType({})
    fields: dict[str, Any] = {
        "model_type": KEY.model_type,
        "class_name": KEY.class_name,
        "config_class": "MistralConfig",
        "path": "models/mistral/modeling_mistral.py",
        "status": Status.COMPLETE,
        "modules": (),
        "parameters": (),
        "buffers": (),
        "tied": nothing,
        "config": nothing,
        "inputs": nothing,
        "graph": OpGraph(()),
        "calls": (),
        "gaps": (),
    }
    return BuiltModel(**(fields | changes))


def tensors(shapes: Mapping[str, tuple[int, ...]]) -> tuple[TensorInfo, ...]:
    return tuple(TensorInfo(name, shape, Dtype.FLOAT32) for name, shape in shapes.items())


def recorded_class() -> truth.ClassTruth:
    return next(row for row in truth.classes() if row.key == KEY)


def test_parameters_of_the_truth_are_exact() -> None:
    row = recorded_class()
    scored = parameters.score(row, model(parameters=tensors(row.parameters)), causal=True)
    assert scored.exact
    assert scored.score == 1.0
    assert scored.counts["total"]


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"lm_head.weight": None}, "missing lm_head.weight [32000, 4096]"),
        ({"lm_head.weight": (4096, 32000)}, "lm_head.weight: expected [32000, 4096], got [4096, 32000]"),
        ({"lm_head.bias": (32000,)}, "extra lm_head.bias [32000]"),
    ],
)
def test_every_kind_of_difference_in_parameters_is_seen(change: dict[str, Any], seen: str) -> None:
    row = recorded_class()
    shapes = {name: shape for name, shape in ({**row.parameters, **change}).items() if shape is not None}
    scored = parameters.score(row, model(parameters=tensors(shapes)), causal=True)
    assert not scored.exact
    assert scored.score < 1.0
    assert scored.difference == seen


def test_calls_of_the_truth_are_exact_and_a_swap_is_seen() -> None:
    run = next(run for run in truth.runs() if run.key == KEY)
    assert calls.score(run, model(calls=run.calls), causal=True).exact
    swapped = (*run.calls[:4], run.calls[5], run.calls[4], *run.calls[6:])
    scored = calls.score(run, model(calls=swapped), causal=True)
    assert not scored.exact
    assert scored.score == pytest.approx(4 / len(run.calls))
    assert scored.difference.startswith("call 4: expected ")


def traced(operation: truth.Operation, index: int) -> Op:
    return Op(
        index=index,
        kind=OpKind.OTHER,
        name=TORCH.operations.canonical_name(operation.name),
        target=operation.name,
        operands=(),
        attributes={},
        outputs=tuple(TensorType(shape, Dtype(dtype)) for dtype, shape in operation.outputs),
        module=operation.module or "",
        span=Span(operation.path, operation.line, 0, operation.line, 0),
    )


def test_operations_of_the_truth_are_exact_and_a_wrong_type_is_seen() -> None:
    trace = truth.trace(KEY)
    assert trace is not None
    ops = [traced(operation, index) for index, operation in enumerate(trace.operations)]
    row, missing, extra = operations.score(trace, model(graph=OpGraph(ops)), causal=True)
    assert row.exact
    assert not missing
    assert not extra
    dropped, missing, extra = operations.score(trace, model(graph=OpGraph(ops[1:])), causal=True)
    assert not dropped.exact
    assert missing == {"nn.functional.embedding [float32]": 1}
    assert dropped.counts["in_order"] == pytest.approx(1 - 1 / len(ops))


def finding(trait: str, value: Any, module: str = "model.layers.*", reason: str | None = None) -> Finding:
    return Finding(
        rule="XXX001",
        name="some-rule",
        kind="trait",
        trait=trait,
        value=value,
        model_type=KEY.model_type,
        class_name=KEY.class_name,
        module=module,
        certainty="proved",
        depends_on=("config.hidden_act",),
        reason=reason,
        message="",
        severity="info",
        evidence=(),
    )


@pytest.mark.parametrize(
    ("findings", "outcome"),
    [
        ([finding("norm.eps", 1e-5)], "right"),
        ([finding("norm.eps", 1e-6)], "wrong"),
        ([finding("norm.eps", None, reason="no constant")], "unknown"),
        ([finding("norm.type", "rmsnorm")], "missing"),
        ([], "missing"),
        ([finding("norm.eps", 1e-5), finding("norm.eps", 1e-6)], "wrong"),
        ([finding("norm.eps", 1e-5), finding("norm.eps", 1e-6, module="vision.blocks.*")], "right"),
    ],
)
def test_verdicts(findings: list[Finding], outcome: str) -> None:
    verdict = traits.judge(Expectation("norm.eps", 1e-5), findings, "model.layers")
    assert verdict.outcome == outcome


@pytest.mark.parametrize(
    ("expected", "got", "holds"),
    [
        (1e-5, 1.0000001e-5, True),
        (1e-5, 1e-6, False),
        (1.0, True, False),
        (True, 1, False),
        ("none", "none", True),
        ("q,v", "v,q", True),
        (With("rope"), ["rope", "learned"], True),
        (With("parallel"), "shared_norm_parallel", True),
        (With("rope"), "none", False),
        (Not("none"), 30.0, True),
        (Not("none"), "none", False),
        (Not("rope"), ["rope", "learned"], False),
        (Not(0), 2, True),
    ],
)
def test_agreement(expected: Any, got: Any, holds: bool) -> None:
    assert agrees(expected, got) is holds


def test_every_expectation_is_about_a_trait_of_the_vocabulary() -> None:
    found = [item for row in truth.measured() for item in vocabulary.expectations(row)]
    assert {item.trait for item in found if find_trait(item.trait) is None} == set()
    assert len(found) > 10_000
    assert {item.scope for item in found} == set(Scope)


def test_undecided_measurements_expect_nothing() -> None:
    row = truth.Measured(KEY, "", (), "", {"norm_type": "unknown", "norm_eps": {"mixed": [1e-5, 1e-6]}}, {}, ())
    assert list(vocabulary.expectations(row)) == []


def test_statements_accept_any_of_the_stated_values_and_named_fields() -> None:
    def judged(value: Any, *fields: str) -> str:
        statement = truth.Statement("mistral", "mlp.activation", "", ((value, ("one",)),), fields)
        return statements.judge(statement, [finding("mlp.activation", "silu")], "model.layers")[0]

    assert judged("silu") == "right"
    assert judged("gelu") == "wrong"
    assert judged("gelu", "hidden_act") == "right"
    assert judged("config:hidden_act") == "right"
    assert judged("config:other") == "wrong"


def test_nothing_scored_is_no_success() -> None:
    assert Headline("empty", 0, 0).share == 0.0
    assert parameters.section([]).share("classes exact") == 0.0


def test_worst_rows_come_first_and_exact_ones_do_not_come() -> None:
    rows = (Row("a", True, True, 1.0), Row("b", True, False, 0.5), Row("c", True, False, 0.2))
    assert [row.name for row in Section("s", (), rows).worst] == ["c", "b"]


@given(st.lists(st.integers(0, 5), max_size=40), st.lists(st.integers(0, 5), max_size=40))
def test_matching_is_bounded_by_the_multiset_and_reflexive(left: list[int], right: list[int]) -> None:
    assert in_order(left, left) == len(left)
    assert common_prefix(left, left) == len(left)
    assert common_prefix(left, right) <= in_order(left, right) <= overlap(left, right).common


def test_sizes_are_read_off_the_recorded_parameters() -> None:
    measured = next(row for row in truth.measured() if row.key == KEY)
    found = {item.trait: item.value for item in sizes.expectations(measured, recorded_class())}
    assert found == {"params.total": 7_241_732_096, "dims.layers": 32, "dims.hidden": 4096, "dims.vocab": 32000}


def test_roles_of_operations_follow_from_dataflow() -> None:
    trace = truth.trace(truth.Key("mixtral", "MixtralForCausalLM"))
    assert trace is not None
    found = roles.roles(trace.operations)
    named = {(role, trace.operations[position].name) for position, role in found.items()}
    assert {
        (roles.Role.SOFTMAX, "nn.functional.softmax"),
        (roles.Role.NORM, "mean"),
        (roles.Role.NORM, "rsqrt"),
        (roles.Role.ROTARY, "Tensor.cos"),
        (roles.Role.ROUTER, "topk"),
        (roles.Role.ROUTER, "nn.functional.linear"),
    } <= {(role, name.replace("Tensor.mean", "mean")) for role, name in named}


def test_element_types_of_the_truth_are_right_and_a_wrong_one_is_seen() -> None:
    half, full = truth.half_trace(KEY), truth.trace(KEY)
    assert half is not None
    assert full is not None
    ops = [traced(operation, index) for index, operation in enumerate(half.operations)]
    row, wrong = dtypes.score(half, full, model(graph=OpGraph(ops)), causal=True)
    assert row.exact
    assert not wrong
    assert row.counts["softmax: right"] == row.counts["softmax: matched"] > 0
    unchanged = [traced(operation, index) for index, operation in enumerate(full.operations)]
    row, wrong = dtypes.score(half, full, model(graph=OpGraph(unchanged)), causal=True)
    assert not row.exact
    assert row.counts["rotary: right"] > 0
    assert any("('bfloat16',) not ('float32',)" in cause for cause in wrong)


@pytest.mark.parametrize("key", [KEY, truth.Key("minimax", "MiniMaxModel")])
def test_a_model_in_bfloat16_computes_in_the_recorded_types(key: truth.Key) -> None:
    """Tensors that a constructor makes are of the type that the model is loaded in, unless it says otherwise."""
    run = next(run for run in truth.runs() if run.key == key)
    row, wrong = work.score_dtypes(place_of(None), run)
    assert not wrong
    assert row.exact


@pytest.mark.parametrize("one", disputes.disputes(), ids=lambda one: f"{one.trait}-{one.models[0]}")
def test_what_disputes_the_truth_is_written_in_the_program(one: disputes.Dispute) -> None:
    rows = [row for row in truth.measured() if row.key.model_type in one.models]
    wanted = {(item.trait, str(item.value)) for row in rows for item in work.wanted(row)}
    assert (one.trait, one.measured) in wanted, "the truth says no such thing"
    assert one.why
    assert one.proofs
    for proof in one.proofs:
        line = (pinned() / proof.path).read_text(encoding="utf-8").splitlines()[proof.line - 1]
        assert proof.text in line, proof


def test_only_a_wrong_verdict_of_a_listed_model_is_disputed() -> None:
    one = disputes.disputes()[0]
    wrong = traits.Verdict(one.trait, one.measured, "something else", traits.Outcome.WRONG)
    assert traits.dispute(wrong, one.models[0]).outcome is traits.Outcome.DISPUTED
    assert traits.dispute(wrong, "no such model") == wrong
    right = traits.Verdict(one.trait, one.measured, one.measured, traits.Outcome.RIGHT)
    assert traits.dispute(right, one.models[0]) == right


@pytest.mark.parametrize(
    ("counts", "reached"),
    [
        ({"right": 97, "unknown": 3}, True),
        ({"right": 96, "unknown": 4}, False),
        ({"right": 99, "wrong": 1}, False),
        ({"right": 199, "wrong": 1}, True),
        ({"right": 97, "missing": 3, "disputed": 50}, True),
        ({"disputed": 5}, False),
    ],
)
def test_a_trait_reaches_the_mark_by_what_is_not_disputed(counts: dict[str, int], reached: bool) -> None:
    verdicts = [
        traits.Verdict("norm.eps", "1", "2", traits.Outcome(name)) for name, n in counts.items() for _ in range(n)
    ]
    section = traits.section([traits.ModelVerdicts("m", True, tuple(verdicts))])
    assert section.share(traits.MARK) == float(reached)
    assert len(section.tables[-1].rows) == int(not reached)
