"""Attribute lookup and assignment: descriptors, properties, modules' own rules, natives."""

from __future__ import annotations

from collections import OrderedDict

from analyzer.graph import Dtype
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects import modules, tensors
from analyzer.interpret.objects.callable_attributes import callable_attribute
from analyzer.interpret.objects.class_attributes import bind, class_attribute, super_attribute
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.values import (
    MISSING,
    BoundMethod,
    ClassValue,
    Function,
    Instance,
    ModuleInstance,
    Native,
    Opaque,
    Partial,
    Property,
    PyModule,
    SuperProxy,
    Tensor,
    Unknown,
    Value,
)


def get_attribute(machine: Interpreter, value: Value, name: str, default: Value = MISSING) -> Value:
    """``value.name``; without ``default`` a missing attribute raises the program's AttributeError."""
    if type(value) is Instance and id(value) in machine.fields.watched:
        machine.fields.note(value, name, default, machine.span())
    if default is not MISSING and isinstance(value, Tensor) and not tensors.is_attribute(machine, value, name):
        return default
    found = _lookup(machine, value, name)
    if found is None and isinstance(value, Instance) and not isinstance(value, ModuleInstance):
        _note_unset(machine, value, name)
    if found is not MISSING:
        return found
    if default is not MISSING:
        return default
    if isinstance(value, Instance):
        _note_unset(machine, value, name)
    machine.throw("AttributeError", f"{machine.type_of(value).name!r} object has no attribute {name!r}")


def _lookup(machine: Interpreter, value: Value, name: str) -> Value:
    match value:
        case Instance():
            return _instance_attribute(machine, value, name)
        case Tensor():
            return tensors.attribute(machine, value, name)
        case PyModule():
            return modules.module_attribute(machine, value, name)
        case ClassValue():
            return class_attribute(machine, value, name)
        case SuperProxy():
            return super_attribute(machine, value, name)
        case Unknown():
            return value
        case Opaque():
            return Opaque(f"{value.name}.{name}")
        case Function() | BoundMethod() | Native() | Partial() | Property():
            return callable_attribute(machine, value, name)
        case _:
            return _native_attribute(machine, value, name)


def _instance_attribute(machine: Interpreter, value: Instance, name: str) -> Value:
    override = value.cls.find("__getattribute__")
    if override is not MISSING and not isinstance(override, Native):
        return _remembered(machine, value, name, override)
    return instance_attribute(machine, value, name)


def _remembered(machine: Interpreter, value: Instance, name: str, override: Value) -> Value:
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


def _note_unset(machine: Interpreter, holder: Instance, name: str) -> None:
    frame = machine.stack.frame()
    machine.fields.note_unset(holder, name, MISSING if frame is None else frame.receiver)


def instance_attribute(machine: Interpreter, value: Instance, name: str) -> Value:
    """Lookup by ``object.__getattribute__`` and then ``__getattr__``; ``MISSING`` where there is nothing."""
    found = plain_attribute(machine, value, name)
    return found if found is not MISSING else _fallback(machine, value, name, None)


def _fallback(machine: Interpreter, value: Instance, name: str, error: ProgramError | None) -> Value:
    method = value.cls.find("__getattr__")
    if method is MISSING:
        return MISSING
    try:
        return machine.call(method, (value, name))
    except ProgramError as raised:
        if raised.name != "AttributeError":
            raise
        return MISSING


def required_plain_attribute(machine: Interpreter, value: Value, name: str) -> Value:
    """``object.__getattribute__``: raises the program's AttributeError for a missing attribute."""
    if not isinstance(value, Instance):
        return machine.get_attribute(value, name)
    found = plain_attribute(machine, value, name)
    if found is MISSING:
        machine.throw("AttributeError", f"{value.cls.name!r} object has no attribute {name!r}")
    return found


def plain_attribute(machine: Interpreter, value: Instance, name: str) -> Value:
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


def _special(machine: Interpreter, value: Instance, name: str) -> Value:
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


def _native_attribute(machine: Interpreter, value: Value, name: str) -> Value:
    cls = machine.type_of(value)
    found = cls.find(name)
    if found is not MISSING:
        return bind(machine, found, value, cls, name)
    if name == "__class__":
        return cls
    if isinstance(value, OrderedDict) and name in vars(value):
        return vars(value)[name]
    return _native_data(machine, value, name)


def _native_data(machine: Interpreter, value: Value, name: str) -> Value:
    """Data attributes of native values that are part of their public interface."""
    if isinstance(value, Dtype):
        return tensors.dtype_attribute(value, name)
    allowed = isinstance(value, tuple) and name in getattr(value, "_fields", ())
    if allowed or (isinstance(value, slice | range) and name in ("start", "stop", "step")):
        return getattr(value, name)
    if isinstance(value, int | float | complex) and name in ("real", "imag"):
        return getattr(value, name)
    return tensors.host_attribute(machine, value, name)
