"""What stands for a model where its paper is silent."""

from __future__ import annotations

from pathlib import Path

from analyzer.claims import Target, all_targets, divergences
from analyzer.claims.targets import representatives
from analyzer.report import Divergence
from tests.claims.made import finding, paper, subject

PAPER = """
title = "Tiny"
models = ["tiny", "other"]
checkpoints.unknown = { model = "tiny" }
checkpoints.part = { model = "tiny", partial = true, config = { width = 9 } }
checkpoints.small = { model = "tiny", config = { width = 3 } }
checkpoints.large = { model = "tiny", config = { width = 4 } }
claims = [{ trait = "norm.type", value = "rmsnorm", where = "2" }]
"""
SMALL = Target("tiny", '{"width":3}', known=True)


def test_the_first_release_whose_configuration_is_known_comes_before_the_defaults(tmp_path: Path) -> None:
    file = paper(tmp_path, PAPER).paper
    large = Target("tiny", '{"width":4}', known=True)
    assert list(representatives(file, "tiny").items()) == [(SMALL, "small"), (large, "large"), (Target("tiny"), None)]
    assert list(representatives(file, "other").items()) == [(Target("other"), None)]


def test_what_stands_for_a_model_is_analysed_though_no_claim_is_about_it(tmp_path: Path) -> None:
    assert all_targets(paper(tmp_path, PAPER).paper) == (Target("tiny"), Target("other"), SMALL)


def test_a_part_of_a_configuration_leaves_the_rest_to_the_configuration(tmp_path: Path) -> None:
    text = PAPER.replace('where = "2"', 'where = "2", checkpoint = "part"')
    assert Target("tiny", '{"width":9}', known=False) in all_targets(paper(tmp_path, text).paper)


def silent(tmp_path: Path, small_fails: bool, given: bool = False) -> list[Divergence]:
    default = subject(finding("norm.eps", 1e-5))
    small = subject(finding("norm.eps", 1e-6), configured=True, given=given, failure="no" if small_fails else "")
    found = divergences(paper(tmp_path, PAPER), {Target("tiny"): default, SMALL: small}.get, {})
    return [one for one in found if one.verdict == "unstated"]


def test_unstated_facts_have_the_values_of_the_release(tmp_path: Path) -> None:
    (fact,) = silent(tmp_path, small_fails=False)
    assert (fact.value, fact.checkpoint) == (1e-6, "small")


def test_the_defaults_stand_in_for_a_release_that_does_not_build(tmp_path: Path) -> None:
    (fact,) = silent(tmp_path, small_fails=True)
    assert (fact.value, fact.checkpoint) == (1e-5, None)


def test_a_configuration_of_the_user_is_no_release(tmp_path: Path) -> None:
    (fact,) = silent(tmp_path, small_fails=False, given=True)
    assert fact.checkpoint is None
