"""The rest of the standard library, as far as model code touches it. Nothing here reaches the machine it runs on."""

from __future__ import annotations

import collections.abc
import numbers
from collections.abc import Callable, Mapping

from analyzer.library.context import NativeContext
from analyzer.library.module_tree import MODULE_BYTES
from analyzer.library.natives import named_tuples, regex
from analyzer.library.natives.bounds import POINTER, room
from analyzer.values import (
    MISSING,
    BoundMethod,
    ClassValue,
    Instance,
    ModuleInstance,
    Native,
    Opaque,
    Tensor,
    Unknown,
    Value,
    expect,
    plain,
)

IDENTITY = Native("identity", lambda machine, value, *args, **kwargs: value)
INERT = frozenset(
    {
        "abc",
        "argparse",
        "ast",
        "asyncio",
        "base64",
        "builtins",
        "collections",
        "concurrent",
        "contextlib",
        "contextvars",
        "copy",
        "dataclasses",
        "datetime",
        "enum",
        "functools",
        "gc",
        "glob",
        "hashlib",
        "importlib",
        "inspect",
        "io",
        "itertools",
        "json",
        "logging",
        "math",
        "numbers",
        "operator",
        "os",
        "pathlib",
        "pickle",
        "platform",
        "random",
        "re",
        "shutil",
        "signal",
        "statistics",
        "string",
        "struct",
        "subprocess",
        "sys",
        "tempfile",
        "textwrap",
        "threading",
        "time",
        "traceback",
        "tqdm",
        "types",
        "typing",
        "typing_extensions",
        "unicodedata",
        "urllib",
        "uuid",
        "warnings",
        "weakref",
        "zipfile",
        "__future__",
    }
)
"""Modules whose unlisted names are opaque: they have no influence on a model."""


DEEPEST_COPY = 400
_COPY = 64
"""Bytes of a copied value, about."""


def _copy(machine: NativeContext, value: Value) -> Value:
    match value:
        case Instance():
            return _shallow(value)
        case list() | dict() | set():
            room(machine, len(value) * POINTER)
            return value.copy()
        case _:
            return value


def _shallow(value: Instance) -> Instance:
    made = ModuleInstance(value.cls, value.created) if isinstance(value, ModuleInstance) else Instance(value.cls)
    made.attributes = dict(value.attributes)
    made.native = value.native.copy() if isinstance(value.native, list | dict | set) else value.native
    if isinstance(value, ModuleInstance) and isinstance(made, ModuleInstance):
        made.parameters, made.buffers = dict(value.parameters), dict(value.buffers)
        made.modules, made.non_persistent = dict(value.modules), set(value.non_persistent)
        made.settings = dict(value.settings)
    return made


def _deepcopy(machine: NativeContext, value: Value, memo: Value = None) -> Value:
    return _deep(machine, value, {})


def _deep(machine: NativeContext, value: Value, memo: dict[int, Value], depth: int = 0) -> Value:
    if id(value) in memo:
        return memo[id(value)]
    machine.charge(1, MODULE_BYTES if isinstance(value, ModuleInstance) else _COPY)
    if depth > DEEPEST_COPY:
        machine.throw("RecursionError", "the value nests too deeply")

    def copied(item: Value) -> Value:
        return _deep(machine, item, memo, depth + 1)

    match value:
        case Instance():
            return _deep_object(value, memo, copied)
        case Tensor():
            made = memo[id(value)] = Tensor(value.shape, value.dtype, value.op, value.output, value.data)
            made.parameter, made.attributes, made.span = value.parameter, dict(value.attributes), value.span
            return made
        case list():
            elements: list[Value] = []
            memo[id(value)] = elements
            elements.extend(map(copied, value))
            return elements
        case dict():
            entries = memo[id(value)] = value.copy()
            for key, item in value.items():
                entries[key] = copied(item)
            return entries
        case tuple() if type(value) is tuple:
            memo[id(value)] = found = tuple(map(copied, value))
            return found
        case set():
            return set(value)
    return value


def _deep_object(value: Instance, memo: dict[int, Value], copied: Callable[[Value], Value]) -> Instance:
    made = _shallow(value)
    memo[id(value)] = made
    made.attributes = {name: copied(item) for name, item in value.attributes.items()}
    made.native = copied(value.native) if value.native is not MISSING else MISSING
    if isinstance(made, ModuleInstance):
        for members in (made.parameters, made.buffers):
            members.update({name: expect(Tensor, copied(item)) for name, item in members.items() if item is not None})
        children = made.modules.items()
        made.modules.update({name: expect(ModuleInstance, copied(item)) for name, item in children if item is not None})
    return made


def _variable_init(machine: NativeContext, variable: Instance, name: Value, *, default: Value = MISSING) -> None:
    variable.attributes.update({"name": name, "default": default})


def _variable_get(machine: NativeContext, variable: Instance, default: Value = MISSING) -> Value:
    for value in (variable.attributes.get("value", MISSING), default, variable.attributes["default"]):
        if value is not MISSING:
            return value
    return machine.throw("LookupError")


def _variable_set(machine: NativeContext, variable: Instance, value: Value) -> Value:
    before = variable.attributes.get("value", MISSING)
    machine.written_into(variable)
    variable.attributes["value"] = value
    return before if before is not MISSING else UNSET


def _variable_reset(machine: NativeContext, variable: Instance, token: Value) -> None:
    machine.written_into(variable)
    if token is UNSET:
        variable.attributes.pop("value", None)
    else:
        variable.attributes["value"] = token


UNSET = Opaque("contextvars.Token")


def _mapping_get(machine: NativeContext, mapping: Value, key: Value, default: Value = None) -> Value:
    return machine.get_item(mapping, key) if _mapping_has(machine, mapping, key) else default


def _mapping_has(machine: NativeContext, mapping: Value, key: Value) -> bool:
    return any(machine.truth(machine.compare("==", key, one)) is True for one in machine.iterate(mapping))


def _mapping_items(machine: NativeContext, mapping: Value) -> list[tuple[Value, Value]]:
    return [(key, machine.get_item(mapping, key)) for key in machine.iterate(mapping)]


def _mapping_update(machine: NativeContext, mapping: Value, other: Value = (), **kwargs: Value) -> None:
    pairs = other.items() if isinstance(other, dict) else machine.iterate(other)
    for pair in [*pairs, *kwargs.items()]:
        key, value = machine.iterate(pair)
        machine.set_item(mapping, key, value)


_MAPPING: dict[str, Value] = {
    "get": Native("Mapping.get", _mapping_get),
    "__contains__": Native("Mapping.__contains__", _mapping_has),
    "keys": Native("Mapping.keys", lambda machine, mapping: list(machine.iterate(mapping))),
    "items": Native("Mapping.items", _mapping_items),
    "values": Native("Mapping.values", lambda machine, mapping: [v for _, v in _mapping_items(machine, mapping)]),
    "update": Native("MutableMapping.update", _mapping_update),
}
"""What ``Mapping`` derives from ``__getitem__`` and ``__iter__``."""


def stdlib_classes(classes: Mapping[str, ClassValue]) -> dict[str, ClassValue]:
    """Classes of the standard library that programs subclass, test against or hold state in."""
    root = classes["object"]
    made: dict[str, ClassValue] = {}

    def define(
        name: str, namespace: dict[str, Value], base: ClassValue = root, python_type: type | None = None
    ) -> None:
        cls = ClassValue(name.rpartition(".")[2], name, (base,), namespace, python_type=python_type)
        cls.mro = (cls, *base.mro)
        made[name] = cls

    for name in numbers.__all__:
        define(f"numbers.{name}", {}, python_type=getattr(numbers, name))
    for name in collections.abc.__all__:
        namespace = dict(_MAPPING) if name.endswith("Mapping") else {}
        define(f"collections.abc.{name}", namespace, python_type=getattr(collections.abc, name))
    define("abc.ABC", {})
    define("abc.ABCMeta", {}, classes["type"])
    define(
        "contextvars.ContextVar",
        {
            "__init__": Native("ContextVar.__init__", _variable_init),
            "get": Native("ContextVar.get", _variable_get),
            "set": Native("ContextVar.set", _variable_set),
            "reset": Native("ContextVar.reset", _variable_reset),
        },
    )
    define("typing.NamedTuple", named_tuples.NAMESPACE, classes["tuple"])
    define("re.Pattern", dict(regex.PATTERN))
    define("re.Match", dict(regex.MATCH))
    define("types.SimpleNamespace", {"__init__": Native("SimpleNamespace.__init__", _simple_namespace)})
    define("threading.local", {})
    made["property"] = classes["property"]
    made["property"].namespace.update(
        {"__init__": Native("property.__init__", _property_init), "__get__": Native("property.__get__", _property_get)}
    )
    return made


def _simple_namespace(machine: NativeContext, receiver: Instance, **kwargs: Value) -> None:
    receiver.attributes.update(kwargs)


def _property_init(
    machine: NativeContext, receiver: Instance, getter: Value = None, setter: Value = None, *rest: Value
) -> None:
    receiver.attributes.update({"fget": getter, "fset": setter})


def _property_get(machine: NativeContext, receiver: Instance, instance: Value, owner: Value = None) -> Value:
    return receiver if instance is None else machine.call(receiver.attributes["fget"], (instance,))


def _method_type(machine: NativeContext, function: Value, receiver: Value) -> Value:
    return BoundMethod(function, receiver)


def _import_module(machine: NativeContext, name: Value, package: Value = None) -> Value:
    if not isinstance(name, str):
        return Opaque("module")
    base = plain(package) if isinstance(package, str) else ""
    found = machine.import_name(base + plain(name) if name.startswith(".") else plain(name), None)
    if isinstance(found, Unknown):
        machine.throw("ModuleNotFoundError", f"No module named {plain(name)!r}")
    return found


def _find_spec(machine: NativeContext, name: Value, package: Value = None) -> Value:
    """Of the optional packages only the framework itself is there."""
    return Opaque("spec") if isinstance(name, str) and name.partition(".")[0] in machine.platform.installed else None


def _installed_version(machine: NativeContext, name: Value) -> Value:
    if isinstance(name, str) and name in machine.platform.installed:
        return machine.platform.installed[name]
    machine.throw("ModuleNotFoundError", f"No package metadata was found for {machine.text(name)}")


def _path_function(name: str, function: Callable[..., str]) -> Native:
    return Native(f"os.path.{name}", lambda machine, *parts: function(*(machine.text(part) for part in parts)))


def _join(*parts: str) -> str:
    return "/".join(part.strip("/") if i else part.rstrip("/") for i, part in enumerate(parts) if part)


def _constant(name: str, value: Value) -> Native:
    return Native(name, lambda machine, *args, **kwargs: value)


def _environment(machine: NativeContext, name: Value, default: Value = None) -> Value:
    return default


NAMES: dict[str, Value] = {
    "typing.TYPE_CHECKING": False,
    "typing.cast": Native("typing.cast", lambda machine, kind, value: value),
    "typing.overload": IDENTITY,
    "typing.final": IDENTITY,
    "typing.runtime_checkable": IDENTITY,
    "typing.no_type_check": IDENTITY,
    "typing_extensions.override": IDENTITY,
    "typing.override": IDENTITY,
    "abc.abstractmethod": IDENTITY,
    "copy.copy": Native("copy.copy", _copy),
    "copy.deepcopy": Native("copy.deepcopy", _deepcopy),
    **regex.NAMES,
    "collections.namedtuple": Native("collections.namedtuple", named_tuples.define),
    "types.MethodType": Native("types.MethodType", _method_type),
    "types.MappingProxyType": IDENTITY,
    "importlib.import_module": Native("importlib.import_module", _import_module),
    "importlib.util.find_spec": Native("importlib.util.find_spec", _find_spec),
    "importlib.metadata.version": Native("importlib.metadata.version", _installed_version),
    "os.environ": {},
    "os.getenv": Native("os.getenv", _environment),
    "os.path.join": _path_function("join", _join),
    "os.path.exists": _constant("os.path.exists", False),
    "os.path.isfile": _constant("os.path.isfile", False),
    "os.path.isdir": _constant("os.path.isdir", False),
    "os.path.basename": _path_function("basename", lambda text: text.rpartition("/")[2]),
    "os.path.dirname": _path_function("dirname", lambda text: text.rpartition("/")[0]),
    "sys.version_info": (3, 11, 0),
    "sys.maxsize": 2**63 - 1,
    "sys.platform": "linux",
    "sys.modules": {},
    "time.time": _constant("time.time", 0.0),
    "time.perf_counter": _constant("time.perf_counter", 0.0),
    "weakref.ref": Native("weakref.ref", lambda machine, value, *args: Native("weakref()", lambda _: value)),
    "weakref.proxy": IDENTITY,
    "threading.Lock": _constant("threading.Lock", Opaque("threading.Lock")),
    "threading.RLock": _constant("threading.RLock", Opaque("threading.Lock")),
}
ALIASES: dict[str, str] = {
    "importlib.metadata.PackageNotFoundError": "ModuleNotFoundError",
    "typing.OrderedDict": "collections.OrderedDict",
    "typing.TypedDict": "dict",
    "typing_extensions.TypedDict": "dict",
    "typing.Dict": "dict",
    "typing.List": "list",
    "typing.Tuple": "tuple",
    "typing.Set": "set",
    "collections.UserList": "list",
    "collections.ChainMap": "dict",
    "weakref.WeakKeyDictionary": "dict",
    "weakref.WeakValueDictionary": "dict",
    "types.NoneType": "NoneType",
    "types.FunctionType": "function",
    "types.ModuleType": "module",
    "typing.Callable": "collections.abc.Callable",
    "typing.Iterable": "collections.abc.Iterable",
    "typing.Mapping": "collections.abc.Mapping",
    "typing.Sequence": "collections.abc.Sequence",
    "collections.Mapping": "collections.abc.Mapping",
    "collections.Iterable": "collections.abc.Iterable",
}
"""Library names that are one of the classes under another name."""
