"""A library of models: how it lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analyzer.names.entries import Catalogue, ModelEntry
from analyzer.names.tree import Modules


@dataclass(frozen=True, slots=True)
class ModelLibrary:
    """``catalogue`` lists the models of the selected part of a tree; ``entry`` finds one by its name or type without
    listing all, None if the library's own tables do not lead to it. The last argument of both asks for the models of
    source files in place of the generated ones."""

    catalogue: Callable[[Modules, bool], Catalogue]
    entry: Callable[[Modules, str, bool], ModelEntry | None]
