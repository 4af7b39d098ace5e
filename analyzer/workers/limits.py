"""What a worker process may use of the machine, where the system can say no."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Final

MEMORY: Final = 1792 * 2**20
"""Bytes of data that a worker may hold. Scanning all of transformers takes a third of it, and two thirds for the moment
of its largest model."""
STACK: Final = 256 * 2**20
"""Bytes of stack: nested data is walked recursively by Python's own C code, which checks no depth everywhere."""


def limit(memory: int = MEMORY) -> None:
    """Hold this process to ``memory`` bytes of data, give it a deep stack, and let it leave no core file."""
    if sys.platform == "win32":
        return
    import resource

    _change(resource.RLIMIT_CORE, 0)
    _change(resource.RLIMIT_STACK, STACK, raised=True)  # the main thread's stack grows up to the limit of the moment
    if sys.platform == "linux":  # elsewhere the limit does not hold for memory that malloc maps
        _change(resource.RLIMIT_DATA, memory)


def is_worn(memory: int = MEMORY) -> bool:
    """Whether this process still holds so much that the next piece of work should get a fresh one."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[1])
    except OSError:  # only Linux reports it without a library, and memory is limited only there
        return False
    return pages * os.sysconf("SC_PAGE_SIZE") > memory // 2


def _change(which: int, value: int, raised: bool = False) -> None:
    """Lower a soft limit to ``value``, or raise it as far as the hard one allows; never the other way."""
    import resource

    soft, hard = (_number(one) for one in resource.getrlimit(which))
    wanted = min(value, hard)
    if (wanted > soft) is raised:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(which, (int(wanted), resource.getrlimit(which)[1]))


def _number(limit: int) -> float:
    import resource

    return float("inf") if limit == resource.RLIM_INFINITY else limit
