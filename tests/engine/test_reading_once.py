"""In a scan a process reads a source file once and runs the file of a rule pack once, whatever asks for them."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from analyzer.api import load_rules, scan
from analyzer.outputs import FINDINGS, Display, ScanResult
from analyzer.sources import read
from analyzer.sources.store import SourceStore

ALL = Display(everything=True)
ROOT = Path(__file__).parents[2]
PACK = '''"""Counts who loads it.

*Why it matters*: for this test.
"""
import os
from analyzer.rule import Example, Match, Rule

with open({log!r}, "a") as log:
    log.write(f"{{os.getpid()}}\\n")


def check(query):
    yield Match(True, message="seen")


EXAMPLE = Example("", {{"own.counted": 1}})
RULE = Rule("USR100", "counted", check, kind="hazard", severity="warning", examples=(EXAMPLE,))
'''


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A model with a comment that silences a finding, so that comments are looked for too."""
    folder = tmp_path / "alder"
    shutil.copytree(ROOT / "fixtures" / "alder", folder)
    file = folder / "modeling_alder.py"
    file.write_text(file.read_text() + "\n# asbuilt: ignore-file[USR100] for a test\n")
    return folder


def counted_reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file is opened, from now on."""
    opened: Counter[str] = Counter()
    before = os.open

    def counting(path: str | Path, *arguments: int, **named: int) -> int:
        opened[os.path.realpath(path)] += 1
        return before(path, *arguments, **named)

    monkeypatch.setattr(read.os, "open", counting)
    return opened


@pytest.mark.parametrize("cache", [True, False])
def test_a_source_file_is_read_once(tree: Path, monkeypatch: pytest.MonkeyPatch, cache: bool) -> None:
    opened = counted_reads(monkeypatch)
    report = scan(tree, isolate=False, cache=cache)
    assert report.findings[0].evidence[0].text
    files = {path: number for path, number in opened.items() if path.startswith(str(tree)) and path.endswith(".py")}
    assert str(tree / "modeling_alder.py") in files
    assert set(files.values()) == {1}


@pytest.mark.parametrize("isolate", [True, False])
def test_a_pack_is_loaded_once_by_each_process(tree: Path, tmp_path: Path, isolate: bool) -> None:
    log, pack = tmp_path / "log", tmp_path / "usr100_counted.py"
    pack.write_text(PACK.format(log=str(log)))
    rules = load_rules([pack], isolate=isolate)
    report = scan(tree, rules=rules, jobs=1, isolate=isolate)
    log_of_results = json.loads(bytes(FINDINGS.render(ScanResult(report, rules), "sarif", ALL)))  # type: ignore[arg-type]
    assert "USR100" in {rule["id"] for rule in log_of_results["runs"][0]["tool"]["driver"]["rules"]}
    loads = Counter(log.read_text().split())
    assert loads[str(os.getpid())] == 1
    assert set(loads.values()) == {1}
    assert (len(loads) > 1) is isolate


def test_shipped_rules_run_once_too(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = counted_reads(monkeypatch)
    scan(tree, isolate=False)
    rules = {path: number for path, number in opened.items() if Path(path).parent == ROOT / "rules"}
    assert len(rules) > 40
    assert set(rules.values()) == {1}


def test_a_pack_that_changed_is_loaded_anew(tree: Path, tmp_path: Path) -> None:
    pack = tmp_path / "usr100_counted.py"
    for message in ("seen", "seen twice"):
        pack.write_text(PACK.format(log=str(tmp_path / "log")).replace("seen", message))
        report = scan(tree, rules=[pack], select=["USR100"], isolate=False)
        assert [finding.message for finding in report.findings] == [message]


def test_a_store_makes_room_for_what_is_new(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.py" for name in "abc"]
    for file in files:
        file.write_bytes(b"1234")
    store = SourceStore(room=9)
    for file in (files[0], files[1], files[0], files[2]):
        assert store.read(file) == b"1234"
        file.write_bytes(b"5678")
    assert [store.read(file) for file in (files[0], files[1])] == [b"1234", b"5678"]
