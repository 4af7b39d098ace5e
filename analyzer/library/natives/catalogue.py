"""All names that libraries provide natively, in one table, and the classes behind them."""

from __future__ import annotations

from analyzer.library.natives import dataclass, enumeration, functional, inspection, numpy, stdlib, torch
from analyzer.library.natives.builtins import builtin_names
from analyzer.library.natives.types import builtin_classes
from analyzer.values import ClassValue, Value

NATIVE_NAMES: dict[str, Value] = {
    **stdlib.NAMES,
    **functional.NAMES,
    **dataclass.NAMES,
    **enumeration.NAMES,
    **inspection.NAMES,
    **torch.NAMES,
    **numpy.NAMES,
}
CLASS_ALIASES: dict[str, str] = {**stdlib.ALIASES, **torch.ALIASES}
PROVIDING = (
    "collections.abc",
    "abc",
    "contextvars",
    "threading",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.linalg",
    "torch.fft",
    "torch.special",
)
"""Modules whose names are classes or operations."""
NATIVE_PREFIXES: frozenset[str] = frozenset(
    ".".join(name.split(".")[:depth])
    for name in (*NATIVE_NAMES, *CLASS_ALIASES, *(f"{module}.x" for module in PROVIDING))
    for depth in range(1, name.count(".") + 1)
)
"""Modules that exist because names in them are described."""


def library_classes() -> dict[str, ClassValue]:
    """A fresh set of all native classes by qualified name (programs may change classes)."""
    classes = builtin_classes()
    classes.update(enumeration.enum_classes(classes))
    classes.update(inspection.inspect_classes(classes))
    classes.update(stdlib.stdlib_classes(classes))
    classes.update(torch.torch_classes(classes))
    classes.update(numpy.numpy_classes(classes))
    return classes


__all__ = ["CLASS_ALIASES", "NATIVE_NAMES", "NATIVE_PREFIXES", "builtin_names", "library_classes"]
