"""Attributes of classes, read on the class, through an instance or through ``super()``."""

from __future__ import annotations

from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects import modules
from analyzer.values import (
    MISSING,
    BoundMethod,
    ClassMethod,
    ClassValue,
    Function,
    Instance,
    LazyImport,
    Native,
    Opaque,
    Property,
    StaticMethod,
    SuperProxy,
    Value,
)


def bind(machine: Interpreter, descriptor: Value, receiver: Value, owner: ClassValue, name: str) -> Value:
    """What reading a class attribute through an instance gives."""
    match descriptor:
        case Function():
            return BoundMethod(descriptor, receiver)
        case Native():
            return descriptor if descriptor.static else BoundMethod(descriptor, receiver)
        case StaticMethod():
            return descriptor.function
        case ClassMethod():
            return BoundMethod(descriptor.function, owner)
        case Property():
            result = machine.call(descriptor.getter, (receiver,))
            if descriptor.cached and isinstance(receiver, Instance):
                machine.written_into(receiver)
                receiver.attributes[name] = result
            return result
        case Instance() if descriptor.cls.find("__get__") is not MISSING:
            return machine.call(descriptor.cls.find("__get__"), (descriptor, receiver, owner))
        case LazyImport():
            return modules.resolve(machine, descriptor)
        case _:
            return descriptor


def class_attribute(machine: Interpreter, cls: ClassValue, name: str) -> Value:
    """``cls.name``: the class's own and inherited attributes, then the metaclass's."""
    found = cls.find(name)
    if found is not MISSING:
        match found:
            case ClassMethod():
                return BoundMethod(found.function, cls)
            case StaticMethod():
                return found.function
            case Instance() if found.cls.find("__get__") is not MISSING:
                return machine.call(found.cls.find("__get__"), (found, None, cls))
            case LazyImport():
                return modules.resolve(machine, found)
            case Property():
                return found
            case _:
                return found
    if cls.metaclass is not None:
        inherited = cls.metaclass.find(name)
        if inherited is not MISSING:
            return bind(machine, inherited, cls, cls.metaclass, name)
    return _special(machine, cls, name)


def _special(machine: Interpreter, cls: ClassValue, name: str) -> Value:
    """What every class has."""
    match name:
        case "__name__" | "__qualname__":
            return cls.name
        case "__module__":
            return cls.module.name if cls.module is not None else cls.qualified_name.rpartition(".")[0]
        case "__mro__":
            return cls.mro
        case "__bases__":
            return cls.bases
        case "__dict__":
            return dict(cls.namespace)  # Python's own can only be read, too.
        case "__class__":
            return cls.metaclass or machine.classes["type"]
        case "__annotations__":
            return {name: Opaque("annotation") for name in cls.annotations}
        case "__subclasses__":
            return Native("__subclasses__", lambda _: list(cls.subclasses))
        case "__doc__":
            return None
    found = machine.classes["type"].find(name)
    return bind(machine, found, cls, machine.classes["type"], name) if found is not MISSING else MISSING


def super_attribute(machine: Interpreter, proxy: SuperProxy, name: str) -> Value:
    """``super().name``: the attribute of the first class behind ``proxy.after``, bound to its receiver."""
    receiver = proxy.receiver
    start = receiver if isinstance(receiver, ClassValue) else machine.type_of(receiver)
    of_metaclass = False
    if proxy.after not in start.mro:
        start = proxy.after
        of_metaclass = isinstance(receiver, ClassValue) and receiver.metaclass is not None
    for cls in start.mro[start.mro.index(proxy.after) + 1 :]:
        if name in cls.namespace:
            found = cls.namespace[name]
            if isinstance(receiver, ClassValue) and not of_metaclass:
                return _bind_to_class(machine, found, receiver, name)
            return bind(machine, found, receiver, start, name)
    return MISSING


def _bind_to_class(machine: Interpreter, found: Value, receiver: ClassValue, name: str) -> Value:
    match found:
        case ClassMethod():
            return BoundMethod(found.function, receiver)
        case StaticMethod():
            return found.function
        case Native() if name in ("__init_subclass__",):
            return BoundMethod(found, receiver)
        case Function() if name == "__init_subclass__" or receiver.derives(machine.classes["type"]):
            return BoundMethod(found, receiver)
        case Native() if name in ("__setattr__", "__getattribute__") or receiver.derives(machine.classes["type"]):
            return BoundMethod(found, receiver)
        case Instance() if found.cls.find("__get__") is not MISSING:
            return machine.call(found.cls.find("__get__"), (found, None, receiver))
        case _:
            return found
