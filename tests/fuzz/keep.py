"""Saves failing inputs for the one who mends them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.fuzz.case import Case
from tests.fuzz.child import Tried


def keep(folder: Path, small: Case, cause: str, number: int, first: Tried) -> None:
    """Writes the files of ``small`` and a note of what is wrong with them into a folder of its own."""
    name = f"{small.kind}-{hashlib.sha256(cause.encode()).hexdigest()[:8]}"
    small.write(folder / name / "files")
    detail = next((fault.detail for fault in first.faults if fault.cause == cause), "")
    note = f"{cause}\n\nkind {small.kind}, seed {small.seed}, {number} times\n{dict(small.options)}\n\n{detail}\n"
    (folder / name / "note.txt").write_text(note, encoding="utf-8", errors="backslashreplace")
