"""The modules of one source tree."""

from __future__ import annotations

from pathlib import Path

from analyzer.base import as_path
from analyzer.names.imports import Definition, Resolver, absolute
from analyzer.names.modules import Location, SourceModule, prefix_of, roots_of
from analyzer.sources.cache import SyntaxCache
from analyzer.sources.discover import SourceTree
from analyzer.sources.listing import Listing, list_python_files


class Modules:
    """Modules are found, read and lowered on demand, each once."""

    def __init__(self, tree: SourceTree, cache: SyntaxCache | None, library_roots: tuple[Path, ...]) -> None:
        self.tree = tree
        self._cache = cache
        self._prefix = prefix_of(tree)
        self._roots = roots_of(tree, library_roots)
        self._modules: dict[str, SourceModule | None] = {}
        self.resolver = Resolver(self.module)

    def module(self, dotted: str) -> SourceModule | None:
        """The module of a dotted name, ``None`` where there is no source for it."""
        if dotted not in self._modules:
            parts = tuple(dotted.split("."))
            found = next((place for root in self._roots if (place := root.locate(parts)) is not None), None)
            self._modules[dotted] = None if found is None else self._at(dotted, found)
        return self._modules[dotted]

    def forget(self) -> None:
        """Drop texts and syntax of all modules, so that a long run does not hold the whole tree."""
        for module in self._modules.values():
            if module is not None:
                module.forget()

    def _at(self, dotted: str, place: Location) -> SourceModule:
        """One module object for a file, under however many names it is imported."""
        if place.name == dotted:
            return SourceModule(place, self._cache)
        canonical = self.module(place.name)
        return canonical if canonical is not None else SourceModule(place, self._cache)

    def module_at(self, path: str) -> SourceModule:
        """The module of a file of the tree, by its path relative to the root; its name may be no identifier."""
        folders, stem = path.rpartition("/")[0], path.rpartition("/")[2].removesuffix(".py")
        below = [*folders.split("/"), stem] if folders else [stem]
        is_package = stem == "__init__"
        parts = (*self._prefix, *(as_path(part).replace(".", "_") for part in (below[:-1] if is_package else below)))
        name = ".".join(parts)
        while (found := self.module(name)) is not None:
            if found.location.path == self.tree.root / path:
                return found
            name += "_"
        root = self.tree.root
        place = Location(name, root / path, as_path(path), is_package, external=False, within=root)
        module = self._modules[name] = SourceModule(place, self._cache)
        return module

    def resolve(self, module: str, name: str) -> Definition | None:
        """What ``name`` in ``module`` stands for, see :meth:`analyzer.names.imports.Resolver.resolve`."""
        return self.resolver.resolve(module, name)

    def absolute(self, module: SourceModule, name: str, level: int) -> str:
        """The dotted name behind ``from ..name import`` in ``module``."""
        return absolute(module.package, name, level)

    def files(self, below: str = "") -> Listing:
        """The Python files of the tree, or of a part of it."""
        return list_python_files(self.tree.root, below)
