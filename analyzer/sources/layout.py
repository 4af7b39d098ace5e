"""How a library of models lays out its source tree."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeLayout:
    """``package`` is the import name; a folder that has all of ``markers`` is the package.

    ``models`` is the folder below the package with one folder a family. File names begin with ``model_prefix`` or
    ``config_prefix``; with ``source_prefix`` where a model's file is generated from another one. Those that begin with
    ``unread`` are for other frameworks. ``beside`` are packages that models are taken from, installed beside this one.
    """

    package: str
    markers: tuple[str, ...]
    models: str
    model_prefix: str
    config_prefix: str
    source_prefix: str
    unread: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def models_package(self) -> str:
        """The dotted name of the package that holds the families."""
        return f"{self.package}.{self.models}"

    def stem(self, file: str) -> str:
        """What a file is named after: ``x`` of ``modeling_x`` and ``modular_x``."""
        return file.removeprefix(self.model_prefix).removeprefix(self.source_prefix)

    def generated(self, file: str) -> str:
        """The name of the model file that is made from a source file: ``modeling_x`` for ``modular_x``."""
        return self.model_prefix + file.removeprefix(self.source_prefix)

    def source(self, file: str) -> str:
        """The name of the source file that a model file is made from: ``modular_x`` for ``modeling_x``."""
        return self.source_prefix + file.removeprefix(self.model_prefix)
