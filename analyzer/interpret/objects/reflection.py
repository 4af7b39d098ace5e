"""What the program can learn of its own values: their classes, texts and mappings."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.graph import Dtype
from analyzer.interpret.interface import Interpreter
from analyzer.library.natives import types
from analyzer.library.natives.bounds import walked
from analyzer.library.natives.methods.kinds import unwrapped
from analyzer.values import (
    MISSING,
    BoundMethod,
    ClassValue,
    Function,
    Instance,
    Native,
    Opaque,
    Partial,
    Property,
    PyModule,
    Tensor,
    Unknown,
    Value,
    expect,
    plain,
)


def as_mapping(machine: Interpreter, value: Value) -> Mapping[str, Value]:
    """What ``**value`` passes on."""
    value = unwrapped(value)
    if isinstance(value, Unknown | Opaque):
        return {}
    if isinstance(value, dict):
        return {plain(key): item for key, item in value.items()}
    if isinstance(value, Instance) and value.cls.find("keys") is not MISSING:
        keys = list(machine.iterate(machine.call(machine.get_attribute(value, "keys"))))
        return {expect(str, plain(key)): machine.get_item(value, key) for key in keys}
    machine.throw("TypeError", "argument after ** must be a mapping")


def type_of(machine: Interpreter, value: Value) -> ClassValue:
    """What ``type(value)`` gives: a class of the program, or the one that describes a native value."""
    match value:
        case Instance():
            return value.cls
        case Tensor():
            roles = machine.platform.roles
            return machine.classes[roles.parameter if value.parameter else roles.tensor]
        case ClassValue():
            return value.metaclass or machine.classes["type"]
        case Function() | Native() | Partial():
            return machine.classes["function"]
        case BoundMethod():
            return machine.classes["method"]
        case PyModule():
            return machine.classes["module"]
        case Property():
            return machine.classes["property"]
        case _:
            return types.type_of(machine.classes, value, machine.platform.types)


def is_instance(machine: Interpreter, value: Value, kinds: Value) -> bool | None:
    """``isinstance``; None where it is not known."""
    if isinstance(value, Unknown):
        return None
    if isinstance(kinds, tuple | list):
        walked(machine, kinds)
        decided = [is_instance(machine, value, kind) for kind in kinds]
        return True if True in decided else None if None in decided else False
    if not isinstance(kinds, ClassValue):
        if isinstance(kinds, Native):
            kinds = machine.classes.get(kinds.name, kinds)
        if not isinstance(kinds, ClassValue):
            return None if isinstance(kinds, Unknown) else False
    if kinds.qualified_name.startswith(("collections.abc.", "numbers.")):
        return _is_abstract_instance(value, kinds)
    if isinstance(value, Tensor) and "buffer" in value.attributes and kinds.name == "Buffer":
        return True
    if isinstance(value, Tensor) and isinstance(kinds.namespace.get("dtype"), Dtype):
        return value.dtype is kinds.namespace["dtype"]
    return type_of(machine, value).derives(kinds)


def _is_abstract_instance(value: Value, kind: ClassValue) -> bool:
    if isinstance(value, Instance) and value.native is MISSING:
        if kind.name == "Callable":
            return value.cls.find("__call__") is not MISSING
        return kind.name in ("Iterable", "Iterator") and value.cls.find("__iter__") is not MISSING
    if isinstance(value, Function | BoundMethod | Native | Partial | ClassValue):
        return kind.name == "Callable"
    return kind.python_type is not None and isinstance(unwrapped(value), kind.python_type)
