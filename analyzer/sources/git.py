"""The git revision of a folder, read from git's own files: no command is run."""

from __future__ import annotations

import re
from pathlib import Path

from analyzer.sources.read import is_folder

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_INSTALLED = frozenset({"site-packages", "dist-packages"})


def revision(folder: Path) -> str | None:
    """The commit that is checked out around ``folder``; ``None`` outside a repository or in an installed package."""
    folder = folder.resolve()
    for place in (folder, *folder.parents):
        if place.name in _INSTALLED:
            return None
        git = _git_folder(place)
        if git is not None:
            return _head(git)
    return None


def _git_folder(place: Path) -> Path | None:
    """``.git`` itself, or where a work tree's or submodule's ``.git`` file points."""
    git = place / ".git"
    if is_folder(git):
        return git
    target = _read(git).strip()
    if target.startswith("gitdir:"):
        return (place / target.removeprefix("gitdir:").strip()).resolve()
    return None


def _head(git: Path) -> str | None:
    head = _read(git / "HEAD").strip()
    if not head.startswith("ref:"):
        return head if _HASH.fullmatch(head) else None
    name = head.removeprefix("ref:").strip()
    common = _read(git / "commondir").strip()
    for store in (git, (git / common).resolve()) if common else (git,):
        found = _reference(store, name)
        if found is not None:
            return found
    return None


def _reference(store: Path, name: str) -> str | None:
    loose = _read(store / name).strip()
    if _HASH.fullmatch(loose):
        return loose
    for line in _read(store / "packed-refs").splitlines():
        value, _, key = line.partition(" ")
        if key == name and _HASH.fullmatch(value):
            return value
    return None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return ""
