"""Finds out what kind of source tree a path is, and which part of it was meant."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.machinery import PathFinder
from pathlib import Path

from analyzer.base import InputError, as_path
from analyzer.sources.git import revision
from analyzer.sources.layout import TreeLayout
from analyzer.sources.listing import names_in
from analyzer.sources.read import FileKind, is_file, kind_of, read_bytes

_VERSION = re.compile(r"^__version__\s*(?::[^=\n]*)?=\s*[\"']([^\"'\n]+)[\"']", re.MULTILINE)


class TreeKind(StrEnum):
    """What was asked for: a library of models, one model of it, a repository of a model hub, a folder or a file.

    All values but that of a library, which its package decides, are part of the JSON contract.
    """

    LIBRARY = "library"
    MODEL = "model"
    HUB = "hub"
    FOLDER = "folder"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class SourceTree:
    """``root`` is the package or folder that paths are relative to; ``selections`` the parts of it that were asked for.

    ``package`` is the dotted name of ``root`` when it is an importable package. ``selections`` are paths relative to
    ``root``, none for all of it. ``library`` is the layout of the library of models that ``root`` is, if it is one.
    """

    root: Path
    kind: TreeKind
    version: str | None
    revision: str | None
    package: str | None
    selections: tuple[str, ...] = ()
    library: TreeLayout | None = None

    @property
    def label(self) -> str:
        """The kind as it is printed: a library of models by its package."""
        whole = self.kind is TreeKind.LIBRARY and self.library is not None
        return self.library.package if whole and self.library is not None else self.kind.value


def discover(path: Path | None, layouts: Sequence[TreeLayout] = (), further: Sequence[Path] = ()) -> SourceTree:
    """The tree at ``path``; without a path, the library of models that this environment has, which is not imported.

    ``layouts`` are those of the libraries that are known; the first of them is looked for without a path. ``further``
    are more files or folders of the same tree that are selected too (see ``grouped``).

    Raises:
        InputError: Codes ``not-found``, ``not-a-file`` (neither a folder nor a regular file), ``not-python``,
            ``unreadable``.
    """
    if path is None:
        return _installed(layouts)
    tree = _discover(path, layouts)
    more = (name for one in further for name in _discover(one, layouts).selections)
    return replace(tree, selections=tuple(dict.fromkeys((*tree.selections, *more))))


def grouped(paths: Iterable[Path], layouts: Sequence[TreeLayout] = ()) -> tuple[tuple[Path, ...], ...]:
    """``paths`` by the tree that they are in, without those that lie in a folder that is given as a whole.

    Raises InputError as ``discover`` does.
    """
    trees = {path: _discover(path, layouts) for path in paths}
    whole = {tree.root for tree in trees.values() if not tree.selections}
    groups: dict[Path, list[Path]] = {}
    for path, tree in trees.items():
        place = tree.root / tree.selections[0] if tree.selections else tree.root
        if whole.isdisjoint(place.parents) and (not tree.selections or tree.root not in whole):
            groups.setdefault(tree.root, []).append(path)
    return tuple(tuple(dict.fromkeys(group)) for group in groups.values())


def _discover(path: Path, layouts: Sequence[TreeLayout]) -> SourceTree:
    try:
        place = path.expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, no permission, a NUL in the path
        raise InputError(f"can not be read: {error}", path=as_path(str(path)), code="unreadable") from error
    if kind_of(place) is FileKind.FOLDER:
        return _discover_folder(place, layouts)
    return _discover_file(place, layouts)


def _installed(layouts: Sequence[TreeLayout]) -> SourceTree:
    for layout in layouts:
        root = installed_package(layout.package)
        if root is not None and _is_library(root, layout):
            return _library(root, layout)
    missing = layouts[0].package if layouts else "no library of models"
    raise InputError(f"{missing} is not installed here: give a path", code="not-found")


def installed_package(name: str) -> Path | None:
    """The folder of an installed top-level package, found by its place on the import path, never executed."""
    try:
        spec = PathFinder.find_spec(name, [entry for entry in sys.path if entry])
    except (ImportError, ValueError, OSError):
        return None
    if spec is None or spec.origin is None or Path(spec.origin).name != "__init__.py":
        return None
    return Path(spec.origin).parent


def _discover_file(place: Path, layouts: Sequence[TreeLayout]) -> SourceTree:
    shown, kind = as_path(str(place)), kind_of(place)
    if kind is FileKind.MISSING:
        raise InputError("no such file or folder", path=shown, code="not-found")
    if kind is not FileKind.FILE:
        raise InputError(FileKind.OTHER.value, path=shown, code="not-a-file")
    if place.suffix != ".py":
        raise InputError("not a Python file", path=shown, code="not-python")
    enclosing = _enclosing(place.parent, layouts)
    if enclosing is not None:
        return _library(*enclosing, place)
    folder = place.parent
    return SourceTree(folder, TreeKind.FILE, _version(folder), revision(folder), package_name(folder), (place.name,))


def _discover_folder(place: Path, layouts: Sequence[TreeLayout]) -> SourceTree:
    for layout in layouts:
        for candidate in (place, place / "src" / layout.package, place / layout.package):
            if _is_library(candidate, layout):
                return _library(candidate, layout)
    enclosing = _enclosing(place, layouts)
    if enclosing is not None:
        return _library(*enclosing, place)
    kind = TreeKind.HUB if _is_hub(place) else TreeKind.FOLDER
    return SourceTree(place, kind, _version(place), revision(place), package_name(place))


def _library(root: Path, layout: TreeLayout, selected: Path | None = None) -> SourceTree:
    kind, selections = TreeKind.LIBRARY, tuple[str, ...]()
    if selected is not None:
        kind, selections = TreeKind.MODEL, (selected.relative_to(root).as_posix(),)
    return SourceTree(root, kind, _version(root), revision(root), layout.package, selections, layout)


def _is_library(folder: Path, layout: TreeLayout) -> bool:
    return all(is_file(folder / file) for file in layout.markers)


def _enclosing(place: Path, layouts: Sequence[TreeLayout]) -> tuple[Path, TreeLayout] | None:
    """The library of models that a place is in."""
    around = ((folder, layout) for folder in (place, *place.parents) for layout in layouts)
    return next(((folder, layout) for folder, layout in around if _is_library(folder, layout)), None)


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
