"""The same architecture in other words is equal."""

from __future__ import annotations

from pathlib import Path

from analyzer.api import diff

FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_two_spellings_are_equal() -> None:
    found = diff("kauri", "larch", FIXTURES / "kauri", FIXTURES / "larch")
    assert (found.verdict, found.departures, found.paired_by) == ("equal", (), "use")
    assert all(row.same for row in (*found.parameters, *found.layers))


def test_the_order_does_not_matter() -> None:
    found = diff("larch", "kauri", FIXTURES / "larch", FIXTURES / "kauri")
    assert (found.verdict, found.departures) == ("equal", ())


def test_fused_projections_are_matched_piece_by_piece() -> None:
    rows = diff("kauri", "larch", FIXTURES / "kauri", FIXTURES / "larch").parameters
    fused = [row.first for row in rows if row.second == "steps.*.mix.inward.weight"]
    assert {name.rpartition("attention.")[2] for name in fused if name} == {f"{part}_proj.weight" for part in "qkv"}


def test_models_that_have_little_in_common_are_different() -> None:
    found = diff("kauri", "dogwood", FIXTURES / "kauri", FIXTURES / "dogwood")
    assert found.verdict == "different"
    assert found.departures[0].first is not None
