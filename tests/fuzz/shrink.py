"""Makes a failing input small: leaves out lines, then characters, as long as it fails for the same cause."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from tests.fuzz.case import Case
from tests.fuzz.child import Limits, tried

T = TypeVar("T")


def shrunk(case: Case, cause: str, folder: Path, limits: Limits, seconds: float) -> Case:
    """The smallest case that was found within ``seconds`` to have ``cause``; ``case`` itself if it does not repeat."""
    from tests.fuzz.kinds import KINDS

    until = time.monotonic() + seconds

    def fails(files: dict[str, bytes]) -> bool:
        tried_one = next(tried(KINDS[case.kind], [replace(case, files=files)], folder, limits))
        return any(_same(fault.cause, cause) for fault in tried_one.faults)

    files = dict(case.files)
    for name in sorted(files, key=lambda name: -len(files[name])):
        files = _without(files, name, fails, until)
    return replace(case, files=files)


def _same(found: str, wanted: str) -> bool:
    """Where a hang is met depends on chance; that it hangs does not."""
    return found == wanted or (wanted.startswith("ended") and found.startswith("ended"))


def _without(
    files: dict[str, bytes], name: str, fails: Callable[[dict[str, bytes]], bool], until: float
) -> dict[str, bytes]:
    rest = {other: content for other, content in files.items() if other != name}
    if rest and fails(rest):
        return rest
    lines = files[name].splitlines(keepends=True)
    kept = reduced(lines, lambda some: fails({**files, name: b"".join(some)}), until)
    return {**files, name: b"".join(kept)}


def reduced(items: list[T], fails: Callable[[list[T]], bool], until: float) -> list[T]:
    """Fewer of ``items`` with which ``fails`` still holds: leaves out ever smaller runs of them."""
    size = len(items) // 2
    while size >= 1:
        start = 0
        while start < len(items):
            if time.monotonic() > until:
                return items
            shorter = items[:start] + items[start + size :]
            if shorter and fails(shorter):
                items = shorter
            else:
                start += size
        size //= 2
    return items
