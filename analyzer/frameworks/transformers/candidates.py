"""What is to be known of the classes of a model type in order to choose its main class."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.frameworks.transformers.auto import AutoTables
from analyzer.frameworks.transformers.choice import Candidate
from analyzer.frameworks.transformers.towers import Towers
from analyzer.names.entries import ModelEntry
from analyzer.names.hierarchy import Hierarchy
from analyzer.names.imports import Definition
from analyzer.names.tree import Modules


class Candidates:
    """Reads off the tree what each class of a model type holds."""

    def __init__(self, modules: Modules, hierarchy: Hierarchy, auto: AutoTables) -> None:
        self._resolver = modules.resolver
        self._auto = auto
        self._towers = Towers(modules.resolver, hierarchy)

    def of(self, model_type: str, entries: Sequence[ModelEntry]) -> list[Candidate]:
        """The classes of ``entries``, all of ``model_type``, in their order."""
        package = self._auto.package(model_type)
        classes = {entry.class_name: self._class_of(entry) for entry in entries}
        towers = self._towers.of(classes.values())
        return [
            Candidate(
                entry,
                cls=cls,
                towers=towers[cls],
                built=self._towers.built_by(cls),
                own=entry.module.startswith(f"{package}."),
                whole=entry.config_class == self._auto.configs.get(model_type, entry.config_class),
            )
            for entry in entries
            for cls in (classes[entry.class_name],)
        ]

    def _class_of(self, entry: ModelEntry) -> Definition:
        found = self._resolver.resolve(entry.module, entry.class_name)
        return found or Definition(entry.module, entry.class_name, None, None)
