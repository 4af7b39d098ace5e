"""All names that Python and the libraries provide natively, in one table, and the classes behind them."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.library.framework import Framework, Natives
from analyzer.library.inputs import InputConventions
from analyzer.library.natives import dataclass, enumeration, functional, inspection, numpy, stdlib
from analyzer.library.natives.types import builtin_classes
from analyzer.library.platform import NativeNames, Platform
from analyzer.values import ClassValue

PYTHON: tuple[Natives, ...] = (
    Natives(names=functional.NAMES),
    Natives(names=dataclass.NAMES),
    Natives(names=enumeration.NAMES, classes=enumeration.enum_classes),
    Natives(names=inspection.NAMES, classes=inspection.inspect_classes),
    Natives(
        names=stdlib.NAMES,
        aliases=stdlib.ALIASES,
        classes=stdlib.stdlib_classes,
        providing=("collections.abc", "abc", "contextvars", "threading"),
    ),
    Natives(names=numpy.NAMES, classes=numpy.numpy_classes),
)
"""Python's own library, and NumPy's."""


def native_names(parts: Sequence[Natives]) -> NativeNames:
    """What Python and ``parts`` describe."""
    names = {name: value for part in (*PYTHON, *parts) for name, value in part.names.items()}
    aliases = {name: other for part in (*PYTHON, *parts) for name, other in part.aliases.items()}
    modules = [module for part in (*PYTHON, *parts) for module in part.providing]
    prefixes = frozenset(
        ".".join(name.split(".")[:depth])
        for name in (*names, *aliases, *(f"{module}.x" for module in modules))
        for depth in range(1, name.count(".") + 1)
    )
    return NativeNames(tuple(parts), names, aliases, prefixes)


def library_classes(parts: Sequence[Natives]) -> dict[str, ClassValue]:
    """A fresh set of all native classes by qualified name (programs may change classes)."""
    classes = builtin_classes()
    for part in (*PYTHON, *parts):
        classes.update(part.classes(classes))
    return classes


def platform_of(framework: Framework, *libraries: Framework) -> Platform:
    """A framework with the libraries on it."""
    if framework.roles is None:
        raise ValueError(f"{framework.name} is no framework but a library on one")
    parts = (framework.natives, *(library.natives for library in libraries))
    return Platform(
        framework=framework,
        libraries=libraries,
        natives=native_names(parts),
        roles=framework.roles,
        types={kind: name for part in parts for kind, name in part.types.items()},
        roots=frozenset(root for one in (framework, *libraries) for root in one.naming.roots),
        declarations=next((library.declarations for library in libraries), framework.declarations),
        inputs=next((one.inputs for one in (*libraries, framework) if one.inputs is not None), InputConventions()),
        operations=framework.operations,
        tensor=framework.tensor,
        installed=framework.installed,
        call=framework.naming.call,
    )
