"""The names by which a framework's classes are recognised in source code."""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.sources.layout import TreeLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """Base classes called one of ``names``, wherever in ``modules`` they are imported from."""

    modules: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def has(self, module: str, name: str) -> bool:
        return name in self.names and module in self.modules


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What a framework's names tell.

    ``roots`` are its top-level packages, which no file of an analysed folder stands in for. A class whose qualified
    name begins with one of ``modules`` is a module of the framework; ``abstract`` are those without a forward call of
    their own. ``call`` is the method that a module is called by. ``models`` and ``configs`` are base classes of models
    and of their configurations, ``generation`` what classes that generate descend from (modules and qualified names).
    Classes of modules that begin with one of ``infrastructure`` are part of no model. ``parts`` are attributes of a
    configuration class with the classes of its parts.
    """

    roots: frozenset[str]
    modules: tuple[str, ...] = ()
    abstract: frozenset[str] = frozenset()
    call: str = ""
    models: Bases = field(default_factory=Bases)
    configs: Bases = field(default_factory=Bases)
    infrastructure: tuple[str, ...] = ()
    generation: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    layout: TreeLayout | None = None


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names of all frameworks that are known."""

    namings: tuple[Naming, ...] = ()

    @property
    def roots(self) -> frozenset[str]:
        return frozenset(root for one in self.namings for root in one.roots)

    @property
    def layouts(self) -> tuple[TreeLayout, ...]:
        return tuple(one.layout for one in self.namings if one.layout is not None)

    @property
    def configs(self) -> frozenset[str]:
        """Names of the base classes of configurations."""
        return frozenset(name for one in self.namings for name in one.configs.names)

    @property
    def home(self) -> tuple[str, ...]:
        """The package that folders of single models are copied from, as its parts."""
        return next(((layout.package, layout.models) for layout in self.layouts), ())
