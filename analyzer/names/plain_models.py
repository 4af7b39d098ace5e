"""The models of code outside a library of models: a repository of a model hub, a folder, a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer.base import InputError
from analyzer.names.configs import Configs
from analyzer.names.entries import Catalogue, ModelEntry, with_others
from analyzer.names.hierarchy import Hierarchy
from analyzer.names.imports import Definition
from analyzer.names.modules import SourceModule
from analyzer.names.tree import Modules
from analyzer.sources.config_json import NAME, accepted, read_config
from analyzer.sources.discover import TreeKind
from analyzer.sources.layout import TreeLayout
from analyzer.sources.outline import ClassOutline, FunctionOutline


@dataclass(frozen=True, slots=True)
class Card:
    """What a repository's ``config.json`` says: the model type, and the classes it names, by auto class if so."""

    model_type: str | None = None
    classes: Mapping[str, tuple[str, ...]] | None = None


def plain_catalogue(modules: Modules, selections: Sequence[str], prefer_modular: bool = False) -> Catalogue:
    """Every module with a forward call in the files and folders ``selections``, in all of the tree if there are none.

    The ones that no other builds are main; if ``config.json`` names classes, those are.
    """
    return _PlainListing(modules, selections, prefer_modular).catalogue()


class _PlainListing:
    """One pass over the tree's files."""

    def __init__(self, modules: Modules, selections: Sequence[str], prefer_modular: bool) -> None:
        self._selections = selections
        self._prefer_modular = prefer_modular
        self._tree = modules
        self._resolver = modules.resolver
        self._hierarchy = Hierarchy(self._resolver, modules.names)
        self._layouts = modules.names.layouts
        self._configs = Configs(self._resolver, self._hierarchy)
        self._errors: list[InputError] = []
        self._modules: list[SourceModule] = []

    def catalogue(self) -> Catalogue:
        card = self._card() if self._tree.tree.kind is TreeKind.HUB else Card()
        self._read_modules()
        classes = [cls for module in self._modules for cls in self._hierarchy.classes(module)]
        models = [cls for cls in classes if self._hierarchy.is_module(cls) and self._hierarchy.runs(cls)]
        roots = self._roots(models)
        mains = self._mains(models, roots, card)
        shown = {(cls.module, cls.name) for cls in roots}
        entries = [self._entry(cls, card, cls in mains) for cls in models]
        errors = sorted({str(error): error for error in (*self._errors, *self._hierarchy.errors)}.items())
        return Catalogue(
            with_others(entries, lambda one: (one.module, one.class_name) in shown), tuple(error for _, error in errors)
        )

    def _read_modules(self) -> None:
        listings = [self._tree.files(below) for below in self._selections or ("",)]
        self._errors += [error for listing in listings for error in listing.errors]
        files = [*dict.fromkeys(path for listing in listings for path in listing.files)]
        for path in _without_doubles(files, self._layouts, self._prefer_modular):
            module = self._tree.module_at(path)
            try:
                _ = module.outline
            except InputError as error:
                self._errors.append(error)
            else:
                self._modules.append(module)

    def _card(self) -> Card:
        """What ``config.json`` says; one with values that cannot be taken still names its classes."""
        root = self._tree.tree.root
        try:
            document = read_config(root / NAME, shown=NAME, within=root)
        except InputError as error:
            self._errors.append(error)
            return Card()
        try:
            accepted(document)
        except InputError as error:
            self._errors.append(error)
        return _card_of(document.content)

    # --- entries -------------------------------------------------------------------------------------------------

    def _entry(self, cls: Definition, card: Card, main: bool) -> ModelEntry:
        config = self._configs.plain(cls)
        assert cls.source is not None
        stated = self._configs.model_type(config) if config is not None else None
        return ModelEntry(
            model_type=stated or card.model_type or self._name_of(cls.source),
            class_name=cls.name,
            module=cls.module,
            path=cls.source.path,
            config_class=config.name if config is not None else None,
            config_module=config.module if config is not None else None,
            mappings=tuple(auto for auto, names in (card.classes or {}).items() if auto and cls.name in names),
            main=main,
            generates=self._hierarchy.generates(cls),
        )

    def _name_of(self, module: SourceModule) -> str:
        """The file's name; that of its folder where the file is the folder's package."""
        parts = module.path.removesuffix(".py").split("/")
        if parts[-1] == "__init__":
            parts.pop()
        name = parts[-1] if parts else self._tree.tree.root.name
        prefixes = (layout.model_prefix for layout in self._layouts if parts)
        return next((name.removeprefix(prefix) for prefix in prefixes if name.startswith(prefix)), name)

    # --- which ones represent --------------------------------------------------------------------------------------

    def _mains(self, models: list[Definition], roots: list[Definition], card: Card) -> set[Definition]:
        named = {name for names in (card.classes or {}).values() for name in names}
        stated = {cls for cls in models if cls.name in named}
        return stated or self._one_per_config(roots)

    def _roots(self, models: list[Definition]) -> list[Definition]:
        """Modules that are neither built by another nor the base of another in their file."""
        found = set(models)
        inside: set[Definition] = set()
        for cls in models:
            inside |= {other for other in self._reached(cls) if other in found and other != cls}
            inside |= {base for base in self._hierarchy.order(cls)[1:] if base.module == cls.module}
        roots = [cls for cls in models if cls not in inside]
        return roots or models  # modules that all build one another: nothing tells them apart

    def _reached(self, cls: Definition) -> set[Definition]:
        """What the construction of a class can lead to, through functions; other classes answer for themselves."""
        reached: set[Definition] = set()
        pending = [one for ancestor in self._hierarchy.below_base(cls) for one in self._used(ancestor)]
        while pending:
            one = pending.pop()
            if one in reached:
                continue
            reached.add(one)
            if isinstance(one.node, FunctionOutline):
                pending += self._used(one)
        return reached

    def _used(self, definition: Definition) -> Iterator[Definition]:
        node = definition.node
        for name in node.uses if isinstance(node, ClassOutline | FunctionOutline) else ():
            found = self._resolver.resolve(definition.module, name)
            if found is not None:
                yield found

    def _one_per_config(self, roots: list[Definition]) -> set[Definition]:
        """Of the heads that share a configuration class of the library's kind, one that generates, else the first."""
        mains: dict[object, Definition] = {}
        for cls in roots:
            config = self._configs.plain(cls)
            key: object = config if config is not None and self._hierarchy.is_config(config) else cls
            if key not in mains or (self._hierarchy.generates(cls) and not self._hierarchy.generates(mains[key])):
                mains[key] = cls
        return set(mains.values())


def _without_doubles(files: Sequence[str], layouts: Sequence[TreeLayout], prefer_modular: bool) -> Iterator[str]:
    """Of a source file (``modular_x.py``) and the file that is generated from it (``modeling_x.py``) one is read."""
    known = set(files)
    pairs = [(layout.model_prefix, layout.source_prefix) for layout in layouts]
    for path in files:
        folder, slash, name = path.rpartition("/")
        twins = (
            f"{folder}{slash}{wanted}{name.removeprefix(other)}"
            for wanted, other in (pair[::-1] if prefer_modular else pair for pair in pairs)
            if name.startswith(other)
        )
        if not any(twin in known for twin in twins):
            yield path


def _card_of(content: object) -> Card:
    if not isinstance(content, dict):
        return Card()
    model_type = content.get("model_type")
    classes: dict[str, tuple[str, ...]] = {}
    auto_map = content.get("auto_map")
    if isinstance(auto_map, dict):
        classes = {str(auto): _named(value) for auto, value in auto_map.items()}
    listed = content.get("architectures")
    if isinstance(listed, list):
        classes[""] = tuple(name for name in listed if isinstance(name, str))
    return Card(model_type if isinstance(model_type, str) and model_type else None, classes)


def _named(value: object) -> tuple[str, ...]:
    """The class of ``repository--module.Class``, or of a list of them."""
    values = value if isinstance(value, list) else [value]
    return tuple(one.rpartition(".")[2] for one in values if isinstance(one, str))
