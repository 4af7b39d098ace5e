"""``python -m tests.fuzz``: tries made-up input and prints what breaks."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.case import Case
from tests.fuzz.child import Limits, Tried
from tests.fuzz.fuzzing import Plan, fuzz
from tests.fuzz.keep import keep
from tests.fuzz.kinds import KINDS
from tests.fuzz.shrink import shrunk


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what the options name; 1 if anything broke."""
    options = _parser().parse_args(arguments)
    kinds = tuple(options.kind or KINDS)
    limits = Limits(seconds=options.limit)
    plan = Plan(kinds, options.seed, options.seconds, options.cases, options.jobs, options.first, limits)
    first: dict[str, Tried] = {}
    counts: Counter[str] = Counter()
    by_kind: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        started = time.monotonic()
        for done in fuzz(plan, Path(folder), options.cache):
            by_kind[done.case.kind] += 1
            if done.seconds > options.slow:
                print(f"{_name(done.case)}  took {done.seconds:.0f} s", flush=True)
            for fault in done.faults:
                counts[fault.cause] += 1
                if fault.cause not in first or options.every:
                    print(f"{_name(done.case)}  {fault.cause}", flush=True)
                first.setdefault(fault.cause, done)
        took = time.monotonic() - started
        print(f"{by_kind.total()} inputs in {took:.0f} s with seed {plan.seed}: {dict(by_kind)}")
        for cause, number in counts.most_common():
            print(f"{number:6}  {_name(first[cause].case)}  {cause}")
            if options.keep is not None:
                small = shrunk(first[cause].case, cause, Path(folder) / "shrinking", limits, options.shrink)
                keep(options.keep, small, cause, number, first[cause])
    return 1 if counts else 0


def _name(case: Case) -> str:
    return f"{case.kind}:{case.seed} {case.options.get('name', '')}".rstrip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to try (default: 60)")
    parser.add_argument("--cases", type=int, help="how many inputs a job tries at most")
    parser.add_argument("--seed", type=int, default=0, help="where the random numbers begin")
    parser.add_argument("--first", type=int, default=0, help="pass over so many inputs of each kind")
    parser.add_argument("--kind", action="append", choices=sorted(KINDS), help="kinds of input; repeatable")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="keep what is read of libraries between runs")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds of computing that one input may take")
    parser.add_argument("--every", action="store_true", help="print every fault, not only the first of a cause")
    parser.add_argument("--slow", type=float, default=60.0, help="print inputs that took more seconds than this")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="save a small input for each cause there")
    parser.add_argument("--shrink", type=float, default=60.0, help="seconds for making one input small")
    return parser


if __name__ == "__main__":
    sys.exit(main())
