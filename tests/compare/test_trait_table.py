"""Models × traits out of reports."""

from __future__ import annotations

import msgspec
import pytest

from analyzer.base import InputError
from analyzer.compare import trait_table
from analyzer.report import Report
from tests.outputs.reports import finding, gap, model, report

STACKED = msgspec.structs.replace(model("pine"), main_stacks=("decoder.layers",))
WINDOWS = (
    finding("attention.window", "none", "pine", module="tower.layers.*"),
    finding("attention.window", 8, "pine", module="decoder.layers.{0,2}"),
    finding("attention.window", "none", "pine", module="decoder.layers.{1,3}"),
    finding("dims.context", None, "pine", module="", reason="no table"),
)


def made(*models: str) -> Report:
    return report(tuple(map(model, models)), tuple(finding("norm.type", f"{name}-norm", name) for name in models))


def test_values_of_the_main_stacks_come_first() -> None:
    table = trait_table([report((STACKED,), WINDOWS)], ["attention.window", "dims.context"])
    cells = table.models[0].cells
    assert [(one.value, one.layers, one.main) for one in cells["attention.window"]] == [
        (8, 2, True),
        ("none", 2, True),
        ("none", None, False),
    ]
    assert [(one.reason, one.main) for one in cells["dims.context"]] == [("no table", True)]


def test_rows_come_in_the_order_of_the_names_and_trees_stand_together() -> None:
    reports = [made("ash", "elm", "fig"), made("ash", "fig")]
    named = trait_table(reports, ["norm"], ["fig", "a*"])
    assert [(row.model_type, row.source) for row in named.models] == [("fig", 0), ("fig", 1), ("ash", 0), ("ash", 1)]
    every = trait_table(reports, ["norm"])
    assert [row.model_type for row in every.models] == ["ash", "ash", "elm", "fig", "fig"]
    assert every.models[2].cells["norm.type"][0].value == "elm-norm"


def test_areas_have_the_traits_of_the_chosen_models_only() -> None:
    both = report((model("ash"), model("elm")), (finding("norm.eps", 1, "ash"), finding("norm.type", "x", "elm")))
    assert trait_table([both], ["norm"], ["elm"]).traits == ("norm.type",)


def test_a_failed_model_says_why() -> None:
    row = trait_table([report((model("ash", "failed", (gap(),)),))]).models[0]
    assert (row.status, row.reason, row.cells) == ("failed", "is defined nowhere", {})


def test_hazards_are_no_cells() -> None:
    hazard = finding("norm.type", "x", "ash", kind="hazard")
    assert trait_table([report((model("ash"),), (hazard,))], ["norm.type"]).models[0].cells == {}


@pytest.mark.parametrize("reports", [[], [made("ash")]])
def test_without_rows_there_is_no_table(reports: list[Report]) -> None:
    with pytest.raises(InputError):
        trait_table(reports, [], ["beech"])
