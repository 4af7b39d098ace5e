"""Built-in functions about objects and classes: attributes, kinds, identity, what runs."""

from __future__ import annotations

from analyzer.base import GapCode
from analyzer.library.context import NativeContext, NativeFrame
from analyzer.library.natives.hashing import stable_hash
from analyzer.library.natives.methods.kinds import native
from analyzer.values import (
    MISSING,
    BoundMethod,
    ClassMethod,
    ClassValue,
    Function,
    Instance,
    ModuleInstance,
    Native,
    Opaque,
    Partial,
    Property,
    StaticMethod,
    SuperProxy,
    Unknown,
    Value,
)

MISSING_ATTRIBUTE = object()


def _isinstance(machine: NativeContext, value: Value, classes: Value) -> Value:
    decided = machine.is_instance(value, classes)
    if decided is not None:
        return decided
    return (
        value if isinstance(value, Unknown) else machine.unknown(GapCode.UNKNOWN_VALUE, "isinstance", "unknown class")
    )


def _issubclass(machine: NativeContext, cls: Value, others: Value) -> Value:
    if isinstance(others, tuple | list):
        return any(_issubclass(machine, cls, other) is True for other in others)
    if not isinstance(cls, ClassValue):
        if isinstance(cls, Unknown):
            return cls
        machine.throw("TypeError", "issubclass() arg 1 must be a class")
    return isinstance(others, ClassValue) and cls.derives(others)


def _attribute_name(machine: NativeContext, name: Value) -> str:
    found = native(machine, name)
    if not isinstance(found, str):
        machine.throw("TypeError", f"attribute name must be string, not {machine.type_of(name).name!r}")
    return found


def _getattr(machine: NativeContext, value: Value, name: str, *default: Value) -> Value:
    if isinstance(name, Unknown):
        return name
    return machine.get_attribute(value, _attribute_name(machine, name), *default)


def _hasattr(machine: NativeContext, value: Value, name: Value) -> Value:
    if isinstance(name, Unknown):
        return name
    return machine.get_attribute(value, _attribute_name(machine, name), MISSING_ATTRIBUTE) is not MISSING_ATTRIBUTE


def _setattr(machine: NativeContext, value: Value, name: str, new: Value) -> None:
    if not isinstance(name, Unknown):
        machine.set_attribute(value, _attribute_name(machine, name), new)


def _delattr(machine: NativeContext, value: Value, name: str) -> None:
    machine.delete_attribute(value, _attribute_name(machine, name))


def _super(machine: NativeContext, cls: Value = None, receiver: Value = None) -> Value:
    if isinstance(cls, ClassValue):
        return SuperProxy(cls, receiver)
    frame = machine.frame()
    while frame is not None:
        if frame.owner is not None:
            return SuperProxy(frame.owner, frame.receiver)
        frame = frame.parent
    machine.throw("RuntimeError", "super(): no arguments")


def _callable(machine: NativeContext, value: Value) -> bool:
    if isinstance(value, Instance):
        return isinstance(value, ModuleInstance) or value.cls.find("__call__") is not MISSING
    return isinstance(value, Function | BoundMethod | Native | ClassValue | Partial | StaticMethod | Unknown | Opaque)


def _hash(machine: NativeContext, value: Value) -> Value:
    if isinstance(value, Instance):
        method = value.cls.find("__hash__")
        if method is None:
            machine.throw("TypeError", f"unhashable type: {value.cls.name!r}")
        if method is not MISSING:
            return machine.call(method, (value,))
    return stable_hash(machine, value)


def _id(machine: NativeContext, value: Value) -> int:
    return machine.identity(value)


def _vars(machine: NativeContext, value: Value) -> Value:
    return machine.get_attribute(value, "__dict__")


def _dir(machine: NativeContext, value: Value = None) -> Value:
    names: set[str] = set()
    if isinstance(value, Instance):
        names.update(value.attributes)
    cls = value if isinstance(value, ClassValue) else machine.type_of(value)
    for ancestor in cls.mro:
        names.update(ancestor.namespace)
    return sorted(names)


def _frame(machine: NativeContext) -> NativeFrame:
    frame = machine.frame()
    return machine.throw("RuntimeError", "nothing runs") if frame is None else frame


def _globals(machine: NativeContext) -> Value:
    return _frame(machine).module.namespace


def _locals(machine: NativeContext) -> Value:
    return dict(_frame(machine).locals)


def _property(
    machine: NativeContext, getter: Value = None, setter: Value = None, *rest: Value, **kwargs: Value
) -> Value:
    return Property(kwargs.get("fget", getter), kwargs.get("fset", setter))


OBJECTS: dict[str, Value] = {
    "isinstance": Native("isinstance", _isinstance),
    "issubclass": Native("issubclass", _issubclass),
    "getattr": Native("getattr", _getattr),
    "hasattr": Native("hasattr", _hasattr),
    "setattr": Native("setattr", _setattr),
    "delattr": Native("delattr", _delattr),
    "super": Native("super", _super),
    "callable": Native("callable", _callable),
    "hash": Native("hash", _hash),
    "id": Native("id", _id),
    "repr": Native("repr", lambda machine, value: machine.represent(value)),
    "vars": Native("vars", _vars),
    "dir": Native("dir", _dir),
    "globals": Native("globals", _globals),
    "locals": Native("locals", _locals),
    "property": Native("property", _property),
    "staticmethod": Native("staticmethod", lambda machine, function: StaticMethod(function)),
    "classmethod": Native("classmethod", lambda machine, function: ClassMethod(function)),
}
