"""One source tree, opened: its modules by name and its catalogue of models."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from analyzer.names.entries import Catalogue, ModelEntry
from analyzer.names.plain_models import plain_catalogue
from analyzer.names.transformers_models import transformers_catalogue, transformers_entry
from analyzer.names.tree import Modules
from analyzer.sources.cache import SyntaxCache
from analyzer.sources.discover import TreeKind, discover


class Workspace(Modules):
    """The modules of a tree and the models in it."""

    prefer_modular: bool = False

    @classmethod
    def open(
        cls,
        path: Path | None,
        *,
        cache: SyntaxCache | None = None,
        library_roots: tuple[Path, ...] = (),
        prefer_modular: bool = False,
    ) -> Workspace:
        """The tree at ``path``, by default the installed transformers, which is located and never imported.

        Without a ``cache`` every file is parsed anew. ``prefer_modular`` lists the models of ``modular_*.py`` files in
        place of the generated ones; a path that names such a file does so too.

        Raises:
            InputError: As :func:`analyzer.sources.discover.discover`.
        """
        workspace = cls(discover(path), cache, library_roots)
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
        if self.tree.kind is TreeKind.TRANSFORMERS and "_catalogue" not in self.__dict__:
            found = transformers_entry(self, name, self.prefer_modular)
            if found is not None:
                return found
        return self.catalogue().find(name)

    @cached_property
    def _catalogue(self) -> Catalogue:
        if self.tree.kind in (TreeKind.TRANSFORMERS, TreeKind.MODEL):
            found = transformers_catalogue(self, self.prefer_modular)
            if found.models or self.tree.kind is TreeKind.TRANSFORMERS:
                return found  # else a part of the library that is no model's folder, but may hold modules
        return plain_catalogue(self, self.prefer_modular)
