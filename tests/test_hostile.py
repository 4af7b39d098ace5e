"""Nothing that is scanned is imported or executed, whatever it contains, and nothing is changed or sent.

Every file of ``fixtures/hostile`` writes to the file named by ASBUILT_TRAP as soon as any of its code runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
HOSTILE = ROOT / "fixtures" / "hostile"
WATCHED = Path(__file__).with_name("watched.py")


def environment(trap: Path) -> dict[str, str]:
    return {**os.environ, "ASBUILT_TRAP": str(trap), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the hostile files, so that a success of theirs cannot touch the repository."""
    return Path(shutil.copytree(HOSTILE, tmp_path / "hostile"))


def watched(tree: Path, trap: Path, cwd: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-P", str(WATCHED), str(tree)],
        cwd=cwd,
        env=environment(trap),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def python_files() -> list[Path]:
    return sorted(HOSTILE.rglob("*.py"))


def test_there_are_hostile_files() -> None:
    assert len(python_files()) >= 5


def test_the_traps_work(tmp_path: Path, tree: Path) -> None:
    """Each hostile file that is a program on its own does write to the trap when it is run."""
    sprung = []
    for file in sorted(tree.rglob("*.py")):
        trap = tmp_path / f"trap-{len(sprung)}-{file.stem}"
        command = [sys.executable, "-P", "-c", f"import runpy; runpy.run_path({str(file)!r})"]
        subprocess.run(command, env=environment(trap), cwd=tmp_path, capture_output=True, timeout=60, check=False)
        sprung.append((file.relative_to(tree).as_posix(), trap.exists()))
    assert sum(success for _, success in sprung) >= len(sprung) // 2, sprung


def test_a_scan_runs_nothing_of_what_it_scans(tmp_path: Path, tree: Path) -> None:
    trap = tmp_path / "trap"
    answer = watched(tree, trap, cwd=tree)
    assert answer["events"] == []
    assert answer["loaded"] == []
    assert answer["path"] == []
    assert not trap.exists()


def test_hostile_files_are_analysed_all_the_same(tmp_path: Path, tree: Path) -> None:
    answer = watched(tree, tmp_path / "trap", cwd=tmp_path)
    seen = {path for _, path, _ in answer["models"]} | {path for path, _, _ in answer["errors"]}
    assert seen, "a scan that reads nothing proves nothing"
    assert any(status != "failed" for _, _, status in answer["models"])


def test_the_watch_sees_execution_of_scanned_code(tmp_path: Path) -> None:
    """The audit hook is no decoration: importing a scanned file trips it."""
    scanned = tmp_path / "scanned"
    scanned.mkdir()
    (scanned / "modeling_tiny.py").write_text("value = 1  # long enough to be recognised again by its text\n")
    program = (
        "import sys, runpy\n"
        f"sys.path.insert(0, {str(WATCHED.parent)!r})\n"
        "from pathlib import Path\n"
        "from watched import Watch\n"
        f"watch = Watch(Path({str(scanned)!r}))\n"
        "sys.addaudithook(watch)\n"
        f"runpy.run_path({str(scanned / 'modeling_tiny.py')!r})\n"
        f"exec(compile(Path({str(scanned / 'modeling_tiny.py')!r}).read_text(), 'elsewhere', 'exec'))\n"
        "print(len(watch.events))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) >= 3
