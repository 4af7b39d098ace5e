"""Which names the files of a model's program mention, in code that ran and in code that did not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from analyzer.base import InputError
from analyzer.graph import FileScope, SourceFiles
from analyzer.names import SourceModule, Workspace
from analyzer.sources.mentions import Mentions
from analyzer.sources.outline import ImportOutline, StarImport


class SourceNames:
    """The files that may read a name, lowered only when they are asked and contain it."""

    def __init__(self, workspace: Workspace, files: SourceFiles) -> None:
        self._workspace = workspace
        self._modules = tuple(map(workspace.module_at, files.modules))
        self._configs = tuple(map(workspace.module_at, files.configs))
        self._library = workspace.tree.library is not None
        self._folders = files.folders - {""} if self._library else files.folders

    def mentions(self, name: str, scope: FileScope) -> bool:
        """Whether code in the files of ``scope`` may read ``name``."""
        match scope:
            case FileScope.MODULES:
                return self._in_modules(name)
            case FileScope.OWN:
                return self._in_own(name)
            case FileScope.ALL:
                return self._in_all(name)

    def gives(self, name: str) -> bool:
        """Whether a file of the model's classes assigns an attribute ``name``, defines it, holds it as a string, or
        composes names like it."""
        return any(_gives(module, name) for module in self._modules) or self._composes(name)

    def _in_modules(self, name: str) -> bool:
        """Whether a file of the model's classes reads ``name`` as an attribute, holds it as a string, or composes
        names like it."""
        return any(_reads(module, name) for module in self._modules) or self._composes(name)

    def _in_own(self, name: str) -> bool:
        """Whether a file of the model's classes, of those in the folders of its modules, reads ``name``."""
        files = (one for one in self._modules if folder_of(one.path) in self._folders)
        return any(_reads(module, name) for module in files) or self._composes(name)

    def _in_all(self, name: str) -> bool:
        """Whether some file of the model's folders, of what they import or of the library around them reads ``name``;
        in files of configurations a plain name counts too."""
        return (
            self._in_modules(name)
            or any(_names_in(module, name) for module in self._configs)
            or any(_reads(module, name) for module in self._others)
        )

    def _composes(self, name: str) -> bool:
        """Whether a file of the model itself makes up names like ``name``; what a library does for all models, such as
        checking every ``…_token_id``, makes nothing of a field."""
        own = (module for module in (*self._modules, *self._configs) if folder_of(module.path) in self._folders)
        return any((found := _understood(module)) is not None and found.composed(name) for module in own)

    @cached_property
    def _others(self) -> tuple[SourceModule, ...]:
        folders = {folder_of(module.path) for module in (*self._modules, *self._configs)}
        around = {folder_of(folder) for folder in folders} if self._library else set()
        files = [path for path in self._workspace.files().files if _is_near(folder_of(path), folders, around)]
        files.sort(key=lambda path: folder_of(path) not in folders)
        modules = [self._workspace.module_at(path) for path in files]
        return tuple(dict.fromkeys((*self._configs, *modules, *self._imported(modules))))

    def _imported(self, modules: Iterable[SourceModule]) -> Iterator[SourceModule]:
        """What the model's own files import from."""
        folders = {folder_of(module.path) for module in self._modules}
        for module in modules:
            if folder_of(module.path) not in folders:
                continue
            for one in _origins(module):
                found = self._workspace.module(self._workspace.absolute(module, one.module, one.level))
                if found is not None and not found.external:
                    yield found


def _origins(module: SourceModule) -> list[ImportOutline | StarImport]:
    """What a file imports names from; nothing if it cannot be read."""
    try:
        outline = module.outline
    except InputError:
        return []  # reported where the tree is catalogued
    named = (one for one in outline.names.values() if isinstance(one, ImportOutline) and one.name)
    return [*outline.stars, *named]


def _is_near(folder: str, own: set[str], around: set[str]) -> bool:
    """Whether files of ``folder`` may read a model's configuration: not those of its neighbours in a library."""
    return folder in own or not any(folder.startswith(f"{parent}/") for parent in around if parent)


def folder_of(path: str) -> str:
    """The folder that the file at ``path`` is in, empty for the root."""
    return path.rpartition("/")[0]


def _reads(module: SourceModule, name: str) -> bool:
    """Whether a file may read ``name`` as an attribute."""
    return module.mentions(name) and ((found := _understood(module)) is None or name in found.attributes | found.texts)


def _names_in(module: SourceModule, name: str) -> bool:
    return module.mentions(name) and ((found := _understood(module)) is None or name in found.names)


def _gives(module: SourceModule, name: str) -> bool:
    return module.mentions(name) and ((found := _understood(module)) is None or name in found.stored | found.texts)


def _understood(module: SourceModule) -> Mentions | None:
    try:
        return module.names
    except InputError:
        return None  # reported where the tree is catalogued
