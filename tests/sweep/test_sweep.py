"""The sweep finds packages and tells what breaks in them; a few of the standard library are swept here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fuzz.child import Limits, tried
from tests.sweep.packages import files, packages
from tests.sweep.sweeping import Sweep, case_of

LIMITS = Limits(seconds=120.0)


def test_packages_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "__init__.py").write_text("")
    (tmp_path / "two.py").write_text("")
    (tmp_path / "data").mkdir()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.py").write_text("")
    assert [path.name for path in packages([tmp_path])] == ["one", "two.py"]
    assert packages([tmp_path / "one"]) == (tmp_path / "one",)
    assert [path.name for path in files(tmp_path / "one")] == ["__init__.py"]


def test_what_breaks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.py").write_text("x = 1\n")

    def broken(text: str, *, path: str = "") -> None:
        raise KeyError(path)

    monkeypatch.setattr("tests.sweep.sweeping.parse", broken)
    (done,) = tried(Sweep(), [case_of(tmp_path / "one.py", "read")], tmp_path / "work", LIMITS)
    assert [fault.cause for fault in done.faults] == ["KeyError outside the program (one.py)"]


@pytest.mark.parametrize("what", ["read", "scan"])
def test_some_packages(tmp_path: Path, what: str) -> None:
    some = [package for package in packages() if package.name in ("json", "logging", "dataclasses.py", "click")]
    assert len(some) == 4
    for done in tried(Sweep(), [case_of(package, what) for package in some], tmp_path, LIMITS):
        assert not done.faults, json.dumps(done.case.options)
