"""The harness sees hangs, deaths, memory and exceptions, tells their causes apart, and makes inputs small."""

from __future__ import annotations

import ast
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.fuzz.case import Case, Fault
from tests.fuzz.causes import cause_of, cause_of_dump, cause_of_text
from tests.fuzz.child import Limits, tried
from tests.fuzz.kinds.edits import EDITS, Edit, Source, _foreign, edited
from tests.fuzz.kinds.generated import model
from tests.fuzz.kinds.syntax import any_module
from tests.fuzz.shrink import reduced

LIMITS = Limits(seconds=2.0, waiting=20.0, megabytes=700.0)


class Scripted:
    """Does what the name of a case says."""

    def make(self, random: Random, seed: int) -> Case:
        return Case("scripted", seed, {})

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        match case.options["do"]:
            case "hang":
                while True:
                    pass
            case "sleep":
                time.sleep(60)
            case "swell":
                kept = [bytearray(b"x" * 10**8) for _ in range(20)]
                time.sleep(60)
                del kept
            case "die":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "leave":
                raise SystemExit(0)
            case "raise":
                raise KeyError("x")
            case "say":
                yield Fault("said")


def causes(*what: str, limits: Limits = LIMITS) -> list[list[str]]:
    cases = [Case("scripted", number, {}, {"do": do}) for number, do in enumerate(what)]
    folder = Path(os.environ["PYTEST_FOLDER"])
    return [[fault.cause for fault in done.faults] for done in tried(Scripted(), cases, folder, limits)]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_FOLDER", str(tmp_path))


def test_what_follows_a_death_is_tried_all_the_same() -> None:
    found = causes("say", "die", "well", "hang", "say", "raise", "leave")
    assert [bool(one) for one in found] == [True, True, False, True, True, True, True]
    assert found[0] == found[4] == ["said"]
    assert found[1][0].startswith("ended died")
    assert found[3][0].startswith("ended after 2 s")
    assert found[5] == ["raised: KeyError outside the program"]
    assert found[6] == ["raised: SystemExit outside the program"]


def test_waiting_has_an_end() -> None:
    assert causes("sleep", limits=Limits(seconds=2.0, waiting=1.0))[0][0].startswith("ended after waiting")


def test_memory_is_seen() -> None:
    assert causes("swell")[0][0].startswith("ended over 700 MB")


def test_causes_name_the_place_in_the_program() -> None:
    from analyzer.sources.parse import parse

    try:
        parse(None)  # type: ignore[arg-type]
    except TypeError as error:
        assert cause_of(error).startswith("TypeError at analyzer/sources/parse.py:")
    trace = 'Traceback\n  File "/x/analyzer/a.py", line 7, in f\n    x\nKeyError: 1\n'
    assert cause_of_text(trace, "") == "KeyError at analyzer/a.py:7 in f"
    assert cause_of_text("", "Evil: 12 of 0x7f") == "Evil: N of N"
    assert (
        cause_of_dump('  File "/lib/x.py", line 1 in g\n  File "/x/analyzer/a.py", line 7 in f\n')
        == "analyzer/a.py:7 in f"
    )


def test_lines_are_left_out() -> None:
    found = reduced(list(range(100)), lambda some: {3, 71} <= set(some), time.monotonic() + 60)
    assert found == [3, 71]


CODE = b"""import torch


class A(nn.Module):
    @property
    def size(self):
        self.f(y, x)
        for i in range(3):
            x = self.lin(x + 1, y)[0]
        return x < 2


class B(A):
    def forward(self, x, y=1):
        return self.f("a", y), {"\xc3\xa9": x}
"""


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_edits_change_the_text(edit: Edit) -> None:
    if edit is _foreign:
        changed = {_foreign(Source(CODE), Random(seed), (CODE,)) for seed in range(20)}
    else:
        changed = {edit(Source(CODE), Random(seed)) for seed in range(20)}
    assert changed - {CODE}


def test_most_edits_are_programs() -> None:
    good = 0
    for seed in range(200):
        try:
            Source(edited(CODE, Random(seed), (CODE,)))
        except (SyntaxError, ValueError):
            continue
        good += 1
    assert good > 100


def test_generated_modules_are_programs() -> None:
    for seed in range(40):
        ast.parse(any_module(Random(seed)))
        ast.parse(model(Random(seed)))
