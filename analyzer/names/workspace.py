"""One source tree, opened: its modules by name and its catalogue of models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from analyzer.names.entries import Catalogue, ModelEntry, is_within
from analyzer.names.model_library import ModelLibrary
from analyzer.names.naming import KnownNames, Naming
from analyzer.names.plain_models import plain_catalogue
from analyzer.names.tree import Modules
from analyzer.sources.cache import SyntaxCache
from analyzer.sources.discover import TreeKind, discover


class Described(Protocol):
    """A framework or library, as far as opening a tree is concerned."""

    @property
    def naming(self) -> Naming: ...

    @property
    def library(self) -> ModelLibrary | None: ...


class Workspace(Modules):
    """The modules of a tree and the models in it."""

    prefer_modular: bool = False
    libraries: Mapping[str, ModelLibrary] = MappingProxyType({})
    """Libraries of models by their package."""

    @classmethod
    def open(
        cls,
        path: Path | None,
        *,
        further: Sequence[Path] = (),
        cache: SyntaxCache | None = None,
        library_roots: tuple[Path, ...] = (),
        prefer_modular: bool = False,
        frameworks: Sequence[Described] = (),
    ) -> Workspace:
        """The tree at ``path``, by default an installed library of models, which is located and never imported.

        ``further`` are more files or folders of the same tree whose models are listed, too.
        Without a ``cache`` every file is parsed anew. ``library_roots`` hold modules of libraries that are described
        in the analysed language; ``frameworks`` are those whose code is recognised. ``prefer_modular`` lists the models
        of ``modular_*.py`` files in place of the generated ones; a path that names such a file does so too.

        Raises:
            InputError: As :func:`analyzer.sources.discover.discover`.
        """
        names = KnownNames(tuple(one.naming for one in frameworks))
        workspace = cls(discover(path, names.layouts, further), cache, library_roots, names)
        described = [(one.naming.layout, one.library) for one in frameworks]
        found = {layout.package: library for layout, library in described if layout is not None and library is not None}
        workspace.libraries = found
        workspace.prefer_modular = prefer_modular
        return workspace

    def catalogue(self) -> Catalogue:
        """The models of the tree, or of the selected part of it; made once."""
        return self._catalogue

    def find(self, name: str) -> ModelEntry:
        """The entry of a model type or class, as :meth:`Catalogue.find`; of a whole library without listing all of it.

        Raises:
            InputError: Code ``unknown-model``.
        """
        library = self._library
        if library is not None and self.tree.kind is TreeKind.LIBRARY and "_catalogue" not in self.__dict__:
            found = library.entry(self, name, self.prefer_modular)
            if found is not None:
                return found
        return self.catalogue().find(name)

    @cached_property
    def _catalogue(self) -> Catalogue:
        library, selections = self._library, self.tree.selections
        if library is None:
            return plain_catalogue(self, selections, self.prefer_modular)
        found = library.catalogue(self, self.prefer_modular)
        others = [one for one in selections if not any(is_within(entry.path, one) for entry in found.models)]
        if not others:
            return found
        # parts of the library that are no models' folders, but may hold modules
        rest = plain_catalogue(self, others, self.prefer_modular)
        return found + rest if found.models else rest

    @property
    def _library(self) -> ModelLibrary | None:
        """The library that the tree is, or is a part of."""
        return self.libraries.get(self.tree.library.package) if self.tree.library is not None else None
