"""Renames every class, function, method, attribute, parameter and local variable of a set of files."""

# ruff: noqa: N802 - libcst calls these methods by the names of its nodes
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import libcst as cst

from analyzer.rule.renaming.definitions import Definitions, definitions, parameters
from analyzer.rule.renaming.scopes import walk
from analyzer.rule.renaming.survey import reserved_names
from analyzer.rule.renaming.transform import Fresh, Renaming, RenamingPlan


@dataclass(frozen=True, slots=True)
class Renamed:
    """Files under new names, and the new names of classes and functions, of attributes, and of parameters."""

    files: Mapping[str, str]
    globals: Mapping[str, str]
    attributes: Mapping[str, str]
    parameters: Mapping[str, str]

    def path(self, dotted: str) -> str:
        """The path of a module or parameter in the renamed model."""
        return ".".join(self.attributes.get(part, part) for part in dotted.split("."))


@dataclass(frozen=True, slots=True)
class LibraryNames:
    """Names that stay because library code uses them on objects of the program: ``members`` of objects and
    ``arguments`` of functions."""

    members: frozenset[str] = frozenset()
    arguments: frozenset[str] = frozenset()


def rename(
    files: Mapping[str, str], *, keep: frozenset[str] = frozenset(), library: LibraryNames = LibraryNames()
) -> Renamed:
    """The same program under other names.

    Names of libraries, configuration fields, methods that libraries call, and keywords of calls to libraries stay. A
    parameter that must keep its name gets another one inside its function, which starts with ``other = name``. The
    names of variables decide which of them hold configurations, caches and outputs (``…config``, ``…cache``,
    ``…outputs``).

    Args:
        files: The source texts by path.
        keep: Parameters and module-level names that stay.
        library: Names that stay because libraries use them.
    """
    modules = {path: cst.parse_module(text) for path, text in files.items()}
    plan = _plan(modules, definitions(modules), keep, library)
    renamed = {path: module.visit(Renaming(plan, plan.known.files[path])).code for path, module in modules.items()}
    return Renamed(renamed, dict(plan.globals), dict(plan.attributes), dict(plan.parameters))


def rename_references(text: str, renamed: Renamed) -> str:
    """``text`` of another file with the new names in its imports and in strings that name a class or function."""
    module = cst.parse_module(text)
    return module.visit(_References(renamed.globals)).code


def _plan(
    modules: Mapping[str, cst.Module], known: Definitions, keep: frozenset[str], library: LibraryNames
) -> RenamingPlan:
    kept_parameters, kept_attributes = reserved_names(modules, known)
    fresh = Fresh({node.value for module in modules.values() for node in walk(module) if isinstance(node, cst.Name)})
    attributes = known.attributes - kept_attributes - library.members
    free = {name for name in parameters(modules, known) if name.strip("_")} - kept_parameters - keep - library.arguments
    return RenamingPlan(
        known=known,
        globals={name: fresh(name) for name in sorted(known.globals - keep)},
        attributes={name: fresh(name) for name in sorted(attributes)},
        parameters={name: fresh(name) for name in sorted(free)},
        fresh=fresh,
    )


class _References(cst.CSTTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._names = names

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        value = original_node.evaluated_value
        if isinstance(value, str) and value in self._names:
            return updated_node.with_changes(value=repr(self._names[value]))
        return updated_node

    def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
        match original_node.name:
            case cst.Name(value=name) if name in self._names:
                asname = original_node.asname or cst.AsName(cst.Name(name), cst.SimpleWhitespace(" "))
                return updated_node.with_changes(name=cst.Name(self._names[name]), asname=asname)
            case _:
                return updated_node
