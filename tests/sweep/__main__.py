"""``python -m tests.sweep [PATH …]``: what breaks in real code."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.child import Limits, tried
from tests.sweep.packages import packages
from tests.sweep.sweeping import Sweep, case_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Sweeps what the options name; 1 if anything broke."""
    options = _parser().parse_args(arguments)
    chosen = [package for package in packages(options.paths) if package.name not in options.without]
    cases = [case_of(package, what) for package in chosen for what in options.what or ("read", "scan")]
    limits = Limits(options.limit, options.limit * 8, options.megabytes)
    counts: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        os.environ["ASBUILT_CACHE_DIR"] = str(options.cache or Path(folder) / "cache")
        for done in tried(Sweep(), cases, Path(folder) / "sweep", limits):
            print(f"{done.case.options['name']:40} {done.seconds:8.1f} s  {len(done.faults)} faults", flush=True)
            for fault in done.faults:
                counts[fault.cause] += 1
                print(f"    {fault.cause}: {fault.detail.splitlines()[0][:200] if fault.detail else ''}", flush=True)
    for cause, number in counts.most_common():
        print(f"{number:6}  {cause}")
    return 1 if counts else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.sweep", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="packages, or folders of packages")
    parser.add_argument("--what", action="append", choices=("read", "scan"), help="only this (default: both)")
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help="leave out a package")
    parser.add_argument("--limit", type=float, default=1800.0, help="seconds of computing for one package")
    parser.add_argument("--megabytes", type=float, default=4096.0, help="memory for one package")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="keep what is read between runs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
