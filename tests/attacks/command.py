"""Runs the real command on a folder in a process of its own and measures it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.processes import kill_all, members
from tests.processes import megabytes as megabytes_of

PROGRAM = "from analyzer.cli import main; main()"
ROOT = Path(__file__).parents[2]
_TICK = 0.05


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended. ``code`` is None when it was stopped for taking too much."""

    code: int | None
    out: bytes
    err: bytes
    seconds: float
    megabytes: float
    left: int
    """Processes of its session that were still there afterwards."""


def run(
    arguments: list[str],
    cwd: Path,
    environment: Mapping[str, str],
    seconds: float,
    megabytes: float,
    program: str = PROGRAM,
) -> Ended:
    """``asbuilt ARGUMENTS`` in ``cwd``, stopped with all its processes when it takes more than the limits."""
    out, err = cwd.parent / "stdout", cwd.parent / "stderr"
    started = time.monotonic()
    with out.open("wb") as to_out, err.open("wb") as to_err:
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            cwd=cwd,
            env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=to_out,
            stderr=to_err,
            start_new_session=True,
        )
        most, stopped = _watched(process, started + seconds, megabytes)
    took = time.monotonic() - started
    left = _remaining(process.pid)
    kill_all(process.pid)
    return Ended(None if stopped else process.returncode, out.read_bytes(), err.read_bytes(), took, most, left)


def _watched(process: subprocess.Popen[bytes], until: float, megabytes: float) -> tuple[float, bool]:
    """The most memory that the session held at once, and whether it had to be stopped."""
    most = 0.0
    while True:
        try:
            process.wait(_TICK)
        except subprocess.TimeoutExpired:
            most = max(most, megabytes_of(process.pid))
            if time.monotonic() > until or most > megabytes:
                kill_all(process.pid)
                process.wait()
                return most, True
        else:
            return most, False


def _remaining(session: int, patience: float = 3.0) -> int:
    """How many processes of ``session`` are left after a while."""
    until = time.monotonic() + patience
    while (left := len(members(session))) and time.monotonic() < until:
        time.sleep(_TICK)
    return left
