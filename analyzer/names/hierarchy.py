"""Classes of a tree and what they descend from."""

from __future__ import annotations

from analyzer.base import InputError
from analyzer.names.imports import Definition, Resolver
from analyzer.names.modules import SourceModule
from analyzer.names.mro import linearize
from analyzer.names.naming import KnownNames, Naming
from analyzer.sources.outline import ClassOutline


class Hierarchy:
    """Answers questions about ancestors; what cannot be linearised is noted in ``errors``."""

    def __init__(self, resolver: Resolver, names: KnownNames) -> None:
        self._resolver = resolver
        self._namings = names.namings
        self._module_prefixes = tuple(prefix for one in names.namings for prefix in one.modules)
        self._abstract = frozenset(name for one in names.namings for name in one.abstract)
        self._infrastructure = tuple(module for one in names.namings for module in one.infrastructure)
        self._generation = tuple(name for one in names.namings for name in one.generation)
        self.parts = tuple(name for one in names.namings for name in one.parts)
        """Attributes of a configuration class with the classes of its parts."""
        self._orders: dict[Definition, tuple[Definition, ...]] = {}
        self._known: dict[Definition, list[Definition]] = {}
        self.errors: list[InputError] = []

    def classes(self, module: SourceModule) -> list[Definition]:
        """The classes that a module defines at its top level; raises InputError if it cannot be read."""
        return [
            Definition(module.name, name, node, module)
            for name, node in module.outline.names.items()
            if isinstance(node, ClassOutline)
        ]

    def bases(self, cls: Definition) -> tuple[Definition, ...]:
        """The direct bases; one that is no plain name is left out, one without source has no node."""
        if not isinstance(cls.node, ClassOutline):
            return ()
        found = (self._base(cls, name) for name in cls.node.bases if name)
        return tuple(dict.fromkeys(base for base in found if base != cls or base.node is not None))

    def _base(self, cls: Definition, name: str) -> Definition:
        found = self._resolver.resolve(cls.module, name)
        return found if found is not None else Definition("builtins", name, None, None)

    def order(self, cls: Definition) -> tuple[Definition, ...]:
        """The method resolution order, as far as there is source; the class alone if its hierarchy is broken."""
        if cls not in self._orders:
            self._orders[cls] = self._linearized(cls)
        return self._orders[cls]

    def _linearized(self, cls: Definition) -> tuple[Definition, ...]:
        try:
            return linearize(cls, self.bases, self._known)
        except InputError as error:
            line = cls.node.line if isinstance(cls.node, ClassOutline) else 0
            path = cls.source.path if cls.source is not None else ""
            self.errors.append(InputError(error.message, path=path, line=line, code=error.code))
            return (cls,)

    def is_model(self, cls: Definition) -> bool:
        """Whether a class descends from a library's base class of models, and is not that."""
        return any(map(self._is_model_base, self.order(cls)[1:]))

    def is_config(self, cls: Definition) -> bool:
        """Whether a class descends from a library's base class of configurations, and is not that."""
        return any(map(self._is_config_base, self.order(cls)[1:]))

    def is_module(self, cls: Definition) -> bool:
        """Whether a class descends from a framework's modules."""
        return self.is_model(cls) or any(map(self._is_framework_module, self.order(cls)[1:]))

    def generates(self, cls: Definition) -> bool:
        """Whether a class descends from what a library generates with."""
        wanted = self._generation
        return any(one.module.startswith(wanted) or one.qualified in wanted for one in self.order(cls))

    def own(self, cls: Definition) -> tuple[ClassOutline, ...]:
        """The outlines of a class and its ancestors below the library's base classes, nearest first."""
        outlines: list[ClassOutline] = []
        for one in self.order(cls):
            if isinstance(one.node, ClassOutline) and not self._is_library_base(one):
                outlines.append(one.node)
        return tuple(outlines)

    def below_base(self, cls: Definition) -> tuple[Definition, ...]:
        """As :meth:`own`, the definitions."""
        order = self.order(cls)
        return tuple(one for one in order if isinstance(one.node, ClassOutline) and not self._is_library_base(one))

    def runs(self, cls: Definition) -> bool:
        """Whether the class has a forward call of its own, of an ancestor, or of a framework's (``nn.Sequential``)."""
        order = self.order(cls)
        calls = {one.call for one in self._namings if any(self._is_of(one, base) for base in order)}
        if any(call in node.methods or call in node.values for node in self.own(cls) for call in calls):
            return True
        return any(self._is_framework_module(base) and _last(base) not in self._abstract for base in order)

    def _is_of(self, naming: Naming, cls: Definition) -> bool:
        return naming.models.has(cls.module, cls.name) or cls.qualified.startswith(naming.modules)

    def _is_model_base(self, cls: Definition) -> bool:
        return any(one.models.has(cls.module, cls.name) for one in self._namings)

    def _is_config_base(self, cls: Definition) -> bool:
        return any(one.configs.has(cls.module, cls.name) for one in self._namings)

    def _is_framework_module(self, cls: Definition) -> bool:
        return cls.qualified.startswith(self._module_prefixes)

    def _is_library_base(self, cls: Definition) -> bool:
        """Classes that the libraries give: they are not part of any model."""
        return (
            self._is_model_base(cls)
            or self._is_config_base(cls)
            or self._is_framework_module(cls)
            or cls.module.startswith(self._infrastructure)
        )


def _last(cls: Definition) -> str:
    return cls.qualified.rpartition(".")[2]
