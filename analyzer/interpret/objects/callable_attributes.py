"""Attributes of functions, methods, partial applications and properties."""

from __future__ import annotations

from analyzer.interpret.interface import Interpreter
from analyzer.library.natives import inspection
from analyzer.values import MISSING, BoundMethod, Function, Native, Partial, Property, Value


def callable_attribute(machine: Interpreter, value: Value, name: str) -> Value:
    """What functions, methods, natives, partials and properties have."""
    match value, name:
        case Function(), _ if name in value.attributes:
            return value.attributes[name]
        case ((Function() | Native()), "__name__"):
            return value.name.rpartition(".")[2]
        case Function(), "__qualname__":
            return value.qualified_name
        case Function(), "__module__":
            return value.module.name
        case Function(), "__code__":
            return inspection.code_of(machine, value)
        case Function(), "__dict__":
            return value.attributes
        case BoundMethod(), "__self__":
            return value.receiver
        case BoundMethod(), "__func__":
            return value.function
        case BoundMethod(), _:
            return machine.get_attribute(value.function, name)
        case Partial(), "func":
            return value.function
        case Partial(), "args":
            return value.args
        case Partial(), "keywords":
            return value.kwargs
        case Property(), _:
            return _property_attribute(machine, value, name)
        case _, "__get__":
            return Native("__get__", lambda _, receiver, owner=None: BoundMethod(value, receiver))
        case _, "__doc__":
            return None
        case _, "__call__":
            return value
        case _, "__annotations__" | "__kwdefaults__":
            return {}
        case _, "__wrapped__":
            return MISSING
    return MISSING


def _property_attribute(machine: Interpreter, value: Property, name: str) -> Value:
    match name:
        case "__set__":
            return Native("property.__set__", lambda _, receiver, new: machine.call(value.setter, (receiver, new)))
        case "__get__":
            return Native("property.__get__", lambda _, receiver, owner=None: machine.call(value.getter, (receiver,)))
        case "fget":
            return value.getter
        case "fset":
            return value.setter
        case "setter":
            return Native("property.setter", lambda _, f: Property(value.getter, f, value.deleter))
        case "getter":
            return Native("property.getter", lambda _, f: Property(f, value.setter, value.deleter))
        case "deleter":
            return Native("property.deleter", lambda _, f: Property(value.getter, value.setter, f))
        case "__doc__":
            return None
    return MISSING
