"""Programs that use workers: any script may, and nothing survives it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALDER = ROOT / "fixtures" / "alder"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def script(text: str, folder: Path, *, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    file = folder / "script.py"
    file.write_text(text)
    return subprocess.run(
        [sys.executable, str(file)],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def test_a_script_of_two_lines_may_scan(tmp_path: Path) -> None:
    """It has no ``if __name__ == "__main__"``, and is not run again in the worker."""
    done = script(f"import analyzer\nprint(len(analyzer.scan({str(ALDER)!r}).models))\n", tmp_path)
    assert (done.stdout, done.returncode) == ("1\n", 0), done.stderr


def test_a_program_from_standard_input_may_scan(tmp_path: Path) -> None:
    text = f"import analyzer\nprint(len(analyzer.scan({str(ALDER)!r}).models))\n"
    done = subprocess.run(
        [sys.executable, "-"], cwd=tmp_path, env=ENVIRONMENT, input=text, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\n"


def test_functions_and_classes_of_a_script_travel(tmp_path: Path) -> None:
    text = f"""
import analyzer
from dataclasses import dataclass

@dataclass
class Total:
    number: int

def total(attempt):
    return Total(attempt.model.total)

(one,) = analyzer.each(total, {str(ALDER)!r})
print(one, isinstance(one, Total))
print(list(analyzer.each(lambda attempt: attempt.model.total, {str(ALDER)!r})))
"""
    done = script(text, tmp_path)
    assert done.stdout.splitlines() == ["Total(number=153024) True", "[153024]"], done.stderr


def test_an_iterator_that_is_left_behind_holds_nothing_up(tmp_path: Path) -> None:
    text = """
from analyzer.workers import Job, results
from tests.workers import calls

found = results(Job(calls.plain, None), [[1], [calls.slow_in_python], [calls.slow_in_c]], 2)
print(next(found))
"""
    start = time.monotonic()
    done = script(text, tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == ("[1]\n", "", 0)
    assert time.monotonic() - start < 20


def test_a_worker_imports_nothing_from_the_current_folder(tmp_path: Path) -> None:
    """A scanned tree is often where the user stands."""
    for name in ("json", "pickle", "struct", "cloudpickle", "numpy", "queue", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'trap')!r}, 'w')\n")
    shutil.copytree(ALDER, tmp_path, dirs_exist_ok=True)
    command = [sys.executable, "-P", "-c", "from analyzer.cli import run; run()", "scan", "."]
    done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "trap").exists()


BUSY = """
import os, sys
from pathlib import Path
from analyzer.workers import Job, results
from tests.workers import calls

def busy(items):
    Path("worker").write_text(str(os.getpid()))
    {work}

list(results(Job(busy, None), [[1]], 1))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a worker ends when Python runs there again")
@pytest.mark.parametrize("work", ["__import__('time').sleep(600)", "sum(range(10**13))"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_survives(tmp_path: Path, work: str, number: signal.Signals) -> None:
    (tmp_path / "busy.py").write_text(BUSY.format(work=work))
    parent = subprocess.Popen([sys.executable, "busy.py"], cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
    worker = int(_waited_for(tmp_path / "worker"))
    parent.send_signal(number)
    parent.wait(10)
    deadline = time.monotonic() + 2
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(worker)


def _waited_for(file: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text()):
            return text
        time.sleep(0.02)
    raise AssertionError("the worker did not start")


def _runs(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
