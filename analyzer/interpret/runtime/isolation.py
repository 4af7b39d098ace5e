"""One model never changes another: what later models will meet too is known, and that it was changed is noticed.

Modules are loaded once for many models. When a module's body has run, everything that can be reached from it is taken
note of. A program that changes any of it afterwards (``nn.LayerNorm.forward = …``, an entry in a table of the library,
a global counter) does so for itself alone: what was there before is put back when its model is done. Where that is not
possible (an iterator that was used up), the machine that it ran on is thrown away.
"""

from __future__ import annotations

from collections import UserDict
from collections.abc import Iterable

from analyzer.interpret.runtime.shared_objects import SharedObjects, Undo
from analyzer.values import MISSING, Instance, Value


class Isolation:
    """What later models will meet too, and what this one has changed of it."""

    def __init__(self, shared: Iterable[Value]) -> None:
        self.shared = SharedObjects(shared)
        """What later models will meet too."""
        self.loading: list[str] = []
        """The modules whose bodies are being run, each for the first time something of it was asked for."""
        self.undo = Undo()
        """What later models would meet as the program has left it."""
        self.tainted = False
        """Whether it cannot be put back."""

    def written_into(self, value: Value) -> None:
        """Take note that a container or object is about to be changed."""
        if value in self.shared and (self.loading or not self.undo.keep(value)):
            self.tainted = True

    def entered(self, table: Value, keys: Iterable[Value]) -> None:
        """Take note that a dictionary is about to be written into under ``keys``.

        A module that is being loaded may add what nobody finds under other names: that is how things are registered.
        """
        adds = self.loading and table not in self.undo
        known = table if isinstance(table, dict | UserDict) else ()
        if not (adds and all(key not in known or key == self.loading[-1] for key in keys)):
            self.written_into(table)

    def changed(self, value: Value, name: str) -> None:
        """Take note that an object (its attribute ``name``) is about to be changed."""
        if (
            not (self.loading and name and type(value) is Instance)
            or name in value.attributes
            or value in self.undo
            or value.cls.find(name) is not MISSING
        ):
            self.written_into(value)
