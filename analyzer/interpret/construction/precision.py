"""Parameters that a class declares to stay in float32 when the model is in half precision."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from analyzer.base import Span
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.semantics.classes import assigned_at
from analyzer.library.module_tree import named_tensors, walk
from analyzer.values import ClassValue, ModuleInstance, plain


def kept_in_float32(
    machine: Interpreter, root: ModuleInstance, declarations: Collection[str] | None = None
) -> Mapping[str, Span]:
    """Names of parameters and buffers that stay in float32, with the declaration that says so.

    ``declarations`` are the class attributes that are looked at, by default all that the library knows.
    """
    wanted = machine.platform.declarations.float32 if declarations is None else declarations
    names = [name for buffers in (False, True) for name, _ in named_tensors(root, buffers)]
    found: dict[str, Span] = {}
    for path, module in walk(root):
        for part, span in _declared(machine, module.cls, wanted):
            prefix = f"{path}." if path else ""
            inside = (name for name in names if name.startswith(prefix))
            found.update((name, span) for name in inside if f".{part}." in f".{name}.")
    return found


def _declared(machine: Interpreter, cls: ClassValue, declarations: Collection[str]) -> Iterator[tuple[str, Span]]:
    """(part of a path, where it is declared) for every entry of the declarations of ``cls``."""
    for attribute in declarations:
        owner = next((one for one in cls.mro if attribute in one.namespace), None)
        value = owner.namespace[attribute] if owner is not None else None
        if owner is not None and isinstance(value, list | tuple | set | frozenset):
            span = assigned_at(machine, owner, attribute)
            yield from ((str(plain(part)), span) for part in value)
