"""Which configuration fields are read, as it happens and as the code says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.graph import SourceFiles, TyingClaim, UndefinedRead, Usage
from analyzer.interpret.config.source_names import SourceNames, folder_of
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.semantics.classes import assigned_at
from analyzer.library.module_tree import walk
from analyzer.names import SourceModule
from analyzer.sources import syntax
from analyzer.sources.mentions import read_in
from analyzer.values import MISSING, ClassValue, Function, Instance, ModuleInstance, Property, plain


def usage(machine: Interpreter, config: Instance | None, model: ModuleInstance | None) -> Usage:
    """What was noted, with the declarations of the model's classes."""
    classes = [] if config is None else list(_config_classes(config, set()))
    aliases = frozenset(alias for cls in classes for alias in _aliased(machine, cls))
    modules = [] if model is None else [module.cls for _, module in walk(model)]
    folders = frozenset(folder_of(cls.span.path) for cls in (*modules, *classes))
    declared = classes or ([] if model is None else [model.cls])  # fields are its constructor's parameters then
    files = SourceFiles(_files(modules), _files(declared), folders, _written(modules))
    claims = () if model is None else tuple(_claims(machine, model))
    undefined = (
        () if model is None else tuple(_undefined(machine, model, SourceNames(machine.program.workspace, files)))
    )
    renamed = {} if config is None else dict(_renamed(machine, config, "", set()))
    return Usage(tuple(machine.fields.reads.values()), claims, undefined, aliases, renamed, files)


def _written(modules: Iterable[ClassValue]) -> tuple[tuple[str, str], ...]:
    """Path and name of every class of the program that the model's modules, or their ancestors, are of."""
    classes = dict.fromkeys(ancestor for cls in modules for ancestor in cls.mro)
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


def _renamed(machine: Interpreter, config: Instance, prefix: str, seen: set[int]) -> Iterator[tuple[str, str]]:
    """Other names of the fields of ``config`` and of the configurations in it, with the fields."""
    if id(config) in seen:
        return
    seen.add(id(config))
    table = config.cls.find(machine.platform.declarations.aliases)
    if isinstance(table, dict):
        yield from ((f"{prefix}{plain(other)}", f"{prefix}{plain(name)}") for other, name in table.items())
    for name, value in config.attributes.items():
        if isinstance(value, Instance) and not name.startswith("_"):
            yield from _renamed(machine, value, f"{prefix}{name}.", seen)


def _files(classes: Iterable[ClassValue]) -> tuple[str, ...]:
    """The files that ``classes`` and their ancestors are written in, libraries left out."""
    modules = (ancestor.module for cls in dict.fromkeys(classes) for ancestor in cls.mro)
    sources = (module.source for module in modules if module is not None and not module.external)
    return tuple(dict.fromkeys(source.path for source in sources if isinstance(source, SourceModule)))


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


def _undefined(machine: Interpreter, model: ModuleInstance, names: SourceNames) -> Iterator[UndefinedRead]:
    """Reads of ``self.name`` in methods of the model's classes that cannot succeed on any of their objects."""
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
                if missing and not names.gives(node.name):
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
