"""The modules of one source tree."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from analyzer.base import as_path
from analyzer.names.imports import Definition, Resolver, absolute
from analyzer.names.modules import Location, SourceModule, prefix_of, reserved_names, roots_of
from analyzer.names.naming import KnownNames
from analyzer.sources.cache import SyntaxCache
from analyzer.sources.discover import SourceTree
from analyzer.sources.layout import TreeLayout
from analyzer.sources.listing import Listing, list_python_files
from analyzer.sources.store import SourceStore

NO_NAMES = KnownNames()


class Modules:
    """Modules are found, read and lowered on demand, each once."""

    def __init__(
        self,
        tree: SourceTree,
        cache: SyntaxCache | None,
        library_roots: tuple[Path, ...],
        names: KnownNames = NO_NAMES,
    ) -> None:
        self.tree = tree
        self.names = names
        self.store = SourceStore()
        self._cache = cache
        self._prefix = prefix_of(tree, reserved_names(names))
        self._roots = roots_of(tree, library_roots, names)
        self._modules: dict[str, SourceModule | None] = {}
        self.resolver = Resolver(self.module, names.home)

    def module(self, dotted: str) -> SourceModule | None:
        """The module of a dotted name, ``None`` where there is no source for it."""
        if dotted not in self._modules:
            found = self._located(dotted)
            self._modules[dotted] = self._unimportable(dotted) if found is None else self._at(dotted, found)
        return self._modules[dotted]

    def _located(self, dotted: str) -> Location | None:
        parts = tuple(dotted.split("."))
        return next((place for root in self._roots if (place := root.locate(parts)) is not None), None)

    def _unimportable(self, dotted: str) -> SourceModule | None:
        """The module of a file that no import can name, by the name that it is given."""
        packages = [layout.package for layout in self.names.layouts]
        is_own = dotted.startswith(f"{'.'.join(self._prefix)}.") and self.tree.package not in packages
        return self._odd.get(dotted) if is_own else None

    def forget(self) -> None:
        """Drop the syntax of all modules, so that a long run does not hold the whole tree."""
        for module in self._modules.values():
            if module is not None:
                module.forget()

    def _at(self, dotted: str, place: Location) -> SourceModule:
        """One module object for a file, under however many names it is imported."""
        if place.name == dotted:
            return SourceModule(place, self._cache, self.store)
        canonical = self.module(place.name)
        return canonical if canonical is not None else SourceModule(place, self._cache, self.store)

    def module_at(self, path: str) -> SourceModule:
        """The module of a file of the tree, by its path relative to the root; its name may be no identifier."""
        name = self._name_of(path)
        while (found := self.module(name)) is not None:
            if found.location.path == self.tree.root / path:
                return found
            name += "_"
        module = self._modules[name] = self._named(name, path)
        return module

    def _name_of(self, path: str) -> str:
        """What an import would call a file of the tree, if it had a name that can be imported."""
        below = path.removesuffix(".py").removesuffix("/__init__").split("/")
        below = [] if below == ["__init__"] else below
        return ".".join((*self._prefix, *(as_path(part).replace(".", "_") for part in below)))

    def _named(self, name: str, path: str) -> SourceModule:
        root = self.tree.root
        is_package = path.rpartition("/")[2] == "__init__.py"
        place = Location(name, root / path, as_path(path), is_package, external=False, within=root)
        return SourceModule(place, self._cache, self.store)

    @cached_property
    def _odd(self) -> dict[str, SourceModule]:
        """Modules of files that imports do not lead to (``my-model.py``, ``a.py`` beside ``a/``), by names that are the
        same in every process."""
        found: dict[str, SourceModule] = {}
        for path in self.files().files:
            name, place = self._name_of(path), self._located(self._name_of(path))
            if place is not None and place.path == self.tree.root / path:
                continue
            while name in found or self._located(name) is not None:
                name += "_"
            found[name] = self._named(name, path)
        return found

    def resolve(self, module: str, name: str) -> Definition | None:
        """What ``name`` in ``module`` stands for, see :meth:`analyzer.names.imports.Resolver.resolve`."""
        return self.resolver.resolve(module, name)

    def absolute(self, module: SourceModule, name: str, level: int) -> str:
        """The dotted name behind ``from ..name import`` in ``module``."""
        return self.absolute_from(module.package, name, level)

    def absolute_from(self, package: str, name: str, level: int) -> str:
        """The dotted name behind ``from ..name import`` in a module of ``package``."""
        return absolute(package, name, level, self.names.home)

    @property
    def layout(self) -> TreeLayout | None:
        """The layout of the library of models that the tree is or belongs to, else that of the first that is known."""
        return self.tree.library or next(iter(self.names.layouts), None)

    def files(self, below: str = "") -> Listing:
        """The Python files of the tree, or of a part of it."""
        return list_python_files(self.tree.root, below)
