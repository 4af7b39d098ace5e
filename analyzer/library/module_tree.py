"""Modules inside modules: their dotted paths, their parameters and buffers."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.values import ModuleInstance, Tensor

PATH_BYTES = 200
"""Bytes of a dotted name, about."""
MODULE_BYTES = 3_000
"""Of a module with its own parameters, about."""


def walk(module: ModuleInstance, prefix: str = "", duplicates: bool = False) -> Iterator[tuple[str, ModuleInstance]]:
    """(dotted path, module) for the module and everything under it in registration order.

    A module that is registered in several places comes once, unless ``duplicates``; one that is registered inside
    itself comes once in any case.
    """
    seen: set[int] = set()
    around: list[int] = []
    pending: list[tuple[int, str, ModuleInstance]] = [(0, prefix, module)]
    while pending:
        depth, path, current = pending.pop()
        del around[depth:]
        if id(current) in (around if duplicates else seen):
            continue
        seen.add(id(current))
        around.append(id(current))
        yield path, current
        if current.modules:
            beneath = f"{path}." if path else ""
            children = reversed(current.modules.items())
            pending += [(depth + 1, beneath + name, child) for name, child in children if child is not None]


def named_tensors(module: ModuleInstance, buffers: bool, duplicates: bool = False) -> Iterator[tuple[str, Tensor]]:
    """(dotted name, tensor) for parameters or buffers; a shared tensor once unless ``duplicates``."""
    seen: set[int] = set()
    for path, owner in walk(module, duplicates=duplicates):
        for name, tensor in (owner.buffers if buffers else owner.parameters).items():
            if tensor is not None and (duplicates or id(tensor) not in seen):
                seen.add(id(tensor))
                yield (f"{path}.{name}" if path else name), tensor
