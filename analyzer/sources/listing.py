"""Lists the Python files below a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from analyzer.base import InputError
from analyzer.sources.read import is_file, is_folder

_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages"})


@dataclass(frozen=True, slots=True)
class Listing:
    """``files`` are paths relative to the listed folder, in posix form and order; ``errors`` the unreadable folders."""

    files: tuple[str, ...]
    errors: tuple[InputError, ...]


def list_python_files(root: Path, below: str = "") -> Listing:
    """All ``*.py`` files below ``root``/``below``, or that file itself.

    Links to folders are not followed, so a loop can not be entered and nothing outside is read; links to files are
    (model hubs keep snapshots of them). Hidden folders, virtual environments and installed packages are left out.
    """
    start = root / below
    if is_file(start):
        return Listing((below,), ())
    files: list[str] = []
    errors: list[InputError] = []
    pending = [(start, below)]
    while pending:
        folder, prefix = pending.pop()
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError as error:
            shown = display(prefix or ".")
            errors.append(InputError(f"can not be listed: {error.strerror}", path=shown, code="unreadable"))
            continue
        if prefix != below and any(entry.name == "pyvenv.cfg" for entry in found):
            continue
        for entry in found:
            path = f"{prefix}/{entry.name}" if prefix else entry.name
            if _is_entered(entry):
                pending.append((Path(entry.path), path))
            elif entry.name.endswith(".py") and not is_folder(Path(entry.path)):
                files.append(path)
    return Listing(tuple(sorted(files)), tuple(sorted(errors, key=str)))


def _is_entered(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".") and entry.name not in _SKIPPED


def display(path: str) -> str:
    """A path as it can be written: bytes that are no UTF-8 become replacement characters."""
    return os.fsencode(path).decode("utf-8", errors="replace")
