"""Which traits become columns."""

from __future__ import annotations

import pytest

from analyzer.base import InputError
from analyzer.compare.columns import SURVEY, chosen_traits, columns
from analyzer.rule.vocabulary import find_trait

FOUND = ("norm.type", "rope.layout", "norm.eps", "rope.theta", "numerics.clamp", "attention.qk_norm")


def test_areas_bring_what_was_found_in_the_order_of_the_vocabulary() -> None:
    assert columns(["rope", "norm"], FOUND) == ("rope.layout", "rope.theta", "norm.type", "norm.eps")
    assert columns(["attention.qk", "rope.*"], FOUND) == ("attention.qk_norm", "rope.layout", "rope.theta")


def test_a_trait_by_its_full_name_is_a_column_whether_or_not_it_was_found() -> None:
    assert columns(["logits.bias", "norm.eps", "norm"], FOUND) == ("logits.bias", "norm.eps", "norm.type")


def test_families_have_the_members_that_were_found() -> None:
    assert columns(["numerics"], FOUND) == ("numerics.clamp",)
    assert columns(["dropout"], FOUND) == ()


def test_a_survey_when_nobody_names_columns() -> None:
    assert columns([], FOUND) == SURVEY
    assert all(find_trait(name) is not None for name in SURVEY)


@pytest.mark.parametrize(("word", "near"), [("norn.type", "norm.type"), ("rope.thetta", "rope.theta")])
def test_an_unknown_trait_is_answered_with_near_ones(word: str, near: str) -> None:
    with pytest.raises(InputError, match=f"no trait '{word}'; did you mean .*{near}"):
        columns([word], FOUND)


def test_only_the_rules_that_decide_the_columns_are_needed() -> None:
    decided = ("norm.type", "norm.eps", "numerics.*", "mine.colour")
    assert chosen_traits(["norm.eps", "numerics.clamp"], decided) == {"norm.eps", "numerics.*"}
    assert chosen_traits(["mine"], decided) == {"mine.colour"}
