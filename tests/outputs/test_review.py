"""What code hosts are given (SARIF, GitHub, GitLab, JUnit): hazards, at paths of the repository, as many as fit."""

from __future__ import annotations

import json
from pathlib import Path, PurePath
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from click.testing import CliRunner

from analyzer.cli import main
from analyzer.outputs import FINDINGS, Display, ScanResult, as_text
from analyzer.outputs import sarif as sarif_format
from analyzer.outputs.review import Base
from analyzer.report import Finding, Problem, Report, Source, Suppression
from tests.outputs.reports import PLACE, finding, model, report

ALL = Display(everything=True)
HAZARD = finding(None, True, rule="HAZ006", name="unscaled", kind="hazard", severity="warning", message="100%, a: b")
ERROR = finding(None, True, rule="USR001", name="policy", kind="hazard", severity="error", message="no", evidence=())
FACT = finding("norm.type", "rmsnorm")
UNDECIDED = msgspec.structs.replace(HAZARD, certainty="unknown", reason="why not", message="perhaps")
SILENT = msgspec.structs.replace(
    HAZARD, message="known", suppressed=Suppression(by="comment", reason="is so", path="a.py", line=1)
)
EVERY = (FACT, HAZARD, UNDECIDED, SILENT, ERROR, HAZARD)
BROKEN = Problem(path="models/odd.py", line=3, code="syntax-error", message="invalid syntax")


def made(*findings: Finding, source: Source | None = None, errors: tuple[Problem, ...] = ()) -> Report:
    plain = report((model("tiny"), model("other")), findings, errors)
    return plain if source is None else msgspec.structs.replace(plain, source=source)


def printed(name: str, of: Report, display: Display | None = None) -> str:
    return as_text(FINDINGS.render(ScanResult(of), name, display or Display()))


def repository(root: Path, below: str) -> Source:
    return Source(root=str(root / below), kind="folder", version=None, revision=None, repository=str(root))


@pytest.mark.parametrize(
    ("source", "path", "expected"),
    [
        (Source(root="/r/src/p", kind="folder", version=None, revision=None, repository="/r"), "a.py", "src/p/a.py"),
        (Source(root="/r", kind="folder", version=None, revision=None, repository="/r"), "a.py", "a.py"),
        (Source(root="/r/src", kind="folder", version=None, revision=None), "m/a.py", "m/a.py"),
        (Source(root="/r/src", kind="folder", version=None, revision=None, repository="/r"), "/r/c.json", "c.json"),
        (Source(root="/r/src", kind="folder", version=None, revision=None, repository="/r"), "/x/c.json", "/x/c.json"),
        (Source(root="/r/src", kind="folder", version=None, revision=None, repository="/r"), "", ""),
    ],
)
def test_paths_are_those_of_the_repository(source: Source, path: str, expected: str) -> None:
    assert Base.of(source).path(path) == expected


def test_only_what_asks_for_attention_is_listed_the_worst_first() -> None:
    def rules(display: Display) -> list[tuple[str, str]]:
        results = json.loads(printed("sarif", made(*EVERY), display))["runs"][0]["results"]
        return [(one["ruleId"], one["message"]["text"].partition(": ")[2]) for one in results]

    hazard = ("HAZ006", "100%, a: b")
    assert rules(Display()) == [("USR001", "no"), hazard, hazard]
    assert rules(ALL)[:3] == rules(Display())
    assert sorted(message for _, message in rules(ALL)[3:]) == ["known", "norm.type = rmsnorm", "perhaps"]


def test_more_than_hosts_accept_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif_format, "RESULT_LIMIT", 2)
    (run,) = json.loads(printed("sarif", made(FACT, HAZARD, HAZARD, ERROR), ALL))["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["USR001", "HAZ006"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "2 of 4 results are left out: code hosts accept 2"
    assert sarif_format.left_out(2) == ""


def test_commands_of_github(tmp_path: Path) -> None:
    lines = printed("github", made(*EVERY, source=repository(tmp_path, "src/a"), errors=(BROKEN,))).splitlines()
    at = f"file=src/a/{PLACE.path},line=24,col=9,endLine=24,endColumn=31"
    assert lines == [
        "::error file=src/a/models/odd.py,line=3,title=syntax-error::invalid syntax",
        "::error title=USR001 policy::tiny: no",
        f"::warning {at},title=HAZ006 unscaled::tiny: 100%25, a: b",
        f"::warning {at},title=HAZ006 unscaled::tiny: 100%25, a: b",
    ]
    odd = msgspec.structs.replace(HAZARD, name="a,b:c", message="two\nlines")
    (line,) = printed("github", made(odd)).splitlines()
    assert line.endswith(",title=HAZ006 a%2Cb%3Ac::tiny: two\\nlines")


def test_a_code_quality_report_of_gitlab(tmp_path: Path) -> None:
    of = made(*EVERY, source=repository(tmp_path, "src"), errors=(BROKEN,))
    entries = json.loads(printed("gitlab", of))
    assert [entry["severity"] for entry in entries] == ["major", "major", "minor", "minor"]
    assert [entry["location"]["path"] for entry in entries] == [
        "src/models/odd.py",
        ".",
        *[f"src/{PLACE.path}"] * 2,
    ]
    assert entries[2]["location"]["lines"] == {"begin": 24, "end": 24}
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    moved = tuple(msgspec.structs.replace(one, evidence=(msgspec.structs.replace(PLACE, line=9),)) for one in (HAZARD,))
    assert json.loads(printed("gitlab", made(*moved)))[0]["fingerprint"] == entries[2]["fingerprint"]


def test_results_of_tests() -> None:
    root = ElementTree.fromstring(printed("junit", made(*EVERY, errors=(BROKEN,))))
    numbers = {"tests": "5", "failures": "3", "errors": "1", "skipped": "0"}
    assert root.attrib == {"name": "asbuilt"} | numbers
    tiny, other, errors = root.findall("testsuite")
    assert [suite.get("name") for suite in (tiny, other, errors)] == ["tiny", "other", "errors"]
    assert [case.get("name") for case in tiny] == ["USR001 policy", "HAZ006 unscaled", "HAZ006 unscaled"]
    (failure,) = tiny[1].findall("failure")
    assert (failure.get("type"), failure.get("message")) == ("warning", "100%, a: b")
    assert (tiny[1].get("file"), tiny[1].get("line")) == (PLACE.path, "24")
    (passed,) = other
    assert (len(passed), passed.get("name"), passed.get("file")) == (0, "no findings", "models/other/modeling_other.py")
    assert [child.tag for child in errors[0]] == ["error"]


MODEL = """
from torch import nn


class Odd(nn.Module):
    def __init__(self, width=8, depth=3):
        super().__init__()
        self.up = nn.Linear(width, width)

    def forward(self, x):
        return self.up(x)
"""


def test_a_scan_inside_of_a_repository(tmp_path: Path) -> None:
    """Found by its files: git is not run, and need not be there."""
    (tmp_path / ".git").mkdir()
    place = tmp_path / "src" / "odd"
    place.mkdir(parents=True)
    (place / "odd.py").write_text(MODEL)

    def scanned(name: str, path: PurePath) -> str:
        done = CliRunner().invoke(main, ["scan", str(path), "--jobs", "1", "--format", name, "--select", "HAZ"])
        assert done.exit_code == 0, done.output
        return done.stdout

    for path in (tmp_path, place, place / "odd.py"):
        (run,) = json.loads(scanned("sarif", path))["runs"]
        (found,) = run["results"]
        assert run["originalUriBaseIds"] == {"SRCROOT": {"uri": f"{tmp_path.as_uri()}/"}}
        artifact: dict[str, Any] = found["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact == {"uri": "src/odd/odd.py", "uriBaseId": "SRCROOT"}
        assert "::warning file=src/odd/odd.py,line=6," in scanned("github", path)
        assert json.loads(scanned("gitlab", path))[0]["location"]["path"] == "src/odd/odd.py"
        assert 'file="src/odd/odd.py"' in scanned("junit", path)
