"""``collections.namedtuple`` and ``typing.NamedTuple``."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.library.context import NativeContext
from analyzer.values import MISSING, ClassMethod, ClassValue, Instance, Native, ScalarInstance, Value, expect, plain


def define(
    machine: NativeContext,
    name: Value,
    fields: str | Iterable[Value],
    *,
    defaults: Iterable[Value] | None = None,
    **rest: Value,
) -> Value:
    """``namedtuple(name, fields)``."""
    listed = plain(fields).replace(",", " ").split() if isinstance(fields, str) else fields
    names = [expect(str, plain(field)) for field in listed]
    cls = machine.make_class(plain(name), (machine.classes["typing.NamedTuple"],), {})
    cls.namespace["_fields"] = cls.namespace["__match_args__"] = tuple(names)
    last = list(defaults or ())
    cls.namespace.update(dict(zip(names[len(names) - len(last) :], last, strict=True)))
    cls.changed()
    return cls


def _names(cls: ClassValue) -> tuple[str, ...]:
    found = cls.find("_fields")
    if found is MISSING:
        return tuple(name for ancestor in reversed(cls.mro) for name in ancestor.annotations)
    return expect(tuple, found)


def _new(machine: NativeContext, cls: ClassValue, *args: Value, **kwargs: Value) -> Value:
    names = _names(cls)
    if len(args) > len(names) or not kwargs.keys() <= set(names[len(args) :]):
        machine.throw("TypeError", f"{cls.name}() got arguments that it does not have")
    values = dict(zip(names, args, strict=False)) | kwargs
    for name in names:
        if name not in values:
            default = cls.find(name)
            if default is MISSING:
                machine.throw("TypeError", f"{cls.name}() missing required argument: {name!r}")
            values[name] = default
    made = ScalarInstance(cls, tuple(values[name] for name in names))
    made.attributes.update(values)
    return made


def _as_dict(machine: NativeContext, receiver: Instance) -> dict[str, Value]:
    return dict(zip(_names(receiver.cls), expect(tuple, receiver.native), strict=True))


def _replace(machine: NativeContext, receiver: Instance, **changes: Value) -> Value:
    return machine.instantiate(receiver.cls, (), {**_as_dict(machine, receiver), **changes})


def _make(machine: NativeContext, cls: ClassValue, values: Value) -> Value:
    return machine.instantiate(cls, tuple(machine.iterate(values)))


def _represented(machine: NativeContext, receiver: Instance) -> str:
    shown = (f"{name}={machine.represent(value)}" for name, value in _as_dict(machine, receiver).items())
    return f"{receiver.cls.name}({', '.join(shown)})"


NAMESPACE: dict[str, Value] = {
    "__new__": Native("NamedTuple.__new__", _new, static=True),
    "__repr__": Native("NamedTuple.__repr__", _represented),
    "_asdict": Native("NamedTuple._asdict", _as_dict),
    "_replace": Native("NamedTuple._replace", _replace),
    "_make": ClassMethod(Native("NamedTuple._make", _make)),
}
