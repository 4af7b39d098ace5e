"""Signals to a scan and to its workers at any moment: the right exit code, nothing left behind, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.fuzz.case import Case, Fault
from tests.fuzz.kinds.configs import families
from tests.processes import kill_all, members

PROGRAM = "from analyzer.cli import main; main()"
ENDS = {"SIGINT": 130, "SIGTERM": 143}


class Signals:
    """All fixtures are scanned by two workers; the option says who is sent what after how long."""

    def make(self, random: Random, seed: int) -> Case:
        files = {
            f"{family.name}/{path.name}": path.read_bytes()
            for family in families()
            for path in sorted(family.glob("*.py"))
        }
        what = random.choice(("SIGINT", "SIGTERM", "SIGKILL", "worker", "worker", "worker"))
        return Case(
            "signals",
            seed,
            files,
            {"what": what, "after": str(random.uniform(0.0, 6.0)), "cold": str(random.random() < 0.3)},
        )

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        out = folder.parent / "signalled.json"
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        if case.options["cold"] == "True":
            environment["ASBUILT_CACHE_DIR"] = str(folder.parent / f"cold-{case.seed}")
        with out.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, "scan", str(folder), "--format", "json", "--jobs", "2"],
                stdout=stream, stderr=subprocess.PIPE, env=environment, start_new_session=True,
            )  # fmt: skip
            time.sleep(float(case.options["after"]))
            sent = _send(case, process)
            try:
                _, errors = process.communicate(timeout=120)
            except subprocess.TimeoutExpired:
                kill_all(process.pid)
                yield Fault(f"hangs after {case.options['what']}", f"after {case.options['after']} s")
                return
        yield from _left(process, case)
        if sent:
            yield from _ended(case, process.returncode, out.read_bytes(), errors.decode("utf-8", "replace"))


def _send(case: Case, process: subprocess.Popen[bytes]) -> bool:
    """Whether there was anything to send to."""
    if process.poll() is not None:
        return False
    if case.options["what"] != "worker":
        process.send_signal(getattr(signal, case.options["what"]))
        return True
    workers = sorted(set(members(process.pid)) - {process.pid})
    if not workers:
        return False
    os.kill(Random(case.seed).choice(workers), signal.SIGKILL)
    return True


def _left(process: subprocess.Popen[bytes], case: Case) -> Iterator[Fault]:
    until = time.monotonic() + 10
    while members(process.pid) and time.monotonic() < until:
        time.sleep(0.1)
    if left := members(process.pid):
        kill_all(process.pid)
        yield Fault(f"processes left after {case.options['what']}", str(left))


def _ended(case: Case, code: int, out: bytes, errors: str) -> Iterator[Fault]:
    what = case.options["what"]
    if what in ENDS:
        if code not in (ENDS[what], -getattr(signal, what), 0):  # a shell shows the second as the first
            yield Fault(f"exit {code} after {what}", errors[-500:])
        if "Traceback" in errors and float(case.options["after"]) >= 1:
            yield Fault(f"traceback after {what}", errors[-500:])
    elif what == "worker":
        yield from _survived(code, out, errors)


def _survived(code: int, out: bytes, errors: str) -> Iterator[Fault]:
    if code != 0:
        yield Fault(f"exit {code} after a worker died", errors[-500:])
        return
    report = json.loads(out)
    if len(report["models"]) + len(report["errors"]) < len(families()):
        yield Fault("models lost with a worker", str(len(report["models"])))
    for problem in report["errors"]:
        if problem["code"] == "internal":
            yield Fault("internal after a worker died", problem["message"][:300])
