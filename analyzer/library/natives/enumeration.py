"""``enum``: members made from the class body when the class is defined."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.library.context import NativeContext
from analyzer.values import MISSING, ClassValue, Function, Instance, Native, ScalarInstance, Value, literal, plain

MEMBERS = "__members__"


class Auto:
    """What ``enum.auto()`` returns."""


def _define(machine: NativeContext, cls: ClassValue) -> None:
    members: dict[str, Instance] = {}
    for name, value in list(cls.namespace.items()):
        if name.startswith("_") or isinstance(value, Function | Native) or not _is_member(value):
            continue
        if isinstance(value, Auto):
            value = name.lower() if cls.derives(machine.classes["str"]) else len(members) + 1
        same = next((member for member in members.values() if member.attributes["value"] == value), None)
        members[name] = same or _member(machine, cls, name, value)
        cls.namespace[name] = members[name]
    cls.namespace[MEMBERS] = members
    _show_as_members(cls)
    cls.changed()


def _show_as_members(cls: ClassValue) -> None:
    """Texts are those of enumerations, not of the type that members extend; texts of the program's own stay."""
    for name in ("__str__", "__repr__", "__format__"):
        if isinstance(found := cls.find(name), Native) or found is MISSING:
            cls.namespace[name] = next(base for base in cls.mro[1:] if base.metaclass is not None).find(name)


def _is_member(value: Value) -> bool:
    return (
        isinstance(value, bool | int | float | str | tuple | list | dict | Auto | Instance | ClassValue)
        or value is None
    )


def _member(machine: NativeContext, cls: ClassValue, name: str, value: Value) -> Instance:
    native = value if any(base.python_type in (int, str) for base in cls.mro) else MISSING
    member = Instance(cls) if native is MISSING else ScalarInstance(cls, native)
    member.attributes.update({"name": name, "value": value, "_value_": value, "_name_": name})
    init = cls.find("__init__")
    if isinstance(init, Function):
        machine.call(init, (member, *(value if isinstance(value, tuple) else (value,))))
    return member


def _members(cls: ClassValue) -> dict[str, Instance]:
    found = cls.find(MEMBERS)
    return found if isinstance(found, dict) else {}


def _call(machine: NativeContext, cls: ClassValue, value: Value = MISSING, *args: Value, **kwargs: Value) -> Value:
    bare = plain(value)
    for member in _members(cls).values():
        if value is member or member.attributes["value"] == bare:
            return member
    missing = cls.find("_missing_")
    if missing is not MISSING:
        found = machine.call(machine.get_attribute(cls, "_missing_"), (value,))
        if found is not None:
            return found
    return machine.throw("ValueError", f"{literal(value)} is not a valid {cls.name}")


def _get_item(machine: NativeContext, cls: ClassValue, name: Value) -> Value:
    members = _members(cls)
    bare = plain(name)
    if not isinstance(bare, str) or bare not in members:
        machine.throw("KeyError", str(name))
    return members[bare]


def _contains(machine: NativeContext, cls: ClassValue, value: Value) -> bool:
    return any(value is m or m.attributes["value"] == plain(value) for m in _members(cls).values())


def _shows_value(member: Instance) -> bool:
    return any(base.qualified_name in ("enum.StrEnum", "enum.IntEnum", "enum.IntFlag") for base in member.cls.mro)


def _text(machine: NativeContext, member: Instance) -> str:
    if _shows_value(member):
        return machine.text(member.attributes["value"])
    return f"{member.cls.name}.{member.attributes['name']}"


def _represented(machine: NativeContext, member: Instance) -> str:
    name, value = member.attributes["name"], member.attributes["value"]
    return f"<{member.cls.name}.{name}: {machine.represent(value)}>"


def _formatted(machine: NativeContext, member: Instance, spec: str) -> Value:
    """Members that show as what they extend are formatted as such."""
    return machine.format(member.native if _shows_value(member) else machine.text(member), spec)


def enum_classes(classes: Mapping[str, ClassValue]) -> dict[str, ClassValue]:
    """``Enum``, ``IntEnum``, ``StrEnum``, ``Flag`` and their metaclass, by qualified name."""
    meta = ClassValue("EnumMeta", "enum.EnumMeta", (classes["type"],), {})
    meta.mro = (meta, *classes["type"].mro)
    meta.namespace.update(
        {
            "__init__": Native("enum.define", _define),
            "__call__": Native("enum.call", _call),
            "__getitem__": Native("enum.item", _get_item),
            "__contains__": Native("enum.contains", _contains),
            "__iter__": Native("enum.iter", lambda machine, cls: iter(list(dict.fromkeys(_members(cls).values())))),
            "__len__": Native("enum.len", lambda machine, cls: len(_members(cls))),
        }
    )
    made: dict[str, ClassValue] = {"enum.EnumMeta": meta, "enum.EnumType": meta}
    texts: dict[str, Value] = {
        "__str__": Native("enum.str", _text),
        "__repr__": Native("enum.repr", _represented),
        "__format__": Native("enum.format", _formatted),
    }
    base = ClassValue("Enum", "enum.Enum", (classes["object"],), dict(texts), metaclass=meta)
    base.mro = (base, classes["object"])
    made["enum.Enum"] = base
    for name, mixin in (("IntEnum", "int"), ("StrEnum", "str"), ("Flag", None), ("IntFlag", "int")):
        mixed = (classes[mixin],) if mixin else ()
        cls = ClassValue(name, f"enum.{name}", (*mixed, base), {}, metaclass=meta)
        cls.mro = (cls, *(one for extra in mixed for one in extra.mro[:-1]), base, classes["object"])
        cls.namespace.update(texts)
        made[f"enum.{name}"] = cls
    return made


NAMES: dict[str, Value] = {
    "enum.auto": Native("enum.auto", lambda machine: Auto()),
    "enum.unique": Native("enum.unique", lambda machine, cls: cls),
}
