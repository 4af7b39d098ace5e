"""The harness sees what it is there to see."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks.collection import constructors, framed
from tests.attacks.command import Ended, run
from tests.attacks.stage import HOOK
from tests.attacks.verdict import Bait, Scene, faults

GOOD = json.dumps({"models": [], "findings": [], "errors": []}).encode()
BAIT = Bait({"the secret": b"5ec4e7"}, 7919)


def scene(
    out: bytes = GOOD, code: int | None = 0, seconds: float = 1.0, megabytes: float = 100.0, left: int = 0
) -> Scene:
    return Scene(Ended(code, out, b"", seconds, megabytes, left), BAIT)


def report(**problem: object) -> bytes:
    return json.dumps({"models": [], "findings": [], "errors": [{"message": "x", **problem}]}).encode()


def test_a_quiet_scan_passes() -> None:
    assert faults(scene()) == ()


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (scene(code=2), "exit 2"),
        (scene(code=None, seconds=60.1), "60 s"),
        (scene(code=None, seconds=3), "2048 MB"),
        (scene(seconds=70), "70 s"),
        (scene(megabytes=3000), "3000 MB"),
        (scene(left=2), "2 processes"),
        (scene(GOOD + b"5ec4e7"), "shows the secret"),
        (scene(GOOD + b' "shape": [7919]'), "length of the secret"),
        (scene(GOOD + b"<function f at 0x7f0000000000>"), "host object"),
        (scene(GOOD + b"\x1b[31m"), "control character"),
        (scene(GOOD + "\x9b".encode()), "control character"),
        (scene(b"no json"), "no JSON"),
        (scene(report(code="internal")), "internal"),
        (scene(report(code="rule-failed")), "rule-failed"),
        (Scene(scene().ended, BAIT, events=("os.system",)), "did: os.system"),
        (Scene(scene().ended, BAIT, changed=("trap",)), "changed: trap"),
        (Scene(scene().ended, BAIT, healthy={"models": [1]}), "healthy"),
    ],
)
def test_what_is_wrong_is_said(bad: Scene, word: str) -> None:
    assert any(word in fault for fault in faults(bad)), faults(bad)


@pytest.mark.parametrize(
    "program",
    [
        "open('trap', 'w')",
        "open('secret.txt').read()",
        "__import__('os').system('touch trap')",
        "__import__('subprocess').run(['touch', 'trap'])",
        "__import__('socket').create_connection(('127.0.0.1', 9))",
        "__import__('ctypes').CDLL('./evil.so')",
    ],
)
def test_the_hook_sees(tmp_path: Path, program: str) -> None:
    log = tmp_path / "log"
    (tmp_path / "secret.txt").write_text("x")
    environment = {**os.environ, "PYTHONPATH": str(HOOK), "ASBUILT_WATCH": str(log), "ASBUILT_WATCHED": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert log.read_text()


def test_the_hook_is_quiet_about_ordinary_work(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = {**os.environ, "PYTHONPATH": str(HOOK), "ASBUILT_WATCH": str(log), "ASBUILT_WATCHED": str(tmp_path)}
    program = "import json, ctypes, pathlib; pathlib.Path('x').write_text(json.dumps(1))"
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)
    assert log.read_text() == ""


def test_a_command_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "cwd").mkdir()
    code = "import time; bytearray(10**8).find(1); time.sleep(60)"
    ended = run([], tmp_path / "cwd", {**os.environ}, seconds=1.0, megabytes=4000.0, program=code)
    assert ended.code is None
    assert ended.seconds < 20
    assert ended.left == 0


def test_places_of_code() -> None:
    assert "        x = 1\n" in framed("constructor", "\nx = 1\n")
    assert "        y = 2\n" in framed("forward", "y = 2")
    assert framed("module", "z = 3\n").index("z = 3") < framed("module", "z = 3\n").index("class Evil")
    with pytest.raises(ValueError):
        framed("nowhere", "")


def test_another_collection(tmp_path: Path) -> None:
    file = tmp_path / "programs.json"
    file.write_text(json.dumps({"one": "x = 1"}))
    (attack,) = constructors(file)
    assert attack.name == "one"
    ast.parse(attack.text)
