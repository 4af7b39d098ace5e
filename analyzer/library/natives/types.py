"""The built-in classes: their methods are Python's own, applied to the native values of the program."""

from __future__ import annotations

from collections import Counter, OrderedDict, UserDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from analyzer.library.context import NativeContext
from analyzer.library.natives.base_classes import (
    exception_namespace,
    generator_namespace,
    object_namespace,
    type_namespace,
)
from analyzer.library.natives.bounds import walked
from analyzer.library.natives.constructors import filled as filled_in
from analyzer.library.natives.constructors import hashed, made
from analyzer.library.natives.methods.costs import joined
from analyzer.library.natives.methods.kinds import items, mapping, native, unwrapped
from analyzer.library.natives.methods.method import host_method, static_method, undescribed
from analyzer.library.natives.methods.special import ANSWERED, OPERATORS, answered
from analyzer.library.natives.methods.tables import METHODS, STATIC
from analyzer.library.natives.ordering import ordered
from analyzer.library.natives.templates import Looked, filled
from analyzer.library.natives.tracing import with_origin
from analyzer.values import (
    ClassValue,
    Instance,
    Native,
    ScalarInstance,
    StaticMethod,
    Unknown,
    Value,
    expect,
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
    for name in ("type", "function", "method", "module", "generator", "property"):
        classes[name] = _derived(name, None, root, {})
    classes["range"].namespace["count"] = Native("range.count", _range_count)
    classes["range"].namespace["index"] = Native("range.index", _range_index)
    for name in ("list", "tuple"):
        classes[name].namespace.update({method: _search(name, method) for method in ("index", "count")})
    classes["list"].namespace["remove"] = Native("list.remove", _remove)
    classes["list"].namespace["sort"] = Native("list.sort", _sort)
    classes["str"].namespace["join"] = Native("str.join", _join)
    classes["str"].namespace["format"] = Native("str.format", _format)
    classes["str"].namespace["format_map"] = Native("str.format_map", _format_map)
    for name in ("dict", "collections.OrderedDict", "collections.defaultdict", "collections.UserDict"):
        classes[name].namespace["update"] = Native(f"{name}.update", _update)
        classes[name].namespace["fromkeys"] = StaticMethod(Native(f"{name}.fromkeys", _from_keys))
    classes["type"].namespace.update(type_namespace())
    classes["generator"].namespace.update(generator_namespace())
    return classes


def is_python_type(cls: ClassValue) -> bool:
    """Whether ``cls`` is one of Python's own types, whose attributes a program cannot set."""
    return cls.node is None and cls.qualified_name in _IMMUTABLE_CLASSES


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
    return _derived(name, python_type, base, dict(_namespace(name, python_type, base.python_type)))


@cache
def _namespace(name: str, python_type: type, base: type | None) -> dict[str, Value]:
    """The methods of a Python type, which are the same for all programs."""
    namespace: dict[str, Value] = {}
    for attribute in dir(python_type):
        member = getattr(python_type, attribute)
        if attribute not in HIDDEN and callable(member) and member is not getattr(base, attribute, None):
            namespace[attribute] = _method(name, attribute, python_type)
    namespace["__new__"] = StaticMethod(Native(f"{name}.__new__", _new(name, python_type)))
    namespace["__init__"] = Native(f"{name}.__init__", _init(python_type))
    return namespace


def _method(name: str, attribute: str, python_type: type) -> Value:
    """A method by its table, by the interpreter's own answer, or as one that is not described."""
    qualified = f"{name}.{attribute}"
    described = METHODS.get(python_type, {}).get(attribute)
    static = STATIC.get(name, {}).get(attribute)
    if described is not None:
        return host_method(qualified, python_type, described)
    if static is not None:
        return StaticMethod(static_method(qualified, python_type, static))
    answer = attribute in ANSWERED and (attribute != "__mod__" or issubclass(python_type, str | bytes | bytearray))
    if answer:
        return answered(qualified, attribute)
    if attribute in OPERATORS:
        return host_method(qualified, python_type, OPERATORS[attribute])
    return undescribed(qualified)


def _places(machine: NativeContext, items: Sequence[Value], value: Value) -> list[int]:
    """Where a sequence holds what equals ``value``."""
    walked(machine, items, value)
    if not any(isinstance(item, Instance) for item in (value, *items)):
        return [place for place, item in enumerate(items) if item is value or item == value]
    equal = (item is value or machine.truth(machine.compare("==", item, value)) is True for item in items)
    return [place for place, same in enumerate(equal) if same]


def _elements(receiver: Value) -> Sequence[Value]:
    found = unwrapped(receiver)
    return found if isinstance(found, tuple) else expect(list, found)


def _search(name: str, method: str) -> Native:
    def index(machine: NativeContext, receiver: Value, value: Value, *limits: Value) -> int:
        items = _elements(receiver)
        start, stop, _ = slice(*([*map(plain, limits), None, None][:2])).indices(len(items))
        found = _places(machine, items[start:stop], value)
        return start + found[0] if found else machine.throw("ValueError", f"{name}.index(x): x not in {name}")

    def count(machine: NativeContext, receiver: Value, value: Value) -> int:
        return len(_places(machine, _elements(receiver), value))

    return Native(f"{name}.{method}", index if method == "index" else count)


def _range_count(machine: NativeContext, receiver: range, value: Value) -> int:
    return int(machine.compare("in", value, receiver) is True)


def _range_index(machine: NativeContext, receiver: range, value: Value) -> int:
    if machine.compare("in", value, receiver) is not True:
        machine.throw("ValueError", "the value is not in the range")
    number = native(machine, value)
    return receiver.index(int(number) if isinstance(number, float) else expect(int, number))


def _remove(machine: NativeContext, receiver: Value, value: Value) -> None:
    target = expect(list, unwrapped(receiver))
    found = _places(machine, target, value)
    if not found:
        machine.throw("ValueError", "list.remove(x): x not in list")
    machine.written_into(target)
    del target[found[0]]


def _join(machine: NativeContext, receiver: Value, parts: Value) -> Value:
    found = items(machine, parts)
    parts_given, separator = [native(machine, item) for item in found], expect(str, native(machine, receiver))
    if unknown := next((text for text in parts_given if isinstance(text, Unknown)), None):
        return unknown
    joined(machine, separator, parts_given)
    texts = [part for part in parts_given if isinstance(part, str)]
    if len(texts) < len(parts_given):
        place, wrong = next((place, part) for place, part in enumerate(parts_given) if not isinstance(part, str))
        raise TypeError(f"sequence item {place}: expected str instance, {type(wrong).__name__} found")
    return with_origin("str.join", separator.join(texts), (receiver, *found))


def _format(machine: NativeContext, receiver: Value, *args: Value, **kwargs: Value) -> Value:
    return filled(machine, unwrapped(receiver), args, kwargs)


def _format_map(machine: NativeContext, receiver: Value, content: Value) -> Value:
    return filled(machine, unwrapped(receiver), (), Looked(machine, content))


def _update(machine: NativeContext, receiver: Value, other: Value = (), **named: Value) -> None:
    target = unwrapped(receiver)
    if not isinstance(target, UserDict):
        target = expect(dict, target)
    content = mapping(machine, other)
    machine.charge(len(content))
    machine.entered(target, (*content, *named))
    target.update(content)
    target.update(named)


def _from_keys(machine: NativeContext, keys: Value, value: Value = None) -> Value:
    return dict.fromkeys(map(plain, hashed(machine, items(machine, keys))), value)


def _sort(machine: NativeContext, receiver: Value, *, key: Value = None, reverse: Value = False) -> None:
    target = expect(list, unwrapped(receiver))
    machine.written_into(target)
    target[:] = ordered(machine, target, key, machine.truth(reverse) is True)


def _new(name: str, python_type: type) -> Callable[..., Value]:
    def new(machine: NativeContext, cls: ClassValue, *args: Value, **kwargs: Value) -> Value:
        exact = cls.qualified_name == name
        if not exact and python_type not in IMMUTABLE:
            return Instance(cls, python_type())
        value = made(machine, python_type, args, kwargs)
        return with_origin(name, value, args) if exact else ScalarInstance(cls, value)

    return new


def _init(python_type: type) -> Callable[..., Value]:
    def init(machine: NativeContext, receiver: Value, *args: Value, **kwargs: Value) -> None:
        if not isinstance(receiver, Instance) or python_type in IMMUTABLE:
            return
        filled_in(machine, receiver, python_type, made(machine, python_type, args, kwargs))

    return init


def type_of(classes: dict[str, ClassValue], value: Value, types: Mapping[type, str]) -> ClassValue:
    """The built-in class of a native value; ``types`` are those that a framework adds."""
    kind = type(value)
    found = classes.get(_NAMES.get(kind) or types.get(kind, ""))
    if found is not None:
        return found
    bare = plain(value)
    if type(bare) in _NAMES:
        return classes[_NAMES[type(bare)]]
    if isinstance(value, tuple):
        return classes["tuple"]
    if isinstance(value, Iterable):
        return classes["generator"]
    return classes["object"]


_IMMUTABLE_CLASSES = frozenset(
    {"object", "type", "property", "function", "method", "module", "generator"}
    | {name for name, _ in PYTHON_TYPES}
    | {name for name, _, _ in DERIVED_TYPES if name != "collections.UserDict"}
    | {error.__name__ for error in _exceptions()}
)
_NAMES: dict[type, str] = {
    **{python_type: name for name, python_type in PYTHON_TYPES},
    **{python_type: name for name, python_type, _ in DERIVED_TYPES},
}
