"""Results as text, as the command line prints them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import analyzer
from analyzer.base import InputError

ALDER = Path(__file__).parents[2] / "fixtures" / "alder"


def test_a_report_is_printed_in_every_format() -> None:
    report = analyzer.scan(ALDER, isolate=False, select=["norm"])
    assert analyzer.render(report).startswith("asbuilt ") or "norm.type" in analyzer.render(report)
    assert json.loads(analyzer.render(report, "json")) == json.loads(report.to_json())
    rules = json.loads(analyzer.render(report, "sarif", all_findings=True))["runs"][0]["tool"]["driver"]["rules"]
    assert "NRM001" in {rule["id"] for rule in rules}
    assert json.loads(analyzer.render(report, "sarif"))["runs"][0]["results"] == []
    assert len(analyzer.render(report, "jsonl").splitlines()) == len(report.findings)


def test_a_model_and_a_comparison_are_printed() -> None:
    model = analyzer.load("alder", ALDER)
    assert analyzer.render(model, "markdown").startswith("# alder `AlderForCausalLM`\n")
    comparison = analyzer.diff("alder", "alder", ALDER, ALDER)
    assert analyzer.render(comparison).startswith("equal: ")


def test_a_format_that_there_is_not_is_named() -> None:
    with pytest.raises(InputError, match="no format 'dot'; there are text, json"):
        analyzer.render(analyzer.load("alder", ALDER), "dot")


def test_formats_are_listed_by_kind() -> None:
    assert analyzer.formats()["graph"][:2] == ("text", "json")
