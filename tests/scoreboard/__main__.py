"""``python -m tests.scoreboard [SECTION…]``: score the tool on the pinned transformers tree against recorded truth."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.scoreboard import report
from tests.scoreboard.sections import SECTIONS, Choice, score
from tests.scoreboard.subject import place_of


def main() -> int:
    parser = _parser()
    options = parser.parse_args()
    if unknown := set(options.section) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    choice = Choice(
        models=tuple(options.models.split(",")) if options.models else (),
        causal=options.causal,
        every=options.every,
        small=options.small,
        jobs=options.jobs,
        quiet=not sys.stderr.isatty(),
    )
    wanted = tuple(options.section) or SECTIONS
    sections = list(score(wanted, place_of(options.tree), choice))
    print(report.as_json(sections) if options.format == "json" else report.as_text(sections, options.worst))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.scoreboard", description=__doc__)
    parser.add_argument("section", nargs="*", metavar="section", help=f"of {', '.join(SECTIONS)}; all by default")
    parser.add_argument("--models", default="", help="model types or class names, comma-separated, * allowed")
    parser.add_argument("--causal", action="store_true", help="causal language models only")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every N-th row only: a fixed sample")
    parser.add_argument("--small", action="store_true", help="traits on the small configurations of the runs: faster")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--worst", type=int, default=10, metavar="N", help="show the N worst rows")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--tree", type=Path, default=None, help="transformers tree (default: the installed one)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
