"""The auto-class tables of a transformers tree: which classes belong to which model type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analyzer.base import InputError
from analyzer.frameworks.transformers.layout import LAYOUT
from analyzer.names.imports import Definition, absolute
from analyzer.names.literals import Table, tables
from analyzer.names.modules import SourceModule
from analyzer.sources import syntax as s

Find = Callable[[str], SourceModule | None]

_PACKAGE = LAYOUT.models_package
_AUTO = f"{_PACKAGE}.auto"
_CONFIGS = "CONFIG_MAPPING_NAMES"
_FOLDERS = "SPECIAL_MODEL_TYPE_TO_MODULE_NAME"


@dataclass(frozen=True, slots=True)
class AutoTables:
    """``configs``: model type → name of its configuration class, in the tree's order.

    ``folders``: model type → package below ``transformers.models`` where it is not simply the type's name.
    ``mappings``: name of the mapping (``MODEL_FOR_CAUSAL_LM_MAPPING_NAMES``) → model type → names of model classes.
    """

    configs: dict[str, str]
    folders: dict[str, str]
    mappings: dict[str, dict[str, tuple[str, ...]]]
    errors: tuple[InputError, ...]

    def package(self, model_type: str) -> str:
        """The dotted name of the package that a model type's code is in."""
        return f"{_PACKAGE}.{self.folders.get(model_type, model_type.replace('-', '_'))}"

    def types_of(self, name: str) -> tuple[str, ...]:
        """``name`` itself if it is a model type, else the types that have a class of that name, likeliest first."""
        if name in self.configs:
            return (name,)
        tables = self.mappings.values()
        found = dict.fromkeys(key for table in tables for key, names in table.items() if name in names)
        return tuple(found)


def is_auto(cls: Definition) -> bool:
    """Whether a class stands for the one that a configuration's model type names."""
    return cls.is_class and cls.module.startswith(f"{_AUTO}.modeling_")


def read_auto_tables(find: Find) -> AutoTables:
    """The tables of the tree that ``find`` finds modules in; an unreadable file leaves an error and its part out."""
    reader = _Reader(find)
    configuration = reader.tables(f"{_AUTO}.configuration_auto")
    modeling = reader.tables(f"{_AUTO}.modeling_auto")
    return AutoTables(
        configs=_words(configuration.get(_CONFIGS, {})),
        folders=_words(configuration.get(_FOLDERS, {})),
        mappings={name: _classes(table) for name, table in modeling.items() if _is_mapping(name)},
        errors=tuple(reader.errors),
    )


def _is_mapping(name: str) -> bool:
    return name.startswith("MODEL_") and name.endswith("_NAMES")


def _words(table: Table) -> dict[str, str]:
    return {key: value for key, value in table.items() if isinstance(key, str) and isinstance(value, str)}


def _classes(table: Table) -> dict[str, tuple[str, ...]]:
    """A value is one class, or several from which the configuration chooses."""
    classes: dict[str, tuple[str, ...]] = {}
    for key, value in table.items():
        names = value if isinstance(value, tuple) else (value,)
        if isinstance(key, str):
            classes[key] = tuple(name for name in names if isinstance(name, str))
    return classes


class _Reader:
    """Reads the tables of modules, those of imported ones first."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._known: dict[str, dict[str, Table]] = {}
        self.errors: list[InputError] = []

    def tables(self, module: str) -> dict[str, Table]:
        if module not in self._known:
            self._known[module] = {}  # what a circle of imports sees
            self._known[module] = self._read(module)
        return self._known[module]

    def _read(self, module: str) -> dict[str, Table]:
        source = self._find(module)
        if source is None:
            self.errors.append(InputError(f"no module {module}", code="not-found"))
            return {}
        try:
            body = source.syntax.body
        except InputError as error:
            self.errors.append(error)
            return {}
        known: dict[str, Table] = {}
        for statement in body:
            if isinstance(statement, s.ImportFrom):
                known.update(self._imported(source, statement))
        return tables(body, known)

    def _imported(self, source: SourceModule, statement: s.ImportFrom) -> dict[str, Table]:
        wanted = {one.alias or one.name: one.name for one in statement.names if _is_table(one.name)}
        if not wanted:
            return {}
        theirs = self.tables(absolute(source.package, statement.module, statement.level))
        return {name: theirs[original] for name, original in wanted.items() if original in theirs}


def _is_table(name: str) -> bool:
    return name in (_CONFIGS, _FOLDERS) or _is_mapping(name)
