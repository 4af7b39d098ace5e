"""Assignment and deletion of attributes: descriptors, properties, the members of modules."""

from __future__ import annotations

from collections import OrderedDict

from analyzer.base import GapCode
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects.attributes import module_member
from analyzer.library.natives.bounds import LONGEST_NAME
from analyzer.library.natives.types import is_python_type
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

_PLAIN = frozenset({"object.__setattr__", "Module.__setattr__"})
"""What libraries define for assignment follows the rules of ``set_plain_attribute``."""


def set_attribute(machine: Interpreter, value: Value, name: str, new: Value) -> None:
    """``value.name = new`` of the program."""
    if not isinstance(value, Instance):
        machine.changed(value)
    match value:
        case Instance():
            override = value.cls.find("__setattr__")
            if override is not MISSING and not (isinstance(override, Native) and override.name in _PLAIN):
                machine.call(override, (value, name, new))
            else:
                _set_on_instance(machine, value, name, new)
        case ClassValue():
            if is_python_type(value):
                machine.throw("TypeError", f"cannot set {name!r} attribute of immutable type {value.name!r}")
            value.namespace[name] = new
            value.changed()
        case Function():
            value.attributes[name] = new
        case PyModule():
            value.namespace[name] = new
        case Tensor():
            _set_on_tensor(value, name, new)
        case BoundMethod():
            set_attribute(machine, value.function, name, new)
        case SuperProxy():
            set_plain_attribute(machine, value.receiver, name, new)
        case OrderedDict():
            vars(value)[name] = new
        case Unknown() | Opaque() | Native() | Partial():
            pass
        case _:
            machine.throw("AttributeError", f"{machine.type_of(value).name!r} object has no attribute {name!r}")


def _set_on_tensor(tensor: Tensor, name: str, new: Value) -> None:
    if name == "data" and isinstance(new, Tensor):
        tensor.shape, tensor.dtype, tensor.op, tensor.output, tensor.data = (
            new.shape,
            new.dtype,
            new.op,
            new.output,
            new.data,
        )
    else:
        tensor.attributes[name] = new


def set_plain_attribute(machine: Interpreter, value: Value, name: str, new: Value) -> None:
    """Assignment by the rules of ``object.__setattr__`` (of ``nn.Module`` for modules)."""
    if isinstance(value, Instance):
        _set_on_instance(machine, value, name, new)
    else:
        set_attribute(machine, value, name, new)


def _set_on_instance(machine: Interpreter, value: Instance, name: str, new: Value) -> None:
    if len(name) > LONGEST_NAME:
        machine.unknown(GapCode.BUDGET, "assignment", f"the name has more than {LONGEST_NAME:,} characters")
        return
    machine.changed(value, name)
    if name == "__class__" and isinstance(new, ClassValue):
        value.cls = new
        return
    descriptor = value.cls.find(name)
    if isinstance(descriptor, Property) and not descriptor.cached:
        if descriptor.setter is None:
            machine.throw("AttributeError", f"property {name!r} of {value.cls.name!r} object has no setter")
        machine.call(descriptor.setter, (value, new))
        return
    if isinstance(descriptor, Instance) and descriptor.cls.find("__set__") is not MISSING:
        machine.call(descriptor.cls.find("__set__"), (descriptor, value, new))
        return
    if isinstance(value, ModuleInstance):
        if isinstance(new, Unknown):
            machine.note(new.gap)
        set_module_member(value, name, new)
    else:
        value.attributes[name] = new


def set_module_member(module: ModuleInstance, name: str, new: Value) -> None:
    """Register parameters, submodules and buffers where ``nn.Module`` would."""
    if isinstance(new, Tensor) and new.parameter:
        _forget(module, name, keep=module.parameters)
        module.parameters[name] = new
    elif isinstance(new, ModuleInstance):
        _forget(module, name, keep=module.modules)
        module.modules[name] = new
    elif isinstance(new, Tensor) and "buffer" in new.attributes and name not in module.buffers:
        _forget(module, name, keep=module.buffers)
        module.buffers[name] = new
        if not new.attributes["buffer"]:
            module.non_persistent.add(name)
    elif name in module.buffers and (new is None or isinstance(new, Tensor | Unknown)):
        module.buffers[name] = new if isinstance(new, Tensor) else None
    elif name in module.parameters and new is None:
        module.parameters[name] = None
    elif name in module.modules and new is None:
        module.modules[name] = None
    else:
        module.attributes[name] = new


def _forget(module: ModuleInstance, name: str, keep: object) -> None:
    module.attributes.pop(name, None)
    for members in (module.parameters, module.buffers, module.modules):
        if members is not keep:
            members.pop(name, None)
    module.non_persistent.discard(name)


def delete_attribute(machine: Interpreter, value: Value, name: str) -> None:
    """``del value.name`` of the program."""
    machine.changed(value)
    if isinstance(value, ModuleInstance) and module_member(value, name) is not MISSING:
        for members in (value.parameters, value.buffers, value.modules):
            members.pop(name, None)
    elif isinstance(value, Instance):
        override = value.cls.find("__delattr__")
        if override is not MISSING and not isinstance(override, Native):
            machine.call(override, (value, name))
        elif value.attributes.pop(name, MISSING) is MISSING:
            machine.throw("AttributeError", name)
    elif isinstance(value, ClassValue):
        if is_python_type(value):
            machine.throw("TypeError", f"cannot delete {name!r} attribute of immutable type {value.name!r}")
        if value.namespace.pop(name, MISSING) is MISSING:
            machine.throw("AttributeError", name)
        value.changed()
    elif isinstance(value, PyModule):
        value.namespace.pop(name, None)
    elif not isinstance(value, Unknown | Opaque):
        machine.unknown(GapCode.UNSUPPORTED_SYNTAX, "del", f"deleting an attribute of {machine.type_of(value).name}")
