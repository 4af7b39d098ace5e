"""What is read of configurations and of attributes without a value while the program runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeGuard

from analyzer.base import Span
from analyzer.graph import FieldRead
from analyzer.interpret.runtime.exceptions import UnsetRead
from analyzer.values import ClassValue, Instance, ModuleInstance, Value


def _is_constant(value: Value) -> TypeGuard[bool | int | float | str | None]:
    return type(value) in (bool, int, float, str, type(None))


class FieldReads:
    """Reads of the fields of watched configurations, and where a None comes from: it carries no origin itself."""

    def __init__(self) -> None:
        self.watched: dict[int, str] = {}
        """Configuration objects by identity, with the prefix of their fields' dotted names."""
        self.holders: dict[int, Instance] = {}
        """Configurations by identity, with the one that each is a part of."""
        self.reads: dict[tuple[str, Span], FieldRead] = {}
        self.assigned: dict[tuple[int, str], Span] | None = None
        """Where attributes of objects were last assigned, while that is of interest."""
        self.none_sources: dict[tuple[ModuleInstance, str], str | None] = {}
        """Configuration fields that attributes with the value None got it from."""
        self.none_arguments: dict[str, str] = {}
        """Configuration fields that keywords with the value None got it from, for the function about to run."""
        self.unset: dict[tuple[int, str, ClassValue | None], UnsetRead] = {}
        """Attributes that were read and had no value, the last one last."""

    @contextmanager
    def noting_assignments(self) -> Iterator[dict[tuple[int, str], Span]]:
        """Where attributes of objects are assigned meanwhile, by object and name."""
        self.assigned = {}
        try:
            yield self.assigned
        finally:
            self.assigned = None

    def watch(self, config: Instance, path: str = "") -> None:
        """From now on note what is read of ``config`` and of the configurations in it."""
        if id(config) in self.watched:
            return
        self.watched[id(config)] = path
        for name, value in config.attributes.items():
            if isinstance(value, Instance) and not name.startswith("_"):
                self.holders.setdefault(id(value), config)
                self.watch(value, f"{path}{name}.")

    def note(self, config: Instance, name: str, default: Value, span: Span) -> None:
        """Note that ``name`` of a watched configuration is read at ``span``, by ``getattr`` with ``default`` unless
        that is missing."""
        field = self.watched[id(config)] + name
        read = FieldRead(field, span, True, default) if _is_constant(default) else FieldRead(field, span, False, None)
        self.reads.setdefault((read.field, read.span), read)

    def note_unset(self, holder: Instance, name: str, receiver: Value) -> None:
        """Note that an attribute was read that has no value, by a method of ``receiver``."""
        reader = receiver.cls if isinstance(receiver, ModuleInstance) else None
        key = (id(holder), name, reader)
        self.unset.pop(key, None)
        self.unset[key] = UnsetRead(holder, name, reader)
