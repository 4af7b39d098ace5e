"""The built-in classes: their methods are Python's own, applied to the native values of the program."""

from __future__ import annotations

from collections import Counter, OrderedDict, UserDict, defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from analyzer.graph import Dtype
from analyzer.library.context import Context
from analyzer.library.natives.base_classes import (
    exception_namespace,
    generator_namespace,
    object_namespace,
    type_namespace,
)
from analyzer.library.natives.ordering import ordered
from analyzer.library.natives.templates import filled
from analyzer.library.natives.tracing import with_origin
from analyzer.values import (
    MISSING,
    BoundMethod,
    ClassValue,
    Device,
    Function,
    Instance,
    Native,
    Partial,
    ScalarInstance,
    StaticMethod,
    Tensor,
    Value,
    plain,
)

HIDDEN = frozenset(
    {
        "__class__",
        "__class_getitem__",
        "__delattr__",
        "__dir__",
        "__doc__",
        "__format__",
        "__getattribute__",
        "__getnewargs__",
        "__getstate__",
        "__init__",
        "__init_subclass__",
        "__new__",
        "__reduce__",
        "__reduce_ex__",
        "__setattr__",
        "__setstate__",
        "__sizeof__",
        "__subclasshook__",
    }
)
"""Attributes of Python's types that the program must not reach, or that ``object`` provides here."""

PYTHON_TYPES: tuple[tuple[str, type], ...] = (
    ("int", int),
    ("float", float),
    ("complex", complex),
    ("str", str),
    ("bytes", bytes),
    ("bytearray", bytearray),
    ("list", list),
    ("tuple", tuple),
    ("dict", dict),
    ("set", set),
    ("frozenset", frozenset),
    ("slice", slice),
    ("range", range),
    ("NoneType", type(None)),
    ("ellipsis", type(Ellipsis)),
    ("NotImplementedType", type(NotImplemented)),
)
DERIVED_TYPES: tuple[tuple[str, type, str], ...] = (
    ("bool", bool, "int"),
    ("collections.OrderedDict", OrderedDict, "dict"),
    ("collections.defaultdict", defaultdict, "dict"),
    ("collections.Counter", Counter, "dict"),
    ("collections.deque", deque, "object"),
    ("collections.UserDict", UserDict, "object"),
)
IMMUTABLE = (int, float, complex, str, bytes, tuple, frozenset, bool, slice, range)
CONTAINERS = frozenset(
    {
        "list",
        "dict",
        "set",
        "collections.OrderedDict",
        "collections.defaultdict",
        "collections.deque",
        "collections.UserDict",
    }
)
CONSUMING = frozenset(
    {
        "__add__",
        "__and__",
        "__iadd__",
        "__ior__",
        "__or__",
        "__sub__",
        "__xor__",
        "difference",
        "difference_update",
        "extend",
        "extendleft",
        "fromkeys",
        "intersection",
        "intersection_update",
        "isdisjoint",
        "issubset",
        "issuperset",
        "sort",
        "symmetric_difference",
        "union",
        "update",
    }
)
"""Methods of containers that walk through their argument; all others keep it or look it up."""
WIDE_FORMATTERS = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "to_bytes"})


def builtin_classes() -> dict[str, ClassValue]:
    """All built-in classes by name (dotted outside ``builtins``), with their hierarchy."""
    root = ClassValue("object", "object", (), object_namespace(), python_type=object)
    root.mro = (root,)
    classes = {"object": root}
    for name, python_type in PYTHON_TYPES:
        classes[name] = _python_class(name, python_type, root)
    for name, python_type, base in DERIVED_TYPES:
        classes[name] = _python_class(name, python_type, classes[base])
    for error in _exceptions():
        base_name = error.__bases__[0].__name__
        classes[error.__name__] = _derived(error.__name__, error, classes.get(base_name, root), exception_namespace())
    frozen = _derived("dataclasses.FrozenInstanceError", None, classes["AttributeError"], {})
    classes["FrozenInstanceError"] = frozen
    for name in ("type", "function", "method", "module", "generator", "property", "torch.dtype", "torch.device"):
        classes[name] = _derived(name, None, root, {})
    for name in ("list", "tuple"):
        classes[name].namespace.update({method: _search(name, method) for method in ("index", "count")})
    classes["str"].namespace["join"] = Native("str.join", _join)
    classes["list"].namespace["remove"] = Native("list.remove", _remove)
    classes["list"].namespace["sort"] = Native("list.sort", _sort)
    classes["type"].namespace.update(type_namespace())
    classes["generator"].namespace.update(generator_namespace())
    return classes


def _exceptions() -> list[type[BaseException]]:
    found: list[type[BaseException]] = [BaseException]
    for error in found:
        found.extend(child for child in error.__subclasses__() if child.__module__ == "builtins" and child not in found)
    return found


def _derived(name: str, python_type: type | None, base: ClassValue, namespace: dict[str, Value]) -> ClassValue:
    cls = ClassValue(name.rpartition(".")[2], name, (base,), namespace, python_type=python_type)
    cls.mro = (cls, *base.mro)
    return cls


def _python_class(name: str, python_type: type, base: ClassValue) -> ClassValue:
    namespace: dict[str, Value] = {}
    for attribute in dir(python_type):
        member = getattr(python_type, attribute)
        if attribute not in HIDDEN and callable(member):
            if python_type.__dict__.get(attribute).__class__ in (classmethod, staticmethod):
                namespace[attribute] = StaticMethod(_host_function(f"{name}.{attribute}", member))
            elif not _inherited(python_type, attribute):
                namespace[attribute] = _host_method(f"{name}.{attribute}", attribute, member)
    namespace["__new__"] = StaticMethod(Native(f"{name}.__new__", _new(name, python_type)))
    namespace["__init__"] = Native(f"{name}.__init__", _init(python_type))
    return _derived(name, python_type, base, namespace)


def _inherited(python_type: type, attribute: str) -> bool:
    return getattr(object, attribute, None) is getattr(python_type, attribute)


def _host_function(name: str, function: Callable[..., Any]) -> Native:
    def call(machine: Context, *args: Value, **kwargs: Value) -> Value:
        return function(*(_in_order(machine, native(machine, arg)) for arg in args), **kwargs)

    return Native(name, call)


def _in_order(machine: Context, value: Value) -> Value:
    """A set as the list of its elements, whose order is the same in every run."""
    return list(machine.iterate(value)) if isinstance(value, set | frozenset) else value


def _host_method(name: str, attribute: str, method: Callable[..., Any]) -> Native:
    guarded = attribute in WIDE_FORMATTERS
    walks_in_order = name in ("list.extend", "list.__iadd__")
    formats = name == "str.format"
    keeps = name.rpartition(".")[0] in CONTAINERS and attribute not in CONSUMING

    def call(machine: Context, receiver: Value, *args: Value, **kwargs: Value) -> Value:
        if formats:
            return filled(machine, receiver.native if isinstance(receiver, Instance) else receiver, args, kwargs)
        values = [_kept(arg) if keeps else native(machine, arg) for arg in args]
        if walks_in_order:
            values = [_in_order(machine, value) for value in values]
        named = {key: native(machine, value) for key, value in kwargs.items()}
        if guarded and any(isinstance(value, int) and value > 10_000 for value in values):
            machine.throw("OverflowError", f"{name}: width is too large")
        target = receiver.native if isinstance(receiver, Instance) and receiver.native is not MISSING else receiver
        result = method(plain(target), *values, **named)
        return with_origin(f"{name}", result, (receiver, *args)) if isinstance(result, str) else result

    return Native(name, call)


def _places(machine: Context, items: Value, value: Value) -> list[int]:
    """Where a sequence holds what equals ``value``."""
    if not any(isinstance(item, Instance) for item in (value, *items)):
        return [place for place, item in enumerate(items) if item is value or item == value]
    equal = (item is value or machine.truth(machine.compare("==", item, value)) is True for item in items)
    return [place for place, same in enumerate(equal) if same]


def _items(receiver: Value) -> Value:
    return receiver.native if isinstance(receiver, Instance) else receiver


def _search(name: str, method: str) -> Native:
    def index(machine: Context, receiver: Value, value: Value, *limits: Value) -> int:
        items = _items(receiver)
        start, stop, _ = slice(*([*map(plain, limits), None, None][:2])).indices(len(items))
        found = _places(machine, items[start:stop], value)
        return start + found[0] if found else machine.throw("ValueError", f"{name}.index(x): x not in {name}")

    def count(machine: Context, receiver: Value, value: Value) -> int:
        return len(_places(machine, _items(receiver), value))

    return Native(f"{name}.{method}", index if method == "index" else count)


def _remove(machine: Context, receiver: Value, value: Value) -> None:
    found = _places(machine, _items(receiver), value)
    if not found:
        machine.throw("ValueError", "list.remove(x): x not in list")
    del _items(receiver)[found[0]]


def _join(machine: Context, receiver: Value, parts: Value) -> Value:
    items = list(machine.iterate(parts))
    joined = plain(_items(receiver)).join(plain(_items(item)) for item in items)
    return with_origin("str.join", joined, (receiver, *items))


def _sort(machine: Context, receiver: Value, *, key: Value = None, reverse: Value = False) -> None:
    target = _items(receiver)
    target[:] = ordered(machine, target, key, machine.truth(reverse) is True)


def _kept(value: Value) -> Value:
    """A value that a container stores or looks up: as it is, but for the scalar that an enumeration member extends."""
    if isinstance(value, Instance) and isinstance(value.native, str | int | float):
        return value.native
    return value


def native(machine: Context, value: Value) -> Value:
    """A value as Python's own code can take it: containers unwrapped, functions of the program callable."""
    if isinstance(value, Instance):
        if value.native is not MISSING:
            return value.native
        if value.cls.find("__iter__") is not MISSING:
            return machine.iterate(value)
        index = value.cls.find("__index__")
        return value if index is MISSING else machine.call(index, (value,))
    if isinstance(value, Function | BoundMethod | Native | Partial):
        return lambda *args, **kwargs: machine.call(value, args, kwargs)
    return plain(value)


def _new(name: str, python_type: type) -> Callable[..., Value]:
    def new(machine: Context, cls: ClassValue, *args: Value, **kwargs: Value) -> Value:
        exact = cls.qualified_name == name
        if not exact and python_type not in IMMUTABLE:
            return Instance(cls, _empty(python_type))
        made = _make(machine, python_type, args, kwargs)
        return with_origin(name, made, args) if exact else ScalarInstance(cls, made)

    return new


def _empty(python_type: type) -> Value:
    return python_type()


def _make(machine: Context, python_type: type, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    if python_type is str:
        return machine.text(args[0]) if args else ""
    if python_type is bool:
        decided = machine.truth(args[0]) if args else False
        return decided if decided is not None else machine.compare("is", args[0], True)
    if python_type in (int, float) and args and not isinstance(args[0], bool | int | float | str):
        return _number(machine, python_type, args[0])
    if python_type is defaultdict and args:
        factory = args[0]
        made: Any = defaultdict(None if factory is None else lambda: machine.call(factory))
        made.update(*(_content(machine, python_type, arg) for arg in args[1:]), **kwargs)
        return made
    content = [_content(machine, python_type, arg) for arg in args]
    return python_type(*content, **kwargs)


def _number(machine: Context, python_type: type, value: Value) -> Value:
    name = "__int__" if python_type is int else "__float__"
    if isinstance(value, Tensor):
        return machine.emit(f"Tensor.{name}", (value,))
    method = machine.type_of(value).find(name)
    if method is not MISSING and not isinstance(value, complex):
        found = machine.call(method, (value,))
        return python_type(found) if isinstance(found, bool) else found
    unwrapped = native(machine, value)
    if isinstance(unwrapped, int | float | str | np.number):
        return python_type(unwrapped)
    return machine.throw("TypeError", f"{python_type.__name__}() argument is not a number")


def _content(machine: Context, python_type: type, value: Value) -> Value:
    if python_type is Counter and not isinstance(value, dict | Instance):
        return [plain(item) for item in machine.iterate(value)]
    if issubclass(python_type, dict | UserDict):
        if isinstance(value, dict):
            return value
        if value is None and python_type is UserDict:
            return {}
        if isinstance(value, Instance) and isinstance(value.native, dict):
            return value.native
        if isinstance(value, Instance) and value.cls.find("keys") is not MISSING:
            keys = list(machine.iterate(machine.call(machine.get_attribute(value, "keys"))))
            return {plain(key): machine.get_item(value, key) for key in keys}
        return [tuple(machine.iterate(pair)) for pair in machine.iterate(value)]
    if python_type in (list, tuple):
        items = machine.iterate(value)
        if isinstance(value, Tensor):
            machine.emit("Tensor.__len__", (value,))  # Python asks how much room it will take
        return items
    if python_type in (set, frozenset, deque):
        return [plain(item) for item in machine.iterate(value)] if not isinstance(value, int) else value
    return plain(native(machine, value)) if not isinstance(value, str) else plain(value)


def _init(python_type: type) -> Callable[..., Value]:
    def init(machine: Context, receiver: Value, *args: Value, **kwargs: Value) -> None:
        if not isinstance(receiver, Instance) or python_type in IMMUTABLE:
            return
        made = _make(machine, python_type, args, kwargs)
        if isinstance(receiver.native, list):
            receiver.native[:] = made
        elif isinstance(receiver.native, defaultdict):
            receiver.native = made
        elif receiver.native is not MISSING:
            receiver.native.clear()
            own = receiver.cls.find("__setitem__")
            if python_type in (OrderedDict, UserDict) and not isinstance(own, Native):  # these fill through it
                for key, value in made.items():
                    machine.call(own, (receiver, key, value))
            else:
                receiver.native.update(made)

    return init


def type_of(classes: dict[str, ClassValue], value: Value) -> ClassValue:
    """The built-in class of a native value."""
    found = classes.get(_NAMES.get(type(value), ""))
    if found is not None:
        return found
    bare = plain(value)
    if type(bare) in _NAMES:
        return classes[_NAMES[type(bare)]]
    if isinstance(value, Dtype):
        return classes["torch.dtype"]
    if isinstance(value, Device):
        return classes["torch.device"]
    if isinstance(value, tuple):
        return classes["tuple"]
    if isinstance(value, Iterable):
        return classes["generator"]
    return classes["object"]


_NAMES: dict[type, str] = {
    **{python_type: name for name, python_type in PYTHON_TYPES},
    **{python_type: name for name, python_type, _ in DERIVED_TYPES},
}
