"""What a model costs, as pages and rows."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.outputs import COST, Display, as_text
from analyzer.outputs.cost import scaled
from analyzer.report import CallCostReport, CostReport
from tests.outputs.samples import samples


def report() -> CostReport:
    found = samples()["cost"]
    assert isinstance(found, CostReport)
    return found


def text(found: CostReport, form: str = "text", **display: bool) -> str:
    return as_text(COST.render(found, form, Display(**display)))


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (13_476_831_232, "13.5 GB"), (999_700, "1,000 kB")],
)
def test_numbers_in_fitting_units(number: int, shown: str) -> None:
    assert scaled(number, "B") == shown


def test_long_lists_of_terms_are_cut_unless_all_is_wanted() -> None:
    assert "… 1 more (--verbose for all)" in text(report())
    assert "more (--verbose" not in text(report(), verbose=True)


def test_what_is_not_counted_is_said() -> None:
    assert "not counted: 3 × lstm in x (x:7): x" in text(report())
    assert "- not counted: 3 × lstm" in text(report(), "markdown")


def test_a_call_without_end_has_no_number() -> None:
    found = replace(report(), prefill=CallCostReport(flops=None, reason="too long"), cache=None)
    page = text(found)
    assert "kept for the next token  unknown" in page
    assert "  too long" in page
    assert "prefill of 5 tokens: unknown" in text(found, "markdown")
