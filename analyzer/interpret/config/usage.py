"""Which configuration fields are read, as it happens and as the code says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from analyzer.base import InputError
from analyzer.graph import TyingClaim, UndefinedRead, Usage
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.semantics.classes import assigned_at
from analyzer.library.module_tree import walk
from analyzer.names import SourceModule, Workspace
from analyzer.sources import syntax
from analyzer.sources.mentions import Mentions, read_in
from analyzer.sources.outline import ImportOutline, StarImport
from analyzer.values import MISSING, ClassValue, Function, Instance, ModuleInstance, Property


def usage(machine: Interpreter, config: Instance | None, model: ModuleInstance | None) -> Usage:
    """What was noted, with the declarations of the model's classes."""
    classes = [] if config is None else list(_config_classes(config, set()))
    aliases = frozenset(alias for cls in classes for alias in _aliased(machine, cls))
    modules = [] if model is None else [module.cls for _, module in walk(model)]
    own = frozenset(_folder(cls.span.path) for cls in (*modules, *classes))
    code = _Code(machine.program.workspace, _files(modules), _files(classes), own)
    claims = () if model is None else tuple(_claims(machine, model))
    undefined = () if model is None else tuple(_undefined(machine, model, code))
    return Usage(tuple(machine.fields.reads.values()), claims, undefined, aliases, code.own, code.beside, code.anywhere)


def written(model: ModuleInstance | None) -> tuple[tuple[str, str], ...]:
    """Path and name of every class of the program that the model's modules, or their ancestors, are of."""
    classes = dict.fromkeys(cls for _, module in walk(model) for cls in module.cls.mro) if model is not None else {}
    own = (cls for cls in classes if cls.module is not None and not cls.module.external)
    return tuple((cls.span.path, cls.name) for cls in own)


def _config_classes(config: Instance, seen: set[int]) -> Iterator[ClassValue]:
    if id(config) in seen:
        return
    seen.add(id(config))
    yield config.cls
    for value in config.attributes.values():
        if isinstance(value, Instance):
            yield from _config_classes(value, seen)


def _aliased(machine: Interpreter, cls: ClassValue) -> Iterable[str]:
    table = cls.find(machine.platform.declarations.aliases)
    return (str(name) for name in table.values()) if isinstance(table, dict) else ()


def _files(classes: Iterable[ClassValue]) -> tuple[SourceModule, ...]:
    """The modules that ``classes`` and their ancestors are written in, libraries left out."""
    modules = (ancestor.module for cls in dict.fromkeys(classes) for ancestor in cls.mro)
    sources = (module.source for module in modules if module is not None and not module.external)
    return tuple(dict.fromkeys(source for source in sources if isinstance(source, SourceModule)))


class _Code:
    """The files that may read a name, lowered only when they are asked and contain it."""

    def __init__(
        self,
        workspace: Workspace,
        classes: tuple[SourceModule, ...],
        configs: tuple[SourceModule, ...],
        own: frozenset[str],
    ) -> None:
        self._workspace = workspace
        self._classes = classes
        self._configs = configs
        self._library = workspace.tree.library is not None
        self._own = own - {""} if self._library else own

    def own(self, name: str) -> bool:
        """Whether a file of the model's classes reads ``name`` as an attribute, holds it as a string, or composes
        names like it."""
        return any(_reads(module, name) for module in self._classes) or self._composes(name)

    def beside(self, name: str) -> bool:
        """Whether a file of the model's classes, of those in the folders of its modules, reads ``name``."""
        files = (one for one in self._classes if _folder(one.path) in self._own)
        return any(_reads(module, name) for module in files) or self._composes(name)

    def gives(self, name: str) -> bool:
        """Whether a file of the model's classes assigns an attribute ``name``, defines it, holds it as a string, or
        composes names like it."""
        return any(_gives(module, name) for module in self._classes) or self._composes(name)

    def anywhere(self, name: str) -> bool:
        """Whether some file of the model's folders, of what they import or of the library around them reads ``name``;
        in files of configurations a plain name counts too."""
        return (
            self.own(name)
            or any(_names_in(module, name) for module in self._configs)
            or any(_reads(module, name) for module in self._others)
        )

    def _composes(self, name: str) -> bool:
        """Whether a file of the model itself makes up names like ``name``; what a library does for all models, such as
        checking every ``…_token_id``, makes nothing of a field."""
        own = (module for module in (*self._classes, *self._configs) if _folder(module.path) in self._own)
        return any((found := _understood(module)) is not None and found.composed(name) for module in own)

    @cached_property
    def _others(self) -> tuple[SourceModule, ...]:
        folders = {_folder(module.path) for module in (*self._classes, *self._configs)}
        around = {_folder(folder) for folder in folders} if self._library else set()
        files = [path for path in self._workspace.files().files if _is_near(_folder(path), folders, around)]
        files.sort(key=lambda path: _folder(path) not in folders)
        modules = [self._workspace.module_at(path) for path in files]
        return tuple(dict.fromkeys((*self._configs, *modules, *self._imported(modules))))

    def _imported(self, modules: Iterable[SourceModule]) -> Iterator[SourceModule]:
        """What the model's own files import from."""
        folders = {_folder(module.path) for module in self._classes}
        for module in modules:
            if _folder(module.path) not in folders:
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


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _reads(module: SourceModule, name: str) -> bool:
    """Whether a file may read ``name`` as an attribute; one that can not be understood may read anything."""
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


def _claims(machine: Interpreter, model: ModuleInstance) -> Iterator[TyingClaim]:
    tied = machine.platform.declarations.tied
    for path, module in walk(model):
        owner = next((cls for cls in module.cls.mro if cls.namespace.get(tied, MISSING) is not MISSING), None)
        if owner is None or owner.module is None or owner.module.external:
            continue
        declared = owner.namespace[tied]
        if not isinstance(declared, dict | list | tuple | set):
            continue  # none, or computed by a property
        pairs = declared.items() if isinstance(declared, dict) else ((name, "") for name in declared)
        span = assigned_at(machine, owner, tied)
        for target, source in pairs:
            yield TyingClaim(path, str(target), str(source), span)


def _undefined(machine: Interpreter, model: ModuleInstance, code: _Code) -> Iterator[UndefinedRead]:
    """Reads of ``self.name`` in methods of the model's classes that can not succeed on any of their objects."""
    instances: dict[ClassValue, list[tuple[str, ModuleInstance]]] = {}
    for path, module in walk(model):
        instances.setdefault(module.cls, []).append((path, module))
    for cls, found in instances.items():
        if cls.module is None or cls.module.external or _answers_for_all(cls):
            continue
        has = set[str]().union(*(_members(module) for _, module in found))
        for function in _methods(cls):
            for node in _own_reads(function):
                missing = node.name not in has and cls.find(node.name) is MISSING and not _special(node.name)
                if missing and not code.gives(node.name):
                    span = machine.stack.span_of(function.module, node.at, node.end)
                    yield UndefinedRead(found[0][0], cls.name, node.name, span)


def _special(name: str) -> bool:
    """Names that every object has."""
    return name.startswith("__") or name in ("_parameters", "_buffers", "_modules", "_non_persistent_buffers_set")


def _answers_for_all(cls: ClassValue) -> bool:
    """Whether the class has an attribute lookup of its own."""
    own = [one for one in cls.mro if one.module is not None and not one.module.external]
    return any(name in one.namespace for one in own for name in ("__getattr__", "__getattribute__"))


def _members(module: ModuleInstance) -> set[str]:
    return {*module.attributes, *module.parameters, *module.buffers, *module.modules}


def _methods(cls: ClassValue) -> Iterator[Function]:
    """The methods that an object of ``cls`` has and that are written in the file of the class."""
    near = [ancestor for ancestor in cls.mro if ancestor.module is cls.module]
    for name in dict.fromkeys(name for ancestor in near for name in ancestor.namespace):
        found = cls.find(name)
        method = found.getter if isinstance(found, Property) else found
        if isinstance(method, Function) and method.module is cls.module and method.node.parameters:
            yield method


def _own_reads(function: Function) -> Iterator[syntax.Attribute]:
    receiver = function.node.parameters[0].name
    for node in read_in(function.node.body):
        if isinstance(node, syntax.Attribute) and isinstance(node.value, syntax.Name) and node.value.id == receiver:
            yield node
