"""Source modules, and where dotted names are looked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from analyzer.base import InputError, as_path
from analyzer.names.naming import KnownNames
from analyzer.sources.cache import SyntaxCache
from analyzer.sources.decode import decode
from analyzer.sources.discover import SourceTree, installed_package
from analyzer.sources.file import SourceFile
from analyzer.sources.layout import TreeLayout
from analyzer.sources.mentions import Mentions, mentions
from analyzer.sources.mentions_in_text import mentions_in_text
from analyzer.sources.outline import Outline, outline
from analyzer.sources.parse import parse
from analyzer.sources.read import is_file, is_folder
from analyzer.sources.store import SourceStore
from analyzer.sources.syntax import ModuleSyntax

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Location:
    """Where a module's source is; a namespace package, a folder without ``__init__.py``, has no ``path``.

    ``within`` is the folder that no link may lead out of, None where links are nobody's but this program's.
    """

    name: str
    path: Path | None
    shown: str
    is_package: bool
    external: bool
    within: Path | None = None


class SourceModule:
    """One module, read and lowered when it is first needed.

    The properties raise InputError (path, line) where the file cannot be read or understood, each time.
    """

    def __init__(self, location: Location, cache: SyntaxCache | None, store: SourceStore | None = None) -> None:
        self.location = location
        self._cache = cache
        self._store = store or SourceStore()

    def __repr__(self) -> str:
        return f"SourceModule({self.name!r})"

    @property
    def name(self) -> str:
        return self.location.name

    @property
    def path(self) -> str:
        """Relative to the root of the tree, in posix form; for an external module to the folder it was found in."""
        return self.location.shown

    @property
    def is_package(self) -> bool:
        return self.location.is_package

    @property
    def external(self) -> bool:
        return self.location.external

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @property
    def file(self) -> SourceFile:
        return _value(self._file)

    @property
    def syntax(self) -> ModuleSyntax:
        return _value(self._syntax)

    @property
    def outline(self) -> Outline:
        return _value(self._outline)

    @property
    def names(self) -> Mentions:
        """The names that the code reads and assigns; of a file that is no valid Python those that its words show."""
        return _value(self._names)

    def forget(self) -> None:
        """Drop what was read and lowered; it is made again when it is needed again."""
        for name in ("_file", "_syntax"):
            self.__dict__.pop(name, None)

    def mentions(self, word: str) -> bool:
        """Whether the text contains ``word``; an unreadable file does not."""
        return isinstance(self._file, SourceFile) and word in self._file.text

    @cached_property
    def _file(self) -> SourceFile | InputError:
        try:
            return SourceFile(self.path, decode(self._read(), shown=self.path), self.external)
        except InputError as error:
            return error

    @cached_property
    def _syntax(self) -> ModuleSyntax | InputError:
        try:
            return self._lowered()
        except InputError as error:
            return error

    @cached_property
    def _outline(self) -> Outline | InputError:
        try:
            return self._outlined()
        except InputError as error:
            return error

    @cached_property
    def _names(self) -> Mentions | InputError:
        try:
            return self._mentioned()
        except InputError as error:
            return mentions_in_text(self._file.text) if isinstance(self._file, SourceFile) else error

    def _read(self) -> bytes:
        path, within = self.location.path, self.location.within
        return b"" if path is None else self._store.read(path, shown=self.path, within=within)

    def _lowered(self) -> ModuleSyntax:
        if self._cache is None:
            return parse(self.file.text, path=self.path)
        data = self._read()
        return self._cache.syntax(data, lambda: parse(decode(data, shown=self.path), path=self.path))

    def _mentioned(self) -> Mentions:
        if self._cache is None:
            return mentions(self.syntax)
        return self._cache.mentions(self.file.text.encode(), lambda: mentions(self.syntax))

    def _outlined(self) -> Outline:
        data = self._read()
        if self._cache is None:
            return outline(decode(data, shown=self.path), path=self.path)
        return self._cache.outline(data, lambda: outline(decode(data, shown=self.path), path=self.path))


def _value(found: T | InputError) -> T:
    if isinstance(found, InputError):
        raise found.with_traceback(None)
    return found


@dataclass(frozen=True, slots=True)
class Root:
    """A folder whose content is importable as ``prefix`` and below; ``canonical`` is what its modules are called.

    ``shown`` is put before paths relative to the folder. No link is followed out of ``within``. ``reserved`` are
    top-level names that the folder's files do not shadow.
    """

    folder: Path
    prefix: tuple[str, ...]
    canonical: tuple[str, ...]
    external: bool
    shown: str = ""
    within: Path | None = None
    reserved: frozenset[str] = frozenset()

    def locate(self, parts: tuple[str, ...]) -> Location | None:
        """The module called ``parts`` below this root."""
        depth = len(self.prefix)
        if parts[:depth] != self.prefix or not all(part.isidentifier() for part in parts[depth:]):
            return None
        if not depth and parts[0] in self.reserved:
            return None
        below = parts[depth:]
        path, shown = self.folder.joinpath(*below), "/".join((*filter(None, [self.shown]), *below))
        name = ".".join((*self.canonical, *below))
        prefix = f"{shown}/" if shown else ""
        if is_file(path / "__init__.py"):
            shown = f"{prefix}__init__.py"
            return Location(name, path / "__init__.py", shown, True, self.external, self.within)
        if below and is_file(file := path.with_name(f"{below[-1]}.py")):
            return Location(name, file, f"{shown}.py", False, self.external, self.within)
        if is_folder(path):
            return Location(name, None, shown, True, self.external)
        return None


def reserved_names(names: KnownNames) -> frozenset[str]:
    """Top-level names that a file of the analysed folder does not shadow."""
    return names.roots | sys.stdlib_module_names


def prefix_of(tree: SourceTree, reserved: frozenset[str]) -> tuple[str, ...]:
    """What the modules of a tree are called: by its package, else by its folder."""
    if tree.package is not None:
        return tuple(tree.package.split("."))
    name = as_path(tree.root.name).replace(".", "_") or "root"
    return (f"{name}_" if name in reserved else name,)


def roots_of(tree: SourceTree, library_roots: tuple[Path, ...], names: KnownNames) -> tuple[Root, ...]:
    """Where names are looked for, in order: the tree, the packages around it, described libraries, installed ones.

    The modules of a plain folder can also be imported by their names in it or in its ``src``, as a script would.
    """
    reserved = reserved_names(names)
    prefix, root = prefix_of(tree, reserved), tree.root
    roots = [Root(root, prefix, prefix, external=False, within=root)]
    if tree.package is None:
        roots += [
            Root(root / "src", (), (*prefix, "src"), external=False, shown="src", within=root, reserved=reserved),
            Root(root, (), prefix, external=False, within=root, reserved=reserved),
        ]
    else:
        roots.append(_external(root.parents[len(prefix) - 2] if len(prefix) > 1 else root, prefix[:1], prefix[0]))
    roots += [Root(folder.resolve(), (), (), external=True) for folder in library_roots]
    libraries = (layout for layout in names.layouts if tree.package == layout.package)
    beside = ((name, root.parent / name) for layout in libraries for name in layout.beside)
    roots += [_external(folder, (name,), name) for name, folder in beside if is_folder(folder)]
    if tree.library is None:
        roots += [found for layout in names.layouts for found in _library_roots(tree, layout)]
    return tuple(roots)


def _library_roots(tree: SourceTree, layout: TreeLayout) -> Iterator[Root]:
    """Where a library of models is that the tree is no part of."""
    if tree.package is None:  # where imports that climb out of the folder lead, see imports.absolute
        yield _external(tree.root.parent, (layout.package, layout.models), "..")
    installed = installed_package(layout.package)
    if installed is not None:
        yield _external(installed, (layout.package,), layout.package)


def _external(folder: Path, name: tuple[str, ...], shown: str) -> Root:
    """Code outside of the tree that is called ``name`` in imports."""
    return Root(folder, name, name, external=True, shown=shown, within=folder)
