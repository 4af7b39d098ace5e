"""SARIF logs: what consumers of the format rely on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from analyzer.cli import main
from analyzer.outputs.review import Base
from analyzer.outputs.sarif import result, sarif
from analyzer.report import Finding, Problem, Report
from analyzer.rule.packs import load_packs
from tests.outputs.reports import PLACE, finding, model, report

FIXTURES = Path(__file__).parents[2] / "fixtures"


def log(*findings: Finding, errors: tuple[Problem, ...] = ()) -> dict[str, Any]:
    made: Report = report((model("tiny"),), findings, errors)
    base = Base.of(made.source)
    encoded = sarif(made.tool, made.source, load_packs(), [result(item, base) for item in findings], errors)
    (run,) = json.loads(encoded)["runs"]
    return dict(run)


def test_head_of_the_log() -> None:
    made = report((model("tiny"),))
    document = json.loads(sarif(made.tool, made.source, (), ()))
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("sarif-2.1.0.json")
    assert document["runs"][0]["originalUriBaseIds"] == {"SRCROOT": {"uri": "file:///tree/"}}


def test_place_counts_columns_from_one_and_is_relative() -> None:
    (found,) = log(finding("norm.placement", "pre"))["results"]
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": PLACE.path, "uriBaseId": "SRCROOT"}
    region = {"startLine": 24, "startColumn": 9, "endLine": 24, "endColumn": 31, "snippet": {"text": PLACE.text}}
    assert place["region"] == region


@pytest.mark.parametrize(
    ("changes", "kind", "level"),
    [
        ({}, "informational", "none"),
        ({"reason": "no block found"}, "open", "none"),
        ({"kind": "hazard", "severity": "info"}, None, "note"),
        ({"kind": "hazard", "severity": "warning"}, None, None),
        ({"kind": "divergence", "severity": "error"}, None, "error"),
    ],
)
def test_only_failures_have_a_level(changes: dict[str, object], kind: str | None, level: str | None) -> None:
    """``fail`` and ``warning`` are the format's defaults and left out."""
    (found,) = log(finding("norm.placement", "pre", **changes))["results"]
    assert (found.get("kind"), found.get("level")) == (kind, level)


def test_rules_are_listed_once_and_pointed_at() -> None:
    made = log(finding("norm.placement", "pre"), finding("norm.placement", "post", "other"))
    rules = made["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["NRM002"]
    assert [found["ruleIndex"] for found in made["results"]] == [0, 0]
    assert rules[0]["shortDescription"]["text"]
    assert rules[0]["properties"]["tags"] == ["trait", "norm"]


def test_fingerprint_does_not_depend_on_lines() -> None:
    here = finding("norm.placement", "pre")
    there = finding("norm.placement", "pre", evidence=(msgspec.structs.replace(PLACE, line=90, end_line=90),))
    other = finding("norm.placement", "pre", module="encoder.*")
    first, second, third = (found["partialFingerprints"] for found in log(here, there, other)["results"])
    assert first == second != third


def test_errors_are_notifications() -> None:
    made = log(errors=(Problem(path="x y.py", line=3, code="syntax", message="invalid syntax"),))
    (note,) = made["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "invalid syntax (syntax)"
    place = note["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "x%20y.py", "uriBaseId": "SRCROOT"}, "region": {"startLine": 3}}


def test_scan_writes_a_log_whose_places_open() -> None:
    options = ["--format", "sarif", "--all-findings", "--select", "norm", "--jobs", "1"]
    done = CliRunner().invoke(main, ["scan", str(FIXTURES / "alder"), *options])
    assert done.exit_code == 0, done.output
    (run,) = json.loads(done.stdout)["runs"]
    assert run["invocations"][0]["executionSuccessful"] is True
    root = Path(run["originalUriBaseIds"]["SRCROOT"]["uri"].removeprefix("file://"))
    places = [found["locations"][0]["physicalLocation"] for found in run["results"]]
    assert places
    for place in places:
        region = place["region"]
        line = (
            (root / place["artifactLocation"]["uri"]).read_text(encoding="utf-8").splitlines()[region["startLine"] - 1]
        )
        assert line[region["startColumn"] - 1 :].startswith(region["snippet"]["text"].splitlines()[0])
