"""Python's built-in functions."""

from __future__ import annotations

from analyzer.library.context import NativeContext
from analyzer.library.natives.builtins.iteration import ITERATION
from analyzer.library.natives.builtins.numbers import NUMBERS
from analyzer.library.natives.builtins.objects import OBJECTS
from analyzer.values import ClassValue, Native, Opaque, Value, plain


def _forbidden(name: str) -> Native:
    def call(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
        machine.throw("RuntimeError", f"{name}() of the analysed code is not followed")

    return Native(name, call)


def _import(machine: NativeContext, name: str, *args: Value, **kwargs: Value) -> Value:
    return machine.import_name(plain(name), None)


def _print(machine: NativeContext, *args: Value, **kwargs: Value) -> None:
    return None


FUNCTIONS: dict[str, Value] = {
    **OBJECTS,
    **ITERATION,
    **NUMBERS,
    "print": Native("print", _print),
    "format": Native("format", lambda machine, value, spec="": machine.format(value, plain(spec))),
    "open": _forbidden("open"),
    "exec": _forbidden("exec"),
    "eval": _forbidden("eval"),
    "compile": _forbidden("compile"),
    "input": _forbidden("input"),
    "__import__": Native("__import__", _import),
    "NotImplemented": NotImplemented,
    "Ellipsis": Ellipsis,
    "__debug__": True,
    "__build_class__": Opaque("__build_class__"),
}


def builtin_names(classes: dict[str, ClassValue]) -> dict[str, Value]:
    """Every name of Python's ``builtins``: functions, and the classes among ``classes`` that live there."""
    names: dict[str, Value] = {name: cls for name, cls in classes.items() if "." not in name}
    names.update(FUNCTIONS)
    return names


__all__ = ["FUNCTIONS", "builtin_names"]
