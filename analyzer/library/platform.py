"""A framework and the libraries on it as one: what a program written with them meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.library.framework import Declarations, Framework, Natives, Roles, TensorInterface
from analyzer.library.inputs import InputConventions
from analyzer.library.operations.table import Operations
from analyzer.values import Native, Value


@dataclass(frozen=True, slots=True)
class NativeNames:
    """What ``parts`` describe besides Python: values by qualified name, other names of classes, and the modules that
    exist because names in them are described."""

    parts: tuple[Natives, ...]
    names: Mapping[str, Value]
    aliases: Mapping[str, str]
    prefixes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Platform:
    """``framework`` with ``libraries``; ``natives`` are theirs and Python's own.

    ``types`` and ``roots`` are of all; ``operations``, ``tensor``, ``installed`` and ``call``, the method that a module
    is called by, those of the framework; ``declarations`` and ``inputs`` those of the library, if there is one.
    """

    framework: Framework
    libraries: tuple[Framework, ...]
    natives: NativeNames
    roles: Roles
    types: Mapping[type, str]
    roots: frozenset[str]
    declarations: Declarations
    inputs: InputConventions
    operations: Operations
    tensor: TensorInterface
    installed: Mapping[str, str]
    call: str

    def override(self, qualified: str) -> Native | None:
        """The description that replaces a function of a library, None where its source is interpreted."""
        for library in self.libraries:
            found = library.override(qualified)
            if found is not None:
                return found
        return None
