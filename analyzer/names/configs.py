"""Which configuration class a model class takes."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.names.hierarchy import Hierarchy
from analyzer.names.imports import Definition, Resolver
from analyzer.sources.outline import ClassOutline


class Configs:
    """Reads configuration classes off model classes."""

    def __init__(self, resolver: Resolver, hierarchy: Hierarchy) -> None:
        self._resolver = resolver
        self._hierarchy = hierarchy

    def declared(self, cls: Definition) -> Definition | None:
        """The configuration class that a model class states.

        Asked nearest class first: its annotation ``config: X``, its attribute ``config_class = X``, the annotation of
        its constructor's first parameter.
        """
        for one in self._hierarchy.below_base(cls):
            for name in _stated(one):
                found = self._resolver.resolve(one.module, name)
                if found is not None and found.is_class and self._hierarchy.is_config(found):
                    return found
        return None

    def plain(self, cls: Definition) -> Definition | None:
        """As :meth:`declared`, but any class that is no module will do, as code outside a library has it.

        A constructor with a single required parameter that says nothing takes the one data class of its file, if
        there is one.
        """
        for one in self._hierarchy.below_base(cls):
            for name in _stated(one):
                found = self._resolver.resolve(one.module, name)
                if found is not None and found.is_class and not self._is_other(found):
                    return found
            if isinstance(one.node, ClassOutline) and "__init__" in one.node.methods:
                return self._only_data_class(one) if _is_silent(one.node) else None
        return None

    def _is_other(self, cls: Definition) -> bool:
        """A module or an enumeration."""
        order = self._hierarchy.order(cls)
        return self._hierarchy.is_module(cls) or any(one.qualified == "enum.Enum" for one in order)

    def _only_data_class(self, cls: Definition) -> Definition | None:
        if cls.source is None:
            return None
        named = (self._resolver.resolve(cls.module, name) for name in cls.source.outline.names)
        found = {one for one in named if one is not None and self._is_data(one)}
        return found.pop() if len(found) == 1 else None

    def _is_data(self, cls: Definition) -> bool:
        if not isinstance(cls.node, ClassOutline) or cls.source is None or cls.source.external:
            return False
        decorators = (self._resolver.resolve(cls.module, name) for name in cls.node.decorators if name)
        data = any(one is not None and one.qualified == "dataclasses.dataclass" for one in decorators)
        return data or self._hierarchy.is_config(cls)

    def model_type(self, config: Definition) -> str | None:
        """The ``model_type`` that a configuration class states or inherits, not counting the library's base class."""
        stated = (node.strings.get("model_type") for node in self._hierarchy.own(config))
        return next((text for text in stated if text), None)

    def parts(self, config: Definition) -> frozenset[Definition]:
        """The configuration classes that are parts of ``config`` and theirs."""
        found: set[Definition] = set()
        pending = [config]
        while pending:
            one = pending.pop()
            fresh = {part for part in self._direct_parts(one) if part not in found and part != config}
            found |= fresh
            pending += fresh
        return frozenset(found)

    def _direct_parts(self, config: Definition) -> Iterator[Definition]:
        for one in self._hierarchy.below_base(config):
            nested = one.node.nested if isinstance(one.node, ClassOutline) else {}
            for name in (name for field in self._hierarchy.parts for name in nested.get(field, ())):
                found = self._resolver.resolve(one.module, name)
                if found is not None and found.is_class:
                    yield found


def _stated(cls: Definition) -> Iterator[str]:
    node = cls.node
    if isinstance(node, ClassOutline):
        yield from node.annotations.get("config", ())
        if "config_class" in node.values:
            yield node.values["config_class"]
        yield from node.annotations.get("config_class", ())
        yield from node.first_parameter


def _is_silent(node: ClassOutline) -> bool:
    return len(node.required) == 1 and not node.first_parameter
