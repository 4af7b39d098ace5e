"""What a name of a module stands for, followed through imports without running anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from analyzer.base import InputError
from analyzer.names.modules import SourceModule
from analyzer.sources.outline import Binding, ClassOutline, ImportOutline, ValueOutline


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name is defined: the dotted ``module``, its ``name`` there, and what it is.

    ``node`` is ``None`` for what has no source here (a library that is not installed) and for a module itself, whose
    ``name`` is empty.
    """

    module: str
    name: str
    node: Binding | None
    source: SourceModule | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Definition) and (self.module, self.name) == (other.module, other.name)

    def __hash__(self) -> int:
        return hash((self.module, self.name))

    def __str__(self) -> str:
        return self.qualified

    @property
    def qualified(self) -> str:
        """The dotted name by which a library describes it."""
        return f"{self.module}.{self.name}" if self.name else self.module

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ClassOutline)


class Resolver:
    """Follows names; ``find`` gives a module by its dotted name, ``home`` is as for :func:`absolute`."""

    def __init__(self, find: Callable[[str], SourceModule | None], home: tuple[str, ...] = ()) -> None:
        self._find = find
        self.home = home
        self._known: dict[tuple[str, str], Definition | None] = {}
        self._open: set[tuple[str, str]] = set()

    def resolve(self, module: str, name: str) -> Definition | None:
        """What ``name`` in ``module`` stands for.

        A dotted name is followed attribute by attribute. The answer has no node where it leads out of the sources;
        ``None`` is a name that the module does not have, or that only imports itself in a circle.
        """
        first, *rest = name.split(".")
        found = self._name(module, first)
        for part in rest:
            if found is None:
                return None
            found = self._attribute(found, part)
        return found

    def _attribute(self, value: Definition, name: str) -> Definition | None:
        if value.name == "":
            return self._member(value.module, name)
        return Definition(value.module, f"{value.name}.{name}", None, None) if value.node is None else None

    def _member(self, module: str, name: str) -> Definition | None:
        """``module.name``: a name of the module, a submodule, or something outside the sources."""
        if self._find(module) is None:
            return Definition(module, name, None, None)
        found = self._name(module, name)
        return found if found is not None else self._submodule(module, name)

    def _submodule(self, module: str, name: str) -> Definition | None:
        source = self._find(f"{module}.{name}")
        return None if source is None else Definition(source.name, "", None, source)

    def _name(self, module: str, name: str) -> Definition | None:
        key = (module, name)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            return None
        self._open.add(key)
        try:
            found = self._look(module, name)
        finally:
            self._open.discard(key)
        if found is not None or not self._open:  # inside a circle "nothing" may only mean "not by this way"
            self._known[key] = found
        return found

    def _look(self, module: str, name: str) -> Definition | None:
        source = self._find(module)
        if source is None:
            return None
        try:
            outline = source.outline
        except InputError:
            return None
        bound = outline.names.get(name)
        if isinstance(bound, ImportOutline):
            found = self._imported(source, bound)
            stub = outline.stubs.get(name)
            if stub is not None and (found is None or self._find(found.module) is None):
                return Definition(source.name, name, stub, source)
            return found
        if isinstance(bound, ValueOutline) and bound.alias and bound.alias.partition(".")[0] != name:
            return self.resolve(module, bound.alias) or Definition(source.name, name, bound, source)
        if bound is not None:
            return Definition(source.name, name, bound, source)
        return next(self._through_stars(source, name), None)

    def _imported(self, source: SourceModule, bound: ImportOutline) -> Definition | None:
        module = absolute(source.package, bound.module, bound.level, self.home)
        if bound.name:
            return self._member(module, bound.name)
        found = self._find(module)
        return Definition(found.name if found is not None else module, "", None, found)

    def _through_stars(self, source: SourceModule, name: str) -> Iterator[Definition]:
        """The last star import wins, so they are tried from the end; files without the word are not even parsed."""
        if name.startswith("_"):
            return
        for star in reversed(source.outline.stars):
            target = self._find(absolute(source.package, star.module, star.level, self.home))
            if target is None or not self._gives(target, name):
                continue
            found = self._name(target.name, name)
            if found is not None:
                yield found

    def _gives(self, target: SourceModule, name: str) -> bool:
        """Whether ``from target import *`` can bind ``name``."""
        if not target.mentions(name) and not target.mentions("import *"):
            return False
        try:
            exports = target.outline.exports
        except InputError:
            return False
        return exports is None or name in exports


def absolute(package: str, module: str, level: int, home: tuple[str, ...] = ()) -> str:
    """The dotted name of an imported module, relative to ``package``.

    An import that climbs out of the outermost package is taken as if the innermost one stood in the package ``home``,
    which is where the folders of single models are copied from.
    """
    if level == 0:
        return module
    parts = package.split(".") if package else []
    if level > len(parts):
        parts = [*home, *parts[-1:]]
    base = parts[: max(0, len(parts) - level + 1)]
    return ".".join((*base, *filter(None, [module])))
