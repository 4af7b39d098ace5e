"""The program as a user starts it, in a process of its own, and rules that stop it in many ways."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
ALDER = ROOT / "fixtures" / "alder"
COMMAND = (sys.executable, "-P", "-c", "from analyzer.cli import run; run()")
RULE = '''"""Does what it is told.

*Why it matters*: for these tests.
"""
import ctypes, os, sys, time
from pathlib import Path
from analyzer.rule import Example, Match, Rule

def check(query):
    {body}
    yield Match(True, message="seen")

RULE = Rule("{id}", "{name}", check, kind="hazard", severity="warning", examples=(Example("", {{"own.{name}": 1}}),))
'''


def rule(folder: Path, body: str, before: str = "", number: int = 0) -> Path:
    """A file with the rule USR100 (and ``number``) whose check begins with ``body``; ``before`` runs when the file is
    loaded."""
    file = folder / f"usr{100 + number}.py"
    text = RULE.format(body=body, id=file.stem.upper(), name=f"told-{number}")
    file.write_text(text + before, encoding="utf-8")
    return file


def started(*arguments: object, stdout: int | None = subprocess.PIPE, folder: Path = ROOT) -> subprocess.Popen[str]:
    """The program at work, without the settings for Python of the shell that the tests run in."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        env={**plain, "PYTHONPATH": str(ROOT)},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


def done(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The program at its end."""
    with started(*arguments) as process:
        out, err = process.communicate(timeout=240)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def text_in(file: Path, seconds: float = 120) -> str:
    """What a file holds once it holds something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text()):
            return text
        time.sleep(0.02)
    raise AssertionError(f"nobody wrote {file}")


def runs(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
