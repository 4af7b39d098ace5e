"""``dataclasses``: fields collected along the MRO, a generated ``__init__``, and the helpers around it."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.library.context import NativeContext
from analyzer.library.natives.base_classes import RECORD_HASH, from_object
from analyzer.library.natives.hashing import stable_hash
from analyzer.library.natives.stdlib import IDENTITY
from analyzer.sources import syntax
from analyzer.values import (
    FIELDS,
    MISSING,
    ClassValue,
    FieldSpec,
    Instance,
    Native,
    Property,
    Value,
    compared_fields,
    dataclass_fields,
)


def _field(
    machine: NativeContext,
    *,
    default: Value = MISSING,
    default_factory: Value = MISSING,
    init: Value = True,
    kw_only: Value = False,
    metadata: Value = None,
    compare: Value = True,
    **options: Value,
) -> Value:
    shown = bool(options.get("repr", True))
    return FieldSpec("", default, default_factory, bool(init), bool(kw_only), metadata or {}, shown, bool(compare))


def _dataclass(machine: NativeContext, cls: Value = None, **options: Value) -> Value:
    if cls is None:
        return Native("dataclass()", lambda machine, given: process(machine, given, options))
    return process(machine, cls, options)


def process(machine: NativeContext, cls: Value, options: dict[str, Value]) -> Value:
    """Make ``cls`` a dataclass in place."""
    if not isinstance(cls, ClassValue):
        return cls
    fields: dict[str, FieldSpec] = {}
    for ancestor in reversed(cls.mro[1:]):
        own = ancestor.namespace.get(FIELDS)
        fields.update(own if isinstance(own, dict) else {})
    keyword_only = bool(options.get("kw_only", False))
    for name, annotation in cls.annotations.items():
        if _is_marker(annotation, "KW_ONLY"):
            keyword_only = True
        elif not _is_marker(annotation, "ClassVar"):
            fields[name] = _own_field(cls, name, keyword_only)
    machine.written_into(cls)
    cls.namespace[FIELDS] = fields
    if options.get("slots"):
        cls.namespace["__slots__"] = tuple(fields)
    if "__init__" not in cls.namespace and options.get("init", True):
        cls.namespace["__init__"] = Native(f"{cls.name}.__init__", _initialiser(fields, bool(options.get("frozen"))))
    for name, method in _generated(cls, fields, options).items():
        cls.namespace.setdefault(name, method)
    cls.changed()
    return cls


def _generated(cls: ClassValue, fields: dict[str, FieldSpec], options: dict[str, Value]) -> dict[str, Value]:
    """The methods that the options ask for, where the class does not define them itself."""
    made: dict[str, Value] = {}
    if options.get("match_args", True):
        made["__match_args__"] = tuple(f.name for f in fields.values() if f.init and not f.kw_only)
    if options.get("repr", True):
        made["__repr__"] = Native(f"{cls.name}.__repr__", _represented)
    if options.get("eq", True):
        made["__eq__"] = Native(f"{cls.name}.__eq__", _equal)
        if "__eq__" not in cls.namespace or options.get("unsafe_hash"):
            hashed = options.get("frozen") or options.get("unsafe_hash")
            made["__hash__"] = Native(RECORD_HASH, _hash) if hashed else None
    if options.get("order"):
        made |= {f"__{name}__": _ordering(cls, symbol) for name, symbol in _ORDER.items()}
    if options.get("frozen"):
        made["__setattr__"] = Native(f"{cls.name}.__setattr__", _frozen)
        made["__delattr__"] = Native(f"{cls.name}.__delattr__", _frozen)
    return made


_ORDER = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def _ordering(cls: ClassValue, symbol: str) -> Native:
    def compare(machine: NativeContext, left: Instance, right: Value) -> Value:
        if not isinstance(right, Instance) or right.cls is not left.cls:
            return NotImplemented
        return machine.compare(symbol, compared_fields(left), compared_fields(right))

    return Native(f"{cls.name} {symbol}", compare)


def _hash(machine: NativeContext, value: Instance) -> int:
    return stable_hash(machine, value)


def _represented(machine: NativeContext, value: Instance) -> str:
    fields = dataclass_fields(value.cls).items()
    shown = (f"{name}={machine.represent(value.attributes.get(name))}" for name, field in fields if field.repr)
    return f"{value.cls.name}({', '.join(shown)})"


def _frozen(machine: NativeContext, value: Instance, name: Value, *new: Value) -> None:
    machine.throw("FrozenInstanceError", f"cannot assign to field {name!r}")


def _own_field(cls: ClassValue, name: str, keyword_only: bool) -> FieldSpec:
    value = cls.namespace.get(name, MISSING)
    if isinstance(value, FieldSpec):
        value.name = name
        value.kw_only = value.kw_only or keyword_only
        if value.default is MISSING:
            cls.namespace.pop(name)
        else:
            cls.namespace[name] = value.default
        return value
    if isinstance(value, Property):
        value = MISSING
    return FieldSpec(name, value, MISSING, True, keyword_only, {})


def _is_marker(annotation: syntax.Expression | None, marker: str) -> bool:
    match annotation:
        case syntax.Name():
            return annotation.id == marker
        case syntax.Attribute():
            return annotation.name == marker
        case syntax.Subscript():
            return _is_marker(annotation.value, marker)
        case syntax.Literal():
            text = str(annotation.value)
            return text.startswith((marker, f"typing.{marker}"))
        case _:
            return False


def _initialiser(fields: dict[str, FieldSpec], frozen: bool) -> Callable[..., None]:
    assign = from_object if frozen else _assign

    def init(machine: NativeContext, receiver: Instance, *args: Value, **kwargs: Value) -> None:
        positional = [field for field in fields.values() if field.init and not field.kw_only]
        if len(args) > len(positional):
            machine.throw("TypeError", f"{receiver.cls.name}() takes {len(positional)} positional arguments")
        given = {field.name: value for field, value in zip(positional, args, strict=False)}
        for name, value in kwargs.items():
            if name in given or name not in fields:
                machine.throw("TypeError", f"{receiver.cls.name}() got an unexpected keyword argument {name!r}")
            given[name] = value
        for field in fields.values():
            assign(machine, receiver, field.name, _value(machine, receiver, field, given))
        post = receiver.cls.find("__post_init__")
        if post is not MISSING:
            machine.call(post, (receiver,))

    return init


def _assign(machine: NativeContext, receiver: Value, name: str, value: Value) -> None:
    machine.set_attribute(receiver, name, value)


def _value(machine: NativeContext, receiver: Instance, field: FieldSpec, given: dict[str, Value]) -> Value:
    if field.name in given:
        return given[field.name]
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return machine.call(field.default_factory)
    machine.throw("TypeError", f"{receiver.cls.name}() missing required argument: {field.name!r}")


def _equal(machine: NativeContext, left: Instance, right: Value) -> Value:
    if not isinstance(right, Instance) or right.cls is not left.cls:
        return NotImplemented
    return machine.compare("==", compared_fields(left), compared_fields(right))


def fields_of(value: Value) -> dict[str, FieldSpec] | None:
    """Fields of a dataclass or of one of its instances, None for anything else."""
    cls = value.cls if isinstance(value, Instance) else value
    found = cls.find(FIELDS) if isinstance(cls, ClassValue) else MISSING
    return found if isinstance(found, dict) else None


def _fields(machine: NativeContext, value: Value) -> Value:
    found = fields_of(value)
    if found is None:
        machine.throw("TypeError", "must be called with a dataclass type or instance")
    return tuple(found.values())


def _as_dict(machine: NativeContext, value: Value, **kwargs: Value) -> Value:
    fields = fields_of(value) or {}
    return {name: _plain(machine, machine.get_attribute(value, name)) for name in fields}


def _plain(machine: NativeContext, value: Value) -> Value:
    if isinstance(value, list | tuple):
        return type(value)(_plain(machine, item) for item in value)
    if isinstance(value, dict):
        return {key: _plain(machine, item) for key, item in value.items()}
    return _as_dict(machine, value) if isinstance(value, Instance) and fields_of(value) is not None else value


def _replace(machine: NativeContext, value: Instance, **changes: Value) -> Value:
    current = {name: machine.get_attribute(value, name) for name, f in (fields_of(value) or {}).items() if f.init}
    return machine.instantiate(value.cls, (), {**current, **changes})


NAMES: dict[str, Value] = {
    "dataclasses.dataclass": Native("dataclasses.dataclass", _dataclass),
    "dataclasses.field": Native("dataclasses.field", _field),
    "dataclasses.fields": Native("dataclasses.fields", _fields),
    "dataclasses.is_dataclass": Native("dataclasses.is_dataclass", lambda machine, v: fields_of(v) is not None),
    "dataclasses.asdict": Native("dataclasses.asdict", _as_dict),
    "dataclasses.replace": Native("dataclasses.replace", _replace),
    "dataclasses.MISSING": MISSING,
    "typing.dataclass_transform": Native("typing.dataclass_transform", lambda machine, **kwargs: IDENTITY),
    "typing_extensions.dataclass_transform": Native("dataclass_transform", lambda machine, **kwargs: IDENTITY),
}
