"""Where the program starts: a worker process for commands about models, then everything else."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from typing import NoReturn

from analyzer.cli.codes import COULD_NOT, INTERRUPTED
from analyzer.workers import possible, prepared

_NEEDED = {
    "scan": "analyzer.engine.schedule",
    "verify": "analyzer.engine.schedule",
    "show": "analyzer.cli.show",
    "graph": "analyzer.cli.graph",
    "params": "analyzer.cli.bulk",
    "calls": "analyzer.cli.bulk",
    "diff": "analyzer.cli.diff",
    "lineage": "analyzer.api",
}
"""The commands that are about models, and what a process needs that builds them."""
_ONLY_TEXT = frozenset({"-h", "--help", "--version"})


def run() -> NoReturn:
    """The program ``asbuilt``."""
    _complete_descriptors()
    module = needed(sys.argv[1:])
    with prepared([module]) if module is not None and possible() else nullcontext():
        sys.exit(_main())


def needed(words: Sequence[str]) -> str | None:
    """The module that a worker process will need for a command line; None where there is nothing for one to do."""
    command = next((word for word in words if not word.startswith("-")), "")
    return None if _ONLY_TEXT.intersection(words) else _NEEDED.get(command)


def _complete_descriptors() -> None:
    """Let standard streams that were closed lead nowhere: what is opened next would take their place."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", closefd=False))


def _main() -> int:
    try:
        from analyzer.cli.app import main
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - a broken installation must not look like "findings"
        traceback.print_exc()
        return COULD_NOT
    main()
    return 0
