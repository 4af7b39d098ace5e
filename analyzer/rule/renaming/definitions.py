"""Finds what a set of files defines: module-level names, classes and their members, attributes, parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import libcst as cst

from analyzer.frameworks import NAMES
from analyzer.rule.renaming import reserved
from analyzer.rule.renaming.scopes import bound_in, chain, dotted_name, imported_in, parameters_of, walk


@dataclass(frozen=True, slots=True)
class FileDefinitions:
    """``own`` module-level names (defined here or imported from another file of the set) by the name used here;
    ``foreign`` those imported from a library."""

    own: Mapping[str, str]
    foreign: frozenset[str]


@dataclass(frozen=True, slots=True)
class Definitions:
    """What a set of files defines, by what it may be renamed together with."""

    files: Mapping[str, FileDefinitions]
    globals: frozenset[str]
    classes: frozenset[str]
    constructed: frozenset[str]
    """Classes whose constructor is written in the set, and functions."""
    configurations: frozenset[str]
    methods: frozenset[str]
    attributes: frozenset[str]
    """Attributes and methods of instances that may get another name unless something else forbids it."""


def definitions(modules: Mapping[str, cst.Module]) -> Definitions:
    """What ``modules`` (by path) define."""
    stems = {PurePosixPath(path).stem for path in modules}
    classes = {node.name.value: node for module in modules.values() for node in _classes(module)}
    annotated = {name for node in classes.values() for name in _given_as_configuration(node)}
    configurations = frozenset(name for name in classes if name in annotated or _is_configuration(name, classes))
    models = [node for name, node in classes.items() if name not in configurations]
    methods = {item.name.value for node in models for item in _methods(node)}
    fixed = {name for node in models for name in _fixed_members(node)}
    instance = {name for node in models for name in _instance_attributes(node)}
    renamable = {name for name in methods | instance if not reserved.is_dunder(name)}
    renamable -= fixed | reserved.HOOKS | reserved.ATTRIBUTES | reserved.PARAMETERS
    defined = {name for module in modules.values() for name in bound_in(module)}
    packages = {part for path in modules for part in PurePosixPath(path).parts[:-1]}
    files = {path: _file(module, stems, packages, defined) for path, module in modules.items()}
    own = {name for file in files.values() for name in file.own.values()}
    functions = {node.name.value for module in modules.values() for node in _functions(module)}
    return Definitions(
        files=files,
        globals=frozenset(name for name in own if not reserved.is_dunder(name)),
        classes=frozenset(classes),
        constructed=frozenset(functions | {name for name in classes if _constructed(name, classes)}),
        configurations=configurations,
        methods=frozenset(methods & renamable),
        attributes=frozenset(renamable),
    )


def parameters(modules: Mapping[str, cst.Module], known: Definitions) -> frozenset[str]:
    """Names of all parameters of the set's functions that can be given by keyword."""
    found: set[str] = set()
    for module in modules.values():
        for node in walk(module):
            if isinstance(node, cst.FunctionDef):
                found.update(parameter.name.value for parameter in parameters_of(node) if not parameter.star)
    return frozenset(found)


def _file(module: cst.Module, stems: set[str], packages: set[str], defined: set[str]) -> FileDefinitions:
    own, foreign = {name: name for name in bound_in(module)}, set()
    for bound, source, name in imported_in(module):
        last = source.rpartition(".")[2]
        if name and (last in stems or (last in packages and name in defined)):
            own[bound] = name
        else:
            foreign.add(bound)
            own.pop(bound, None)
    return FileDefinitions(own, frozenset(foreign))


def _classes(module: cst.Module) -> Iterator[cst.ClassDef]:
    return (node for node in walk(module, nested=False) if isinstance(node, cst.ClassDef))


def _functions(module: cst.Module) -> Iterator[cst.FunctionDef]:
    return (node for node in walk(module, nested=False) if isinstance(node, cst.FunctionDef))


def _methods(node: cst.ClassDef) -> Iterator[cst.FunctionDef]:
    return (item for item in walk(node.body, nested=False) if isinstance(item, cst.FunctionDef))


def _bases(node: cst.ClassDef) -> list[str]:
    return [dotted_name(base.value).rpartition(".")[2] for base in node.bases]


def _is_configuration(name: str, classes: Mapping[str, cst.ClassDef], depth: int = 0) -> bool:
    """Whether the class or one of its bases is a library's configuration class."""
    if name not in classes:
        return name in NAMES.configs
    return depth < len(classes) and any(_is_configuration(base, classes, depth + 1) for base in _bases(classes[name]))


def _given_as_configuration(node: cst.ClassDef) -> Iterator[str]:
    """Classes that annotate a parameter which holds a configuration."""
    for method in _methods(node):
        for parameter in parameters_of(method):
            if parameter.annotation is not None and reserved.is_foreign(parameter.name.value):
                yield dotted_name(parameter.annotation.annotation).rpartition(".")[2]


def _constructed(name: str, classes: Mapping[str, cst.ClassDef], depth: int = 0) -> bool:
    if name not in classes or depth > len(classes):
        return False
    if any(method.name.value == "__init__" for method in _methods(classes[name])):
        return True
    return any(_constructed(base, classes, depth + 1) for base in _bases(classes[name]))


def _fixed_members(node: cst.ClassDef) -> Iterator[str]:
    """Members that keep their names: class attributes, fields, and all members of a class that a library inspects."""
    for statement in walk(node.body, nested=False):
        match statement:
            case cst.Assign():
                yield from (name for target in statement.targets for name in chain(target.target)[:1])
            case cst.AnnAssign(target=cst.Name(value=name)):
                yield name
    decorators = {part for item in node.decorators for part in chain(item.decorator)}
    if decorators & reserved.LIBRARY_READS_MEMBERS:
        yield from _instance_attributes(node)
        yield from (method.name.value for method in _methods(node))


def _instance_attributes(node: cst.ClassDef) -> Iterator[str]:
    for part in walk(node.body):
        match part:
            case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign():
                yield from _assigned_attributes(part.target)
            case cst.Call(func=cst.Attribute(attr=cst.Name(value=called))) if called in reserved.REGISTERING:
                yield from _first_string(part)


def _assigned_attributes(target: cst.BaseExpression) -> Iterator[str]:
    match target:
        case cst.Attribute():
            receiver = chain(target.value)
            if receiver and not any(map(reserved.is_foreign, receiver)):
                yield target.attr.value
        case cst.Tuple() | cst.List():
            for element in target.elements:
                yield from _assigned_attributes(element.value)


def _first_string(call: cst.Call) -> Iterator[str]:
    if call.args and isinstance(literal := call.args[0].value, cst.SimpleString):
        value = literal.evaluated_value
        if isinstance(value, str) and value.isidentifier():
            yield value
