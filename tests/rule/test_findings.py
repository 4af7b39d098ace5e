"""Findings made from matches: what is derived, and from what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.base import NOWHERE, Span
from analyzer.graph import OpKind
from analyzer.query import Query
from analyzer.report import Finding
from analyzer.rule import Evidence, Match, Rule, at, unknown
from analyzer.rule.findings import finding, natural, sort_key
from analyzer.values import Origin, traced
from tests.rule.made import SPAN, made_model, made_op


def silent(query: Query) -> list[Match]:
    return []


RULE = Rule("OAK001", "oak-leaves", silent, traits=("norm.eps", "norm.type"))
EPS = traced(1e-6, Origin("config.rms_norm_eps", frozenset({"rms_norm_eps"})))


def found(match: Match, **config: tuple[object, str]) -> Finding:
    return finding(match, RULE, Query(made_model(config)), lambda span: f"text of line {span.line}")


def test_value_without_configuration_is_proved() -> None:
    made = found(Match(1e-6))
    assert (made.certainty, made.depends_on, made.message) == ("proved", (), "norm.eps = 1e-06")


@pytest.mark.parametrize(
    ("source", "certainty"), [("default", "default"), ("derived", "default"), ("file", "proved"), ("set", "proved")]
)
def test_certainty_follows_the_source_of_the_field(source: str, certainty: str) -> None:
    made = found(Match(EPS), rms_norm_eps=(1e-6, source))
    assert made.certainty == certainty
    assert made.depends_on == ("config.rms_norm_eps",)
    assert made.message == "norm.eps = 1e-06 ← config.rms_norm_eps"


def test_value_loses_its_origin_on_the_way_into_the_report() -> None:
    assert type(found(Match(EPS)).value) is float
    assert type(found(Match(traced(True, Origin("config.bias", frozenset({"bias"}))))).value) is bool


def test_reason_makes_it_unknown_and_drops_the_value() -> None:
    made = found(Match("pre", reason="the branch is not understood"))
    assert (made.certainty, made.value) == ("unknown", None)
    assert made.message == "norm.eps undecided: the branch is not understood"


def test_unknown_helper_keeps_module_and_trait() -> None:
    made = found(unknown("two candidates", at("here", SPAN), module="layers.*", trait="norm.type"))
    assert (made.trait, made.module, made.reason) == ("norm.type", "layers.*", "two candidates")


def test_dependencies_come_from_value_evidence_and_rule() -> None:
    evidence = at("scale", SPAN, traced(8, Origin("config.head_dim", frozenset({"head_dim"}))))
    made = found(Match(EPS, (evidence,), depends_on=frozenset({"config.a", "b"})))
    assert made.depends_on == ("config.a", "config.b", "config.head_dim", "config.rms_norm_eps")


def test_evidence_is_shown_once_with_its_text_and_never_outside_the_tree() -> None:
    shown = at("norm", SPAN)
    made = found(Match(1.0, (shown, shown, Evidence("library", NOWHERE))))
    (place,) = made.evidence
    assert (place.role, place.path, place.line, place.text) == ("norm", SPAN.path, 3, "text of line 3")


def test_evidence_at_an_operation_of_a_library_is_the_call_in_the_tree() -> None:
    outer = Span("a.py", 1, 0, 1, 5)
    inner = Span("a.py", 2, 0, 2, 5)
    library = Span("torch/nn.py", 9, 0, 9, 1, external=True)
    assert at("x", made_op(0, OpKind.ADD, library, [outer, inner, library])).span == inner


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("inf"), "inf"),
        ({"b": (1, EPS)}, {"b": [1, 1e-6]}),
        (frozenset({"q", "k"}), ["k", "q"]),
        (None, None),
    ],
)
def test_values_become_json(value: object, shown: object) -> None:
    assert found(Match(value)).value == shown


def test_value_that_json_has_no_word_for_is_the_rules_mistake() -> None:
    with pytest.raises(TypeError, match="Op"):
        found(Match(made_op(0)))


def test_rule_without_traits_speaks_of_its_title() -> None:
    rule = Rule("OAK002", "oak-rot", silent, kind="hazard", severity="warning")
    made = finding(Match(3), rule, Query(made_model()), lambda span: "")
    assert made.trait is None
    assert made.message.startswith("Findings made from matches")
    assert made.severity == "warning"


def test_layers_sort_by_number() -> None:
    modules = ["layers.10", "layers.2", "layers.*", "head"]
    assert sorted(modules, key=natural) == ["head", "layers.2", "layers.10", "layers.*"]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_natural_order_is_that_of_numbers(one: int, other: int) -> None:
    assert (natural(f"layers.{one}.a") < natural(f"layers.{other}.a")) is (one < other)


@given(st.permutations(["layers.0", "layers.1", "layers.10", ""]))
def test_order_of_findings_does_not_depend_on_the_rule(modules: list[str]) -> None:
    ordered = sorted((found(Match(1, module=module)) for module in modules), key=sort_key)
    assert [item.module for item in ordered] == ["", "layers.0", "layers.1", "layers.10"]
