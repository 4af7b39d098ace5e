"""Which parts of an architecture the construction of a class leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.frameworks.transformers.auto import is_auto
from analyzer.frameworks.transformers.layout import LAYOUT
from analyzer.names.hierarchy import Hierarchy
from analyzer.names.imports import Definition, Resolver, absolute
from analyzer.names.modules import SourceModule
from analyzer.sources.outline import Binding, ClassOutline, FunctionOutline, ImportOutline


class Towers:
    """Reads the models inside a model off the names that constructors use.

    ``WhisperForConditionalGeneration`` builds ``WhisperModel``, which builds ``WhisperEncoder`` and
    ``WhisperDecoder``; ``WhisperForCausalLM`` leads to ``WhisperDecoder`` alone.
    """

    def __init__(self, resolver: Resolver, hierarchy: Hierarchy) -> None:
        self._resolver = resolver
        self._hierarchy = hierarchy
        self._built: dict[Definition, frozenset[Definition]] = {}
        self._reached: dict[Definition, frozenset[Definition]] = {}

    def of(self, classes: Iterable[Definition]) -> dict[Definition, frozenset[Definition]]:
        """The towers of each class: models with layers of their own, and auto classes that the configuration fills.

        A class that another one of ``classes`` builds, or that builds no model, is a tower itself. One that builds
        other models and nothing else is a wrapper, and so are heads.
        """
        reached = {cls: self._models_inside(cls) for cls in classes}
        parts = frozenset[Definition]().union(*reached.values())
        whole = {cls: inside | ({cls} if cls in parts or not inside else set()) for cls, inside in reached.items()}
        return {cls: frozenset(filter(self._has_layers, inside)) for cls, inside in whole.items()}

    def _models_inside(self, cls: Definition) -> frozenset[Definition]:
        """Models that construction leads to, through models, other modules and functions."""
        if cls not in self._reached:
            found: set[Definition] = set()
            pending = [*self.built_by(cls)]
            while pending:
                one = pending.pop()
                if one not in found and one != cls:
                    found.add(one)
                    pending += self.built_by(one)
            self._reached[cls] = frozenset(filter(self._is_tower, found))
        return self._reached[cls]

    def _has_layers(self, model: Definition) -> bool:
        used = self.built_by(model)
        return not used or not all(map(self._is_tower, used))

    def _is_tower(self, cls: Definition) -> bool:
        return is_auto(cls) or self._hierarchy.is_model(cls)

    def built_by(self, cls: Definition) -> frozenset[Definition]:
        """The modules of the tree, and auto classes, that the constructor of a class names."""
        if cls not in self._built:
            self._built[cls] = frozenset(self._read(cls)) if not is_auto(cls) else frozenset()
        return self._built[cls]

    def _read(self, cls: Definition) -> Iterator[Definition]:
        pending = [one for ancestor in self._hierarchy.below_base(cls) for one in self._used(ancestor)]
        functions: set[Definition] = set()
        while pending:
            one = pending.pop()
            if isinstance(one.node, FunctionOutline) and one not in functions:
                functions.add(one)
                pending += self._used(one)
            elif one.is_class and one != cls and (is_auto(one) or self._hierarchy.is_module(one)):
                yield one

    def _used(self, definition: Definition) -> Iterator[Definition]:
        """What a class or function of the models names in its body; the library around them is not looked into."""
        node, source = definition.node, definition.source
        if source is None or not source.name.startswith(LAYOUT.models_package):
            return
        for name in node.uses if isinstance(node, ClassOutline | FunctionOutline) else ():
            if self._is_of_models(source, source.outline.names.get(name)):
                found = self._resolver.resolve(source.name, name)
                if found is not None:
                    yield found

    def _is_of_models(self, source: SourceModule, bound: Binding | None) -> bool:
        if isinstance(bound, ImportOutline):
            module = absolute(source.package, bound.module, bound.level, self._resolver.home)
            return module.startswith(LAYOUT.models_package)
        return isinstance(bound, ClassOutline | FunctionOutline)
