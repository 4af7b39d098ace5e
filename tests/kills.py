"""Kills workers, and the program itself, at random moments of a scan: ``python -m tests.kills --times 50``.

Half of the scans begin with an empty cache, half with a full one. After the death of a worker the report has to be the
same, byte by byte; after that of the program no worker may be left two seconds later, no file that nobody wanted, and
the next scan has to give the same report. Prints one line a kind, and exits with 1 if something was not so.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.corpus import pinned

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-P", "-c", "from analyzer.cli import run; run()")
WORKER = b"analyzer.workers.child"
PATIENCE = 2.0
"""Seconds that a worker may outlive the program."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A tree to scan, a folder for caches and reports, and what the report has to be."""

    tree: Path
    folder: Path
    jobs: int

    @property
    def report(self) -> Path:
        return self.folder / "out" / "report.json"

    def start(self, cache: Path) -> subprocess.Popen[bytes]:
        """A scan at work, all of whose files are in the folder."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "ASBUILT_CACHE_DIR": str(cache),
            "TMPDIR": str(self.folder / "tmp"),
        }
        command = [*COMMAND, "scan", str(self.tree), "--format", "json", "-o", str(self.report)]
        return subprocess.Popen([*command, "--jobs", str(self.jobs)], cwd=self.folder, env=environment)

    def scan(self, cache: Path) -> bytes:
        """The report of a scan that nobody disturbs."""
        code = self.start(cache).wait(3600)
        if code != 0:
            raise RuntimeError(f"the scan ended with exit code {code}")
        return self.report.read_bytes()


@dataclass(slots=True)
class Tally:
    """What came of the kills of one kind."""

    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def check(self, good: bool, fault: str) -> None:
        if not good:
            self.faults[fault] += 1

    def __str__(self) -> str:
        found = ", ".join(f"{number} × {fault}" for fault, number in self.faults.items())
        return f"{self.kills} kills, {found or 'no fault'}"


def small_tree(folder: Path, families: int) -> Path:
    """A copy of transformers that has only the smallest ``families`` model folders."""
    source = pinned()
    models = sorted((path for path in (source / "models").iterdir() if path.is_dir()), key=_size)
    modelled = [path.name for path in models if any(path.glob("modeling_*.py"))]
    left_out = {path.name for path in models} - {*modelled[:families], "auto"}

    def ignored(place: str, names: list[str]) -> set[str]:
        return left_out & set(names) if Path(place) == source / "models" else {"__pycache__"} & set(names)

    return Path(shutil.copytree(source, folder / "transformers", ignore=ignored))


def _size(folder: Path) -> tuple[int, str]:
    return sum(file.stat().st_size for file in folder.glob("*.py")), folder.name


def kill_worker(bench: Bench, cache: Path, expected: bytes, moment: float, tally: Tally) -> None:
    """One scan, one of whose workers is killed ``moment`` seconds after its start."""
    with bench.start(cache) as scan:
        time.sleep(moment)
        while scan.poll() is None:
            if workers := list(_workers(scan.pid)):
                os.kill(random.choice(workers), signal.SIGKILL)
                tally.kills += 1
                break
            time.sleep(0.01)
        code = scan.wait(3600)
    tally.check(code == 0, f"exit code {code}")
    tally.check(bench.report.read_bytes() == expected, "another report")


def kill_program(bench: Bench, cache: Path, expected: bytes, moment: float, tally: Tally) -> None:
    """One scan that is killed ``moment`` seconds after its start, and the next one."""
    bench.report.unlink(missing_ok=True)
    with bench.start(cache) as scan:
        time.sleep(moment)
        workers = list(_workers(scan.pid))
        if scan.poll() is not None:
            return
        scan.kill()
        scan.wait()
    tally.kills += 1
    deadline = time.monotonic() + PATIENCE
    while any(map(_runs, workers)) and time.monotonic() < deadline:
        time.sleep(0.01)
    tally.check(not any(map(_runs, workers)), "a worker survived")
    tally.check(not [*(bench.folder / "tmp").iterdir()], "a temporary file")
    tally.check({path.name for path in bench.report.parent.iterdir()} <= {"report.json"}, "half a report")
    tally.check(bench.scan(cache) == expected, "another report of the next scan")
    tally.check(not [*cache.rglob(".new-*")], "half an entry of the cache")


def _workers(parent: int) -> Iterator[int]:
    for place in Path("/proc").iterdir():
        try:
            is_worker = place.name.isdigit() and WORKER in (place / "cmdline").read_bytes()
            if is_worker and int((place / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                yield int(place.name)
        except OSError:
            continue  # it has ended


def _runs(pid: int) -> bool:
    try:
        return WORKER in Path(f"/proc/{pid}/cmdline").read_bytes()  # empty for a zombie
    except OSError:
        return False


def run(bench: Bench, times: int) -> dict[str, Tally]:
    """``times`` kills of either kind, by name."""
    start = time.monotonic()
    expected = bench.scan(warm := bench.folder / "warm")
    seconds = {"cold": time.monotonic() - start}
    start = time.monotonic()
    if bench.scan(warm) != expected:
        raise RuntimeError("two scans that nobody disturbed gave different reports")
    seconds["warm"] = time.monotonic() - start
    tallies = {f"{who} killed, {state} cache": Tally() for who in ("worker", "program") for state in ("cold", "warm")}
    for number in range(times):
        state = ("cold", "warm")[number % 2]
        for who, kill in (("worker", kill_worker), ("program", kill_program)):
            tally = tallies[f"{who} killed, {state} cache"]
            before = tally.kills
            while tally.kills == before:
                cache = bench.folder / f"cold-{number}-{who}" if state == "cold" else warm
                kill(bench, cache, expected, random.uniform(0, seconds[state]), tally)
                if state == "cold":
                    shutil.rmtree(cache, ignore_errors=True)
    return tallies


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50, help="kills of workers, and as many of the program")
    parser.add_argument("--families", type=int, default=40)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    random.seed(given.seed)
    with tempfile.TemporaryDirectory(prefix="asbuilt-kills-") as name:
        folder = Path(name)
        for part in ("tmp", "out"):
            (folder / part).mkdir()
        tallies = run(Bench(small_tree(folder, given.families), folder, given.jobs), given.times)
    for kind, tally in tallies.items():
        print(f"{kind}: {tally}")
    return 1 if any(tally.faults for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
