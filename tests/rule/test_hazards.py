"""What every shipped hazard has, and that none of them speaks where nothing is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer
from analyzer.rule import Rule, RuleKind
from analyzer.rule.packs import load_packs

HAZARDS = tuple(rule for rule in load_packs(entry_points=False) if rule.kind == RuleKind.HAZARD)
FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.mark.parametrize("rule", HAZARDS, ids=lambda rule: rule.id)
def test_hazards_show_code_that_matches_and_code_that_does_not(rule: Rule) -> None:
    outcomes = {value for example in rule.examples for value in example.expected.values()}
    assert outcomes == {True, None}
    assert rule.id.startswith("HAZ")


def test_hazards_of_a_fixture_are_those_that_are_in_it() -> None:
    report = analyzer.scan(FIXTURES / "alder", select=["HAZ"], preview=True, jobs=1)
    assert [finding.message for finding in report.findings] == [
        "config.max_position_embeddings is declared and read by no code of the model"
    ]
