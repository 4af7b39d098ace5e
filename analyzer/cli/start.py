"""Where the program starts: a worker process for commands about models, then everything else."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from typing import NoReturn

from analyzer.cli.codes import COULD_NOT, INTERRUPTED
from analyzer.workers import possible, prepared

_WITH_MODELS = frozenset({"scan", "show", "graph", "params", "calls", "diff", "lineage", "verify"})
_WITHOUT = frozenset({"-h", "--help", "--version"})
_NEEDED = ("analyzer.api.calls",)


def run() -> NoReturn:
    """The program ``asbuilt``."""
    with prepared(_NEEDED) if possible() and about_models(sys.argv[1:]) else nullcontext():
        sys.exit(_main())


def about_models(words: Sequence[str]) -> bool:
    """Whether a command line asks for what a worker process will be needed for."""
    command = next((word for word in words if not word.startswith("-")), "")
    return command in _WITH_MODELS and not _WITHOUT.intersection(words)


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
