"""The modules of a model as a tree: parents, children, numbered children."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from analyzer.graph import ModuleInfo


class ModuleTree:
    """Module paths with their parents and children; the root has the empty path."""

    def __init__(self, modules: Iterable[ModuleInfo]) -> None:
        self._modules = {module.path: module for module in modules}
        self._children: dict[str, list[str]] = {}
        for path in self._modules:
            if path:
                self._children.setdefault(parent_of(path), []).append(path)

    def get(self, path: str) -> ModuleInfo | None:
        """The module at ``path``, or None."""
        return self._modules.get(path)

    def children(self, path: str) -> tuple[str, ...]:
        """Paths of the modules directly below ``path`` in construction order."""
        return tuple(self._children.get(path, ()))

    def ancestors(self, path: str) -> tuple[str, ...]:
        """``path`` itself and every path above it up to the root, innermost first."""
        return ancestors_of(path)

    def lists(self) -> tuple[str, ...]:
        """Paths of containers whose children are numbered from 0 (``ModuleList``, ``Sequential``), in order."""
        return tuple(path for path, below in self._children.items() if _numbered(below))


def parent_of(path: str) -> str:
    """The path of the enclosing module (empty for the root and its children)."""
    return path.rpartition(".")[0]


def ancestors_of(path: str) -> tuple[str, ...]:
    """``path`` itself and every path above it up to the root, innermost first."""
    found = [path]
    while path:
        path = parent_of(path)
        found.append(path)
    return tuple(found)


def is_inside(path: str, above: str) -> bool:
    """Whether the module at ``path`` is the one at ``above`` or below it; everything is inside the root."""
    return not above or path == above or path.startswith(f"{above}.")


def common_path(paths: Iterable[str]) -> str:
    """The innermost module that all of ``paths`` are inside."""
    split = [path.split(".") for path in paths]
    shared = takewhile(lambda names: len(set(names)) == 1, zip(*split, strict=False))
    return ".".join(names[0] for names in shared)


def _numbered(children: list[str]) -> bool:
    return all(child.rpartition(".")[2] == str(position) for position, child in enumerate(children))
