"""Which files belong to a source tree: links that lead out of it are not followed.

Two kinds of links are followed all the same. A snapshot in the cache of a model hub is made of links to the ``blobs``
folder of the same repository. And what is installed in this environment, whose files a package manager may link to its
store, could have run here long before it was scanned.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analyzer.base import InputError

INSTALLED = frozenset({"site-packages", "dist-packages"})
"""Folders that packages are installed into."""
_REPOSITORY = re.compile(r"(?:models|datasets|spaces)--.+")
_BLOB = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def real_place(path: Path, root: Path, shown: str) -> str:
    """Where ``path`` is, all links below ``root`` followed.

    Raises:
        InputError: Code ``outside``: not below ``root``, and none of the links that are followed.
        OSError: There is nothing, or no leave to look.
        ValueError: A NUL in the path.
    """
    if _is_plain(str(path), str(root)):
        return str(path)
    place = os.path.realpath(path)
    if not _fence(root).holds(place):
        raise outside(shown)
    return place


def is_inside(path: str, root: Path) -> bool:
    """Whether ``path`` leads to a place that belongs to the tree at ``root``."""
    return _fence(root).holds(os.path.realpath(path))


def _is_plain(path: str, root: str) -> bool:
    """Whether ``path`` goes down from ``root`` and meets no link on its way, as nearly all do."""
    if not path.startswith(f"{root}{os.sep}"):
        return False
    for part in path[len(root) + 1 :].split(os.sep):  # noqa: PTH206
        root = f"{root}{os.sep}{part}"
        if part == os.pardir or stat.S_ISLNK(os.lstat(root).st_mode):
            return False
    return True


def outside(shown: str) -> InputError:
    """The error for a link that is not followed."""
    return InputError("a link that leads out of the tree is not followed", path=shown, code="outside")


@dataclass(frozen=True, slots=True)
class _Fence:
    """``root`` ends with a separator; ``blobs`` is the folder that the snapshot's links lead to, if it is one."""

    root: str
    blobs: str | None
    installed: bool

    def holds(self, place: str) -> bool:
        if self.installed or f"{place}{os.sep}".startswith(self.root):
            return True
        folder, _, name = place.rpartition(os.sep)
        return folder == self.blobs and _BLOB.fullmatch(name) is not None


@lru_cache(maxsize=64)
def _fence(root: Path) -> _Fence:
    real = Path(os.path.realpath(root))
    return _Fence(f"{real}{os.sep}".replace(os.sep * 2, os.sep), _blobs(real), _is_installed(real))


def _blobs(root: Path) -> str | None:
    """``…/models--owner--name/blobs`` for a root at or below ``…/models--owner--name/snapshots``."""
    for folder in (root, *root.parents):
        if folder.name == "snapshots" and _REPOSITORY.fullmatch(folder.parent.name):
            return str(folder.with_name("blobs"))
    return None


def _is_installed(root: Path) -> bool:
    """Whether ``root`` is below a folder that this Python imports installed packages from."""
    found = next((folder for folder in root.parents if folder.name in INSTALLED), None)
    return found is not None and str(found) in {os.path.realpath(entry) for entry in sys.path if entry}
