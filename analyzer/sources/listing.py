"""Lists the files of folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from analyzer.base import InputError, as_path
from analyzer.sources.inside import is_inside, outside
from analyzer.sources.read import is_file, is_folder

_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages"})


@dataclass(frozen=True, slots=True)
class Listing:
    """``files`` are paths relative to the listed folder, in posix form and order; ``errors`` the unreadable folders,
    and links that lead out of the tree."""

    files: tuple[str, ...]
    errors: tuple[InputError, ...]


def list_python_files(root: Path, below: str = "") -> Listing:
    """All ``*.py`` files below ``root``/``below``, or that file itself.

    Links to folders are not followed, so a loop cannot be entered; links to files are, unless they lead out of the
    tree. Hidden folders, virtual environments and installed packages are left out.
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
            found = _entries(folder)
        except OSError as error:
            shown = as_path(prefix) or "."
            errors.append(InputError(f"can not be listed: {error.strerror}", path=shown, code="unreadable"))
            continue
        if prefix != below and any(entry.name == "pyvenv.cfg" for entry in found):
            continue
        for entry in found:
            path = f"{prefix}/{entry.name}" if prefix else entry.name
            if _leads_out(entry, root):
                errors.append(outside(as_path(path)))
            elif _is_entered(entry):
                pending.append((Path(entry.path), path))
            elif entry.name.endswith(".py") and not is_folder(Path(entry.path)):
                files.append(path)
    return Listing(tuple(sorted(files)), tuple(sorted(errors, key=str)))


def _is_entered(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and _is_listed(entry.name)


def _is_listed(folder: str) -> bool:
    return not folder.startswith(".") and folder not in _SKIPPED


def _leads_out(entry: os.DirEntry[str], root: Path) -> bool:
    """Whether it is a link to Python code or a folder outside of the tree."""
    if not entry.is_symlink():
        return False
    concerns = entry.name.endswith(".py") or (_is_listed(entry.name) and is_folder(Path(entry.path)))
    return concerns and not is_inside(entry.path, root)


def list_files(
    folder: Path, suffixes: Collection[str], enters: Callable[[str], bool] = lambda name: True
) -> tuple[Path, ...]:
    """All regular files below ``folder`` with one of ``suffixes``, in order; of the folders below, which are no links,
    those that it ``enters``. Raises InputError (``unreadable``) for one that cannot be listed."""
    found: list[Path] = []
    pending = [folder]
    while pending:
        current = pending.pop()
        for entry in names_in(current):
            path = current / entry
            if path.suffix in suffixes and is_file(path):
                found.append(path)
            elif is_folder(path) and not path.is_symlink() and enters(entry):
                pending.append(path)
    return tuple(sorted(found))


def names_in(folder: Path) -> tuple[str, ...]:
    """The names of everything in ``folder``, in order. Raises InputError (``unreadable``)."""
    try:
        return tuple(sorted(entry.name for entry in _entries(folder)))
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"can not be listed: {reason}", path=as_path(str(folder)), code="unreadable") from error


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)
