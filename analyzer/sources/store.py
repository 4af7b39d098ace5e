"""What was read of source files: each file is read once, whoever asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from analyzer.sources.read import read_bytes

ROOM: Final = 64_000_000
"""Bytes that a store keeps; all modeling files of transformers have less than half."""


class SourceStore:
    """The content of files as it was when they were first read.

    Outline, syntax, evidence and comments of a file thus come from the same bytes, also when somebody writes to it in
    the meantime. What was not asked for longest makes room for what is new, and is read again when it is needed.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: dict[tuple[Path, Path | None], bytes] = {}

    def read(self, path: Path, *, shown: str = "", within: Path | None = None) -> bytes:
        """The content of a regular file; arguments and errors as those of ``read_bytes``."""
        key = (path, within)
        data = self._kept.pop(key, None)
        if data is None:
            data = read_bytes(path, shown=shown, within=within)
            self._room -= len(data)
        self._kept[key] = data  # at the end, as the one that was asked for last
        while self._room < 0 and len(self._kept) > 1:
            self._room += len(self._kept.pop(next(iter(self._kept))))
        return data
