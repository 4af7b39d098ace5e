"""For every recorded misreading the tool prints the fact that would have told, with its place and origin."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from analyzer import Finding, load
from analyzer.report import EvidencePlace
from tests.cases.table import CASES, Case
from tests.corpus import pinned

NUMBERS = range(1, 57)


@cache
def _findings(model: str, overrides: str) -> tuple[Finding, ...]:
    return load(model, pinned(), overrides=_OVERRIDES[overrides]).findings()


_OVERRIDES: dict[str, Mapping[str, Any]] = {}


def findings(case: Case) -> list[Finding]:
    """What is said of the trait (in the module) that the case is about; each model is built once."""
    key = repr(case.overrides)
    _OVERRIDES[key] = case.overrides
    found = [one for one in _findings(case.model, key) if one.trait == case.trait]
    return [one for one in found if case.module in (None, one.module)]


def test_every_case_is_in_the_table() -> None:
    assert {case.number for case in CASES} == set(NUMBERS)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    found = findings(case)
    assert found, "no finding"
    fitting = [one for one in found if _has_value(one, case.value) and _came_from(one, case.came_from)]
    assert fitting, [(one.module, one.value, one.message, one.depends_on) for one in found]
    places = [place for one in fitting for place in one.evidence]
    shown = [place for place in places if case.file in place.path and _squeezed(case.text) in _squeezed(place.text)]
    assert shown, places
    assert all(_is_there(place) for place in shown)


def _is_there(place: EvidencePlace) -> bool:
    """Whether the quoted text begins on the line that is given."""
    line = (pinned() / place.path).read_text(encoding="utf-8").splitlines()[place.line - 1]
    return _squeezed(line[place.column :]).startswith(_squeezed(place.text)[:4])


def _has_value(finding: Finding, value: Any) -> bool:
    if finding.reason is not None:
        return False
    if isinstance(value, float) and isinstance(finding.value, float):
        return finding.value == pytest.approx(value)
    return value is None or finding.value == value


def _came_from(finding: Finding, part: str) -> bool:
    return part in finding.message or part in finding.depends_on


def _squeezed(text: str) -> str:
    return "".join(text.split())
