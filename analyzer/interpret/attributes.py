"""Attribute lookup and assignment: descriptors, properties, modules' own rules, natives."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from analyzer.interpret import usage
from analyzer.interpret.frames import ProgramError
from analyzer.values import (
    MISSING,
    BoundMethod,
    ClassMethod,
    ClassValue,
    Function,
    Instance,
    LazyImport,
    ModuleInstance,
    Native,
    Opaque,
    Partial,
    Property,
    PyModule,
    StaticMethod,
    SuperProxy,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine


def get_attribute(machine: Machine, value: Value, name: str, default: Value = MISSING) -> Value:
    """``value.name``; without ``default`` a missing attribute raises the program's AttributeError."""
    if type(value) is Instance and id(value) in machine.watched:
        usage.note(machine, value, name, default)
    if default is not MISSING and isinstance(value, Tensor) and not machine.is_tensor_attribute(value, name):
        return default
    found = _lookup(machine, value, name)
    if found is None and isinstance(value, Instance) and not isinstance(value, ModuleInstance):
        machine.read_unset(value, name)
    if found is not MISSING:
        return found
    if default is not MISSING:
        return default
    if isinstance(value, Instance):
        machine.read_unset(value, name)
    machine.throw("AttributeError", f"{machine.type_of(value).name!r} object has no attribute {name!r}")


def _lookup(machine: Machine, value: Value, name: str) -> Value:
    match value:
        case Instance():
            return _instance_attribute(machine, value, name)
        case Tensor():
            return machine.tensor_attribute(value, name)
        case PyModule():
            return machine.module_attribute(value, name)
        case ClassValue():
            return class_attribute(machine, value, name)
        case SuperProxy():
            return _super_attribute(machine, value, name)
        case Unknown():
            return value
        case Opaque():
            return Opaque(f"{value.name}.{name}")
        case Function() | BoundMethod() | Native() | Partial() | Property():
            return _callable_attribute(machine, value, name)
        case _:
            return _native_attribute(machine, value, name)


def _instance_attribute(machine: Machine, value: Instance, name: str) -> Value:
    override = value.cls.find("__getattribute__")
    if override is not MISSING and not isinstance(override, Native):
        return _remembered(machine, value, name, override)
    return instance_attribute(machine, value, name)


def _remembered(machine: Machine, value: Instance, name: str, override: Value) -> Value:
    """What the program's own lookup gives; asked once as long as it only looks and nothing is changed.

    Configurations look up every field through code of their own.
    """
    known = machine.looked_up.get((value, name))
    if known is not None and known[0] == machine.changes and value.attributes.get(name, known[1]) is known[1]:
        return known[1]
    before = machine.progress()
    try:
        found = machine.call(override, (value, name))
    except ProgramError as error:
        if error.name != "AttributeError":
            raise
        found = _fallback(machine, value, name, error)
    if machine.progress() == before:
        machine.looked_up[value, name] = machine.changes, found
    return found


def instance_attribute(machine: Machine, value: Instance, name: str) -> Value:
    """Lookup by ``object.__getattribute__`` and then ``__getattr__``; ``MISSING`` where there is nothing."""
    found = plain_attribute(machine, value, name)
    return found if found is not MISSING else _fallback(machine, value, name, None)


def _fallback(machine: Machine, value: Instance, name: str, error: ProgramError | None) -> Value:
    method = value.cls.find("__getattr__")
    if method is MISSING:
        return MISSING
    try:
        return machine.call(method, (value, name))
    except ProgramError as raised:
        if raised.name != "AttributeError":
            raise
        return MISSING


def plain_attribute(machine: Machine, value: Instance, name: str) -> Value:
    """Lookup by the rules of ``object.__getattribute__``; ``MISSING`` where there is nothing."""
    descriptor = value.cls.find(name)
    if isinstance(descriptor, Property) and not descriptor.cached:
        if descriptor.getter is None:
            return MISSING
        return machine.call(descriptor.getter, (value,))
    if isinstance(descriptor, Instance) and descriptor.cls.find("__set__") is not MISSING:
        return machine.call(descriptor.cls.find("__get__"), (descriptor, value, value.cls))
    own = value.attributes.get(name, MISSING)
    if own is not MISSING:
        return own
    if isinstance(value, ModuleInstance):
        own = module_member(value, name)
        if own is not MISSING:
            return own
    if descriptor is not MISSING:
        return bind(machine, descriptor, value, value.cls, name)
    return _special(machine, value, name)


def module_member(value: ModuleInstance, name: str) -> Value:
    """A parameter, buffer or submodule of that name, else ``MISSING``."""
    for members in (value.parameters, value.buffers, value.modules):
        if name in members:
            return members[name]
    match name:
        case "_parameters":
            return value.parameters
        case "_buffers":
            return value.buffers
        case "_modules":
            return value.modules
        case "_non_persistent_buffers_set":
            return value.non_persistent
    return MISSING


def _special(machine: Machine, value: Instance, name: str) -> Value:
    match name:
        case "__class__":
            return value.cls
        case "__dict__":
            return value.attributes
        case "__module__":
            return value.cls.module.name if value.cls.module is not None else ""
        case "__doc__":
            return None
    return MISSING


def bind(machine: Machine, descriptor: Value, receiver: Value, owner: ClassValue, name: str) -> Value:
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
            return machine.resolve(descriptor)
        case _:
            return descriptor


def class_attribute(machine: Machine, cls: ClassValue, name: str) -> Value:
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
                return machine.resolve(found)
            case Property():
                return found
            case _:
                return found
    if cls.metaclass is not None:
        inherited = cls.metaclass.find(name)
        if inherited is not MISSING:
            return bind(machine, inherited, cls, cls.metaclass, name)
    return machine.class_special(cls, name)


def _super_attribute(machine: Machine, proxy: SuperProxy, name: str) -> Value:
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


def _bind_to_class(machine: Machine, found: Value, receiver: ClassValue, name: str) -> Value:
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


def _callable_attribute(machine: Machine, value: Value, name: str) -> Value:
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
            return machine.code_of(value)
        case Function(), "__dict__":
            return value.attributes
        case BoundMethod(), "__self__":
            return value.receiver
        case BoundMethod(), "__func__":
            return value.function
        case BoundMethod(), _:
            return get_attribute(machine, value.function, name)
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


def _property_attribute(machine: Machine, value: Property, name: str) -> Value:
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


def _native_attribute(machine: Machine, value: Value, name: str) -> Value:
    cls = machine.type_of(value)
    found = cls.find(name)
    if found is not MISSING:
        return bind(machine, found, value, cls, name)
    if name == "__class__":
        return cls
    if isinstance(value, OrderedDict) and name in vars(value):
        return vars(value)[name]
    return machine.native_data(value, name)
