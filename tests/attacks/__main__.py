"""``python -m tests.attacks``: every hostile program alone, with what it cost."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from tests.attacks.collection import Attack, collection, constructors
from tests.attacks.limits import SECONDS
from tests.attacks.stage import Stage


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    names: str
    code: int | None
    seconds: float
    megabytes: float
    faults: tuple[str, ...]

    def __str__(self) -> str:
        code = "-" if self.code is None else str(self.code)
        verdict = "; ".join(self.faults) or "passed"
        return f"{self.names:40} {code:>4} {self.seconds:7.1f} {self.megabytes:7.0f}  {verdict}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what the options name; 1 when a program does what it must not."""
    options = _parser().parse_args(arguments)
    known = collection() if options.file is None else constructors(options.file)
    attacks = [attack for attack in known if any(fnmatch(attack.name, only) for only in options.only or ["*"])]
    groups = [*_together([one for one in attacks if not one.beside], options.together)]
    groups += [(one,) for one in attacks if one.beside]  # Two of them would have files in the same place.
    failed = 0
    print(f"{'program':40} {'exit':>4} {'seconds':>7} {'MB':>7}  verdict")
    with TemporaryDirectory() as folder:
        for row in _rows(groups, Path(folder), options.jobs, options.scan_options):
            failed += bool(row.faults)
            if row.faults or not options.quiet:
                print(row, flush=True)
    print(f"{len(groups) - failed} of {len(groups)} passed")
    return 1 if failed else 0


def _together(attacks: Sequence[Attack], count: int) -> Iterator[Sequence[Attack]]:
    """``attacks`` in groups of ``count``."""
    return (attacks[start : start + count] for start in range(0, len(attacks), count))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("--file", type=Path, help="a JSON file of bodies of constructors by name instead of our own")
    parser.add_argument("--only", action="append", metavar="NAME", help="programs whose name fits; repeatable")
    parser.add_argument("--jobs", type=int, default=2, help="scans at a time")
    parser.add_argument("--together", type=int, default=1, metavar="N", help="N programs in one folder")
    parser.add_argument("--quiet", action="store_true", help="print only what failed")
    parser.add_argument("scan_options", nargs="*", metavar="OPTION", help="options of the scan, after --")
    return parser


def _rows(groups: Sequence[Sequence[Attack]], folder: Path, jobs: int, options: Sequence[str]) -> Iterator[Row]:
    """One row a group, in their order; each worker has a stage of its own and all share one cache."""
    stages: SimpleQueue[Stage] = SimpleQueue()
    for number in range(jobs):
        stages.put(Stage(folder / f"stage{number}", folder / "cache"))
    first = stages.get()
    healthy = first.healthy()
    stages.put(first)

    def row(group: Sequence[Attack]) -> Row:
        stage = stages.get()
        try:
            ended, found = stage.judged(group, healthy, *options, seconds=SECONDS * len(group))
        finally:
            stages.put(stage)
        names = group[0].name if len(group) == 1 else f"{group[0].name} +{len(group) - 1}"
        return Row(names, ended.code, ended.seconds, ended.megabytes, found)

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(row, groups)


if __name__ == "__main__":
    sys.exit(main())
