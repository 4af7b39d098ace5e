"""The git revision of a folder, read from git's own files: no command is run.

A ``.git`` file and what it leads to can be anybody's work. It is followed to where git itself puts what belongs to a
work tree or a submodule, references have git's own form, and nothing but a hash of what was read leaves this module.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from analyzer.base import InputError
from analyzer.sources.inside import INSTALLED
from analyzer.sources.read import is_folder, read_bytes

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REFERENCE = re.compile(r"refs(?:/(?!\.)[^\x00-\x20\x7f~^:?*\[\\/]+)+")
_SHORT = 4096
_PACKED = 20_000_000


def revision(folder: Path) -> str | None:
    """The commit that is checked out around ``folder``; ``None`` outside a repository or in an installed package."""
    found = _found(folder)
    return None if found is None else _head(found[1])


def work_tree(folder: Path) -> Path | None:
    """The root of the repository's work tree around ``folder``; ``None`` likewise."""
    found = _found(folder)
    return None if found is None else found[0]


def _found(folder: Path) -> tuple[Path, Path] | None:
    """The nearest folder around that has a ``.git``, and where git keeps what belongs to it."""
    folder = Path(os.path.realpath(folder))
    for place in (folder, *folder.parents):
        if place.name in INSTALLED:
            return None
        git = _git_folder(place)
        if git is not None:
            return place, git
    return None


def _git_folder(place: Path) -> Path | None:
    """``.git`` itself, or where a work tree's or submodule's ``.git`` file points."""
    git = place / ".git"
    if git.is_symlink():
        return None
    if is_folder(git):
        return git
    target = _read(git, place, _SHORT).strip()
    if not target.startswith("gitdir:") or "\0" in target:
        return None
    found = Path(os.path.realpath(place / target.removeprefix("gitdir:").strip()))
    return found if _is_gits(found) and is_folder(found) else None


def _is_gits(folder: Path) -> bool:
    """Whether git puts a work tree (``….git/worktrees/NAME``) or submodule (``….git/modules/NAME/…``) there."""
    store = folder.parent
    if store.name == "worktrees":
        return _is_repository(store.parent)
    return any(above.name == "modules" and _is_repository(above.parent) for above in folder.parents)


def _is_repository(folder: Path) -> bool:
    return folder.name.endswith(".git") or folder.name == ".bare" or folder.parent.name == "modules"


def _head(git: Path) -> str | None:
    head = _read(git / "HEAD", git, _SHORT).strip()
    if not head.startswith("ref:"):
        return head if _HASH.fullmatch(head) else None
    name = head.removeprefix("ref:").strip()
    if not _REFERENCE.fullmatch(name) or ".." in name:
        return None
    return next(filter(None, (_reference(store, name) for store in _stores(git))), None)


def _stores(git: Path) -> tuple[Path, ...]:
    """Where references are kept: in the folder itself, and for a work tree in that of the repository, too."""
    common = _read(git / "commondir", git, _SHORT).strip()
    repository = git.parent.parent
    is_common = git.parent.name == "worktrees" and "\0" not in common and bool(common)
    return (git, repository) if is_common and os.path.realpath(git / common) == str(repository) else (git,)


def _reference(store: Path, name: str) -> str | None:
    loose = _read(store / name, store, _SHORT).strip()
    if _HASH.fullmatch(loose):
        return loose
    for line in _read(store / "packed-refs", store, _PACKED).splitlines():
        value, _, key = line.partition(" ")
        if key == name and _HASH.fullmatch(value):
            return value
    return None


def _read(path: Path, within: Path, limit: int) -> str:
    """The text of a small file of git's; empty if there is none."""
    try:
        return read_bytes(path, limit=limit, within=within).decode("utf-8", "replace")
    except InputError:
        return ""
