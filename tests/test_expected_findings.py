"""Every expectation written in a fixture is met: that value of that trait, with that line as evidence."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from analyzer import Finding, Report, scan
from tests.expectations import FIXTURES, Expectation, expectations
from tests.scoreboard.vocabulary import agrees

ALL = expectations()
FAMILIES = sorted({item.path.partition("/")[0] for item in ALL} - {"hostile", "broken"})


@cache
def report(folder: str) -> Report:
    return scan(FIXTURES / folder, all_classes=True, jobs=1)


@cache
def main_report(folder: str) -> Report:
    return scan(FIXTURES / folder, jobs=1)


def name(item: Expectation) -> str:
    return f"{item.path}:{item.line}:{item.trait}"


def evident(finding: Finding, root: str, item: Expectation) -> bool:
    """Is the line of the expectation one of the places that the finding shows?"""
    file = FIXTURES / item.path
    return any(
        Path(root, place.path) == file and place.line <= item.line <= place.end_line for place in finding.evidence
    )


def about(item: Expectation) -> tuple[list[Finding], str]:
    """Findings of the trait in the fixture's folder."""
    found = report(Path(item.path).parent.as_posix())
    return [finding for finding in found.findings if finding.trait == item.trait], found.source.root


def met(item: Expectation) -> bool:
    findings, root = about(item)
    return any(
        finding.reason is None
        and agrees(item.value, finding.value)
        and item.module in ("", finding.module)
        and evident(finding, root, item)
        for finding in findings
    )


def shown(item: Expectation) -> str:
    findings, _ = about(item)
    lines = [
        f"{finding.value} ({finding.reason or 'decided'}) at {finding.module}: "
        + ", ".join(f"{place.path}:{place.line}" for place in finding.evidence)
        for finding in findings
    ]
    return f"{item.trait} = {item.value} expected; found " + ("; ".join(lines) or "nothing")


@pytest.mark.parametrize("item", [item for item in ALL if not item.known_miss], ids=name)
def test_expected(item: Expectation) -> None:
    assert met(item), shown(item)


@pytest.mark.parametrize("item", [item for item in ALL if item.known_miss], ids=name)
def test_known_miss_is_still_missed(item: Expectation) -> None:
    """When this fails, something got better: write ``expect`` instead of ``todo``."""
    assert not met(item)


@pytest.mark.parametrize("family", FAMILIES)
def test_family_is_understood_completely(family: str) -> None:
    found = main_report(family)
    assert found.models
    assert found.errors == ()
    assert {model.class_name: model.status for model in found.models if model.status != "complete"} == {}


@pytest.mark.parametrize("family", FAMILIES)
def test_values_of_whole_models_contradict_nothing(family: str) -> None:
    """Where a line states the value of the whole model, no other value of that trait is claimed at that line."""
    stated = [item for item in ALL if item.path.startswith(f"{family}/") and not item.known_miss]
    # A part of a model (one layer) may be a class of its own, but says nothing of whole models.
    whole = {model.class_name for model in main_report(family).models}
    for item in stated:
        found, root = about(item)
        findings = [finding for finding in found if finding.class_name in whole]
        at_line = {str(finding.value) for finding in findings if evident(finding, root, item) and not finding.reason}
        wanted = [
            other.value
            for other in stated
            if (other.path, other.line, other.trait) == (item.path, item.line, item.trait)
        ]
        assert len(at_line) <= len(wanted), shown(item)
