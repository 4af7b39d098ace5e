"""The models of a transformers tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from analyzer.base import InputError
from analyzer.frameworks.transformers.auto import AutoTables, read_auto_tables
from analyzer.frameworks.transformers.candidates import Candidates
from analyzer.frameworks.transformers.choice import main_of, writes_text
from analyzer.frameworks.transformers.layout import LAYOUT
from analyzer.names.configs import Configs
from analyzer.names.entries import Catalogue, ModelEntry, is_within, with_others
from analyzer.names.hierarchy import Hierarchy
from analyzer.names.imports import Definition
from analyzer.names.tree import Modules
from analyzer.sources.outline import ClassOutline
from analyzer.sources.read import is_folder


def catalogue(modules: Modules, prefer_modular: bool = False) -> Catalogue:
    """Every model type and model class of the selected parts of a transformers tree."""
    auto = read_auto_tables(modules.module)
    folders: dict[tuple[str, bool], list[str]] = {}
    for one in modules.tree.selections or ("",):
        folders.setdefault((_folder_of(one), _is_modular(one)), []).append(one)
    found = Catalogue((), ())
    for selections in folders.values():
        whole = _LibraryListing(modules, auto, selections[0], prefer_modular).catalogue()
        inside = (entry for entry in whole.models if any(is_within(entry.path, one) for one in selections))
        found += replace(whole, models=tuple(inside))
    return replace(found, models=tuple(sorted(found.models, key=_order)))


def entry(modules: Modules, name: str, prefer_modular: bool = False) -> ModelEntry | None:
    """The entry of a model type or class that the auto tables know, found without reading other models' files."""
    auto = read_auto_tables(modules.module)
    models: list[ModelEntry] = []
    for model_type in auto.types_of(name):
        folder = _folder_of_package(auto.package(model_type))
        if is_folder(modules.tree.root / folder):
            listed = _LibraryListing(modules, auto, folder, prefer_modular).catalogue().models
            models += (one for one in listed if one.model_type == model_type)
    with suppress(InputError):
        return Catalogue(tuple(models), ()).find(name)
    return None


class _LibraryListing:
    """One pass over the tree's models, or over those in the folder ``selection``."""

    def __init__(self, modules: Modules, auto: AutoTables, selection: str, prefer_modular: bool) -> None:
        self._tree = modules
        self._selection = selection
        self._modular = prefer_modular or _is_modular(selection)
        self._resolver = modules.resolver
        self._hierarchy = Hierarchy(self._resolver, modules.names)
        self._configs = Configs(self._resolver, self._hierarchy)
        self._candidates = Candidates(modules, self._hierarchy, auto)
        self._auto = auto
        self._errors: list[InputError] = list(self._auto.errors)
        self._classes: dict[str, dict[str, Definition]] = {}

    def catalogue(self) -> Catalogue:
        self._read_classes()
        types = self._types()
        owners = {config: name for name, config in reversed(types.items())}
        entries: dict[tuple[str, str, str], ModelEntry] = {}
        for entry in (*self._mapped(types), *self._unmapped(types, owners)):
            entries.setdefault((entry.model_type, entry.module, entry.class_name), entry)
        listed = [*entries.values()]
        listed += self._without_class(types, {entry.model_type for entry in listed})
        models = sorted(self._with_mains(listed, types), key=_order)
        errors = sorted({str(error): error for error in (*self._errors, *self._hierarchy.errors)}.items())
        return Catalogue(with_others(models), tuple(error for _, error in errors))

    # --- classes -------------------------------------------------------------------------------------------------

    def _read_classes(self) -> None:
        listing = self._tree.files(_folder_of(self._selection))
        self._errors += listing.errors
        for path in _model_files(listing.files, self._modular):
            module = self._tree.module_at(path)
            try:
                classes = self._hierarchy.classes(module)
            except InputError as error:
                self._errors.append(error)
                continue
            self._classes.setdefault(module.package, {}).update({cls.name: cls for cls in classes})

    def _class(self, package: str, name: str) -> Definition | None:
        """A class by the package it should be in, else wherever the whole library has it."""
        found = self._classes.get(package, {}).get(name) or self._resolver.resolve(package, name)
        if found is None:
            everywhere = (classes[name] for classes in self._classes.values() if name in classes)
            found = next(everywhere, None) or self._resolver.resolve(LAYOUT.models_package, name)
        return found if found is not None and found.is_class else None

    # --- model types ---------------------------------------------------------------------------------------------

    def _types(self) -> dict[str, Definition]:
        """Model type → configuration class: the auto tables', then those that only a class states."""
        types: dict[str, Definition] = {}
        for model_type, name in self._auto.configs.items():
            package = self._auto.package(model_type)
            if not self._may_be_selected(package):
                continue
            config = self._class(package, name)
            if config is None:
                problem = f"{name}, the configuration class of model type {model_type!r}, was not found in {package}"
                self._errors.append(InputError(problem, code="missing-class"))
            else:
                types[model_type] = config
        for config in self._all_classes():
            stated = config.node.strings.get("model_type") if isinstance(config.node, ClassOutline) else None
            if stated and stated not in self._auto.configs and self._hierarchy.is_config(config):
                types.setdefault(stated, config)
        return types

    def _all_classes(self) -> Iterator[Definition]:
        for classes in self._classes.values():
            yield from classes.values()

    # --- entries -------------------------------------------------------------------------------------------------

    def _mapped(self, types: dict[str, Definition]) -> Iterator[ModelEntry]:
        """The classes of the auto mappings, with all mappings that lead to them under their model type."""
        found: dict[tuple[str, str], list[str]] = {}
        for mapping, table in self._auto.mappings.items():
            for model_type, names in table.items():
                for name in names:
                    found.setdefault((model_type, name), []).append(mapping)
        for (model_type, name), mappings in found.items():
            package = self._auto.package(model_type)
            if model_type in types:
                entry = self._mapped_entry(model_type, name, types[model_type], tuple(mappings), package)
                if entry is not None:
                    yield entry

    def _mapped_entry(
        self, model_type: str, name: str, config: Definition, mappings: tuple[str, ...], package: str
    ) -> ModelEntry | None:
        cls = self._class(package, name)
        if cls is None:
            problem = f"{name}, which {mappings[0]} names for model type {model_type!r}, was not found in {package}"
            self._errors.append(InputError(problem, code="missing-class"))
            return None
        own = self._configs.declared(cls)
        if own is not None and own != config and own in self._configs.parts(config):
            config = own  # the class takes a part of its type's configuration
        return _entry(model_type, cls, config, mappings)

    def _unmapped(self, types: dict[str, Definition], owners: dict[Definition, str]) -> Iterator[ModelEntry]:
        """The other model classes, under the type of the configuration that they declare."""
        folders = {self._auto.package(model_type): model_type for model_type in reversed(types)}
        for cls in self._all_classes():
            if not (self._hierarchy.is_model(cls) and self._hierarchy.runs(cls)):
                continue
            package = cls.module.rpartition(".")[0]
            config = self._configs.declared(cls)
            if self._modular and config is not None and not config.module.startswith(f"{package}."):
                config = None  # stated by the model it is derived from; the generated code has its own
            model_type = owners.get(config) if config is not None else folders.get(package)
            if model_type is None:
                stated = self._configs.model_type(config) if config is not None else None
                model_type = stated or package.rpartition(".")[2]
            yield _entry(model_type, cls, config or types.get(model_type), ())

    def _without_class(self, types: dict[str, Definition], served: set[str]) -> Iterator[ModelEntry]:
        """Types that no model class takes: the modules that do, as a part of a model; if none, the type alone."""
        missing = {config: name for name, config in types.items() if name not in served}
        takers: dict[str, list[ModelEntry]] = {}
        for cls in self._all_classes():
            config = self._configs.declared(cls) if self._hierarchy.is_module(cls) else None
            if config in missing and self._hierarchy.runs(cls):
                takers.setdefault(missing[config], []).append(_entry(missing[config], cls, config, ()))
        for config, model_type in missing.items():
            yield from takers.get(model_type, ())
            if model_type not in takers:
                path = config.source.path if config.source is not None else ""
                yield ModelEntry(model_type, "", "", path, config.name, config.module, (), main=True)

    def _with_mains(self, entries: list[ModelEntry], types: dict[str, Definition]) -> Iterator[ModelEntry]:
        groups: dict[str, list[ModelEntry]] = {}
        for entry in entries:
            groups.setdefault(entry.model_type, []).append(entry)
        parts = frozenset[Definition]().union(*map(self._configs.parts, types.values()))
        for model_type, group in groups.items():
            candidates = self._candidates.of(model_type, group)
            main = main_of(candidates, types.get(model_type) in parts)
            yield from (replace(entry, main=entry is main) for entry in group)

    # --- selection -----------------------------------------------------------------------------------------------

    def _may_be_selected(self, package: str) -> bool:
        folder = _folder_of_package(package)
        selected = _folder_of(self._selection)
        return f"{folder}/".startswith(f"{selected}/") or f"{selected}/".startswith(f"{folder}/")


def _entry(model_type: str, cls: Definition, config: Definition | None, mappings: tuple[str, ...]) -> ModelEntry:
    return ModelEntry(
        model_type=model_type,
        class_name=cls.name,
        module=cls.module,
        path=cls.source.path if cls.source is not None else "",
        config_class=config.name if config is not None else None,
        config_module=config.module if config is not None else None,
        mappings=mappings,
        main=False,
        generates=writes_text(mappings),
    )


def _order(entry: ModelEntry) -> tuple[str, str, bool, str]:
    return entry.path, entry.model_type, not entry.main, entry.class_name


def _folder_of(selection: str) -> str:
    """The folder to read for a selected folder or file, by default that of all models."""
    if selection.endswith(".py"):
        selection = selection.rpartition("/")[0]
    return selection or LAYOUT.models


def _folder_of_package(package: str) -> str:
    """The folder of a package of the library, relative to the library's root."""
    return package.removeprefix(f"{LAYOUT.package}.").replace(".", "/")


def _is_modular(path: str) -> bool:
    return path.rpartition("/")[2].startswith(LAYOUT.source_prefix)


def _model_files(files: Iterable[str], modular: bool) -> list[str]:
    """The files that hold configurations and torch models, in the naming that the library's own imports rely on.

    With ``modular``, a folder's ``modular_*.py`` is read in place of the ``modeling_*.py`` generated from it.
    """
    replaced = {path.rpartition("/")[0] for path in files if modular and _is_modular(path)}
    return [path for path in files if _is_model_file(path, path.rpartition("/")[0] in replaced)]


def _is_model_file(path: str, modular: bool) -> bool:
    name = path.rpartition("/")[2]
    if name.startswith(LAYOUT.unread):
        return False
    return name.startswith((LAYOUT.config_prefix, LAYOUT.source_prefix if modular else LAYOUT.model_prefix))
