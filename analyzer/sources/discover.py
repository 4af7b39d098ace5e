"""Finds out what kind of source tree a path is, and which part of it was meant."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from enum import StrEnum
from importlib.machinery import PathFinder
from pathlib import Path

from analyzer.base import InputError, as_path
from analyzer.sources.git import revision
from analyzer.sources.listing import names_in
from analyzer.sources.read import Kind, is_file, kind_of, read_bytes

TRANSFORMERS = "transformers"
_VERSION = re.compile(r"^__version__\s*(?::[^=\n]*)?=\s*[\"']([^\"'\n]+)[\"']", re.MULTILINE)


class TreeKind(StrEnum):
    """The members' values are part of the JSON contract."""

    TRANSFORMERS = "transformers"
    MODEL = "model"
    HUB = "hub"
    FOLDER = "folder"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class SourceTree:
    """``root`` is the package or folder that paths are relative to; ``selection`` the part of it that was asked for.

    ``package`` is the dotted name of ``root`` when it is an importable package. ``selection`` is a path relative to
    ``root``, empty for all of it.
    """

    root: Path
    kind: TreeKind
    version: str | None
    revision: str | None
    package: str | None
    selection: str = ""


def discover(path: Path | None) -> SourceTree:
    """The tree at ``path``; without a path, the transformers that this environment has, which is not imported.

    Raises:
        InputError: Codes ``not-found``, ``not-a-file`` (neither a folder nor a regular file), ``not-python``,
            ``unreadable``.
    """
    if path is None:
        root = installed_package(TRANSFORMERS)
        if root is None or not _is_transformers(root):
            raise InputError("transformers is not installed here: give a path", code="not-found")
        return _transformers(root)
    try:
        place = path.expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, no permission, a NUL in the path
        raise InputError(f"can not be read: {error}", path=as_path(str(path)), code="unreadable") from error
    return _discover_folder(place) if kind_of(place) is Kind.FOLDER else _discover_file(place)


def installed_package(name: str) -> Path | None:
    """The folder of an installed top-level package, found by its place on the import path, never executed."""
    try:
        spec = PathFinder.find_spec(name, [entry for entry in sys.path if entry])
    except (ImportError, ValueError, OSError):
        return None
    if spec is None or spec.origin is None or Path(spec.origin).name != "__init__.py":
        return None
    return Path(spec.origin).parent


def _discover_file(place: Path) -> SourceTree:
    shown, kind = as_path(str(place)), kind_of(place)
    if kind is Kind.MISSING:
        raise InputError("no such file or folder", path=shown, code="not-found")
    if kind is not Kind.FILE:
        raise InputError(Kind.OTHER.value, path=shown, code="not-a-file")
    if place.suffix != ".py":
        raise InputError("not a Python file", path=shown, code="not-python")
    enclosing = _enclosing_transformers(place.parent)
    if enclosing is not None:
        return _transformers(enclosing, place)
    folder = place.parent
    return SourceTree(folder, TreeKind.FILE, _version(folder), revision(folder), package_name(folder), place.name)


def _discover_folder(place: Path) -> SourceTree:
    for candidate in (place, place / "src" / TRANSFORMERS, place / TRANSFORMERS):
        if _is_transformers(candidate):
            return _transformers(candidate)
    enclosing = _enclosing_transformers(place)
    if enclosing is not None:
        return _transformers(enclosing, place)
    kind = TreeKind.HUB if _is_hub(place) else TreeKind.FOLDER
    return SourceTree(place, kind, _version(place), revision(place), package_name(place))


def _transformers(root: Path, selected: Path | None = None) -> SourceTree:
    kind, selection = TreeKind.TRANSFORMERS, ""
    if selected is not None:
        kind, selection = TreeKind.MODEL, selected.relative_to(root).as_posix()
    return SourceTree(root, kind, _version(root), revision(root), TRANSFORMERS, selection)


def _is_transformers(folder: Path) -> bool:
    files = ("__init__.py", "modeling_utils.py", "configuration_utils.py", "models/auto/modeling_auto.py")
    return all(is_file(folder / file) for file in files)


def _enclosing_transformers(place: Path) -> Path | None:
    return next((folder for folder in (place, *place.parents) if _is_transformers(folder)), None)


def _is_hub(folder: Path) -> bool:
    return is_file(folder / "config.json") and any(name.endswith(".py") for name in _names(folder))


def package_name(folder: Path) -> str | None:
    """The dotted name of a folder that is a package, counted from the outermost folder that is one."""
    parts: list[str] = []
    while is_file(folder / "__init__.py") and folder.name.isidentifier():
        parts.append(folder.name)
        folder = folder.parent
    return ".".join(reversed(parts)) or None


def _version(root: Path) -> str | None:
    """``__version__`` as the package states it, else that of its metadata beside it."""
    try:
        text = read_bytes(root / "__init__.py", within=root).decode("utf-8", "replace")
    except InputError:
        return None
    stated = _VERSION.search(text)
    if stated is not None:
        return stated[1]
    prefix, suffix = f"{root.name}-", ".dist-info"
    found = (name for name in _names(root.parent) if name.startswith(prefix) and name.endswith(suffix))
    return next((name.removesuffix(suffix).removeprefix(prefix) for name in found), None)


def _names(folder: Path) -> tuple[str, ...]:
    """The names of what is in a folder, none where it is not allowed to look."""
    try:
        return names_in(folder)
    except InputError:
        return ()
