"""Configuration objects: evaluated by the program's own classes, then each value is marked with the field it is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from analyzer.base import NOWHERE, InputError, Span
from analyzer.frameworks import FRAMEWORKS
from analyzer.graph import ConfigField, Dtype
from analyzer.interpret.config.class_constants import constant_place
from analyzer.interpret.interface import Interpreter
from analyzer.library.natives.dataclass import fields_of
from analyzer.sources import syntax
from analyzer.values import MISSING, ClassValue, Function, Instance, Origin, TooDeep, Value, extent, plain, traced

INTERNAL = frozenset(name for one in FRAMEWORKS for name in one.declarations.internal)
"""Fields that no model computes with."""
LONGEST = 4096
MOST_ELEMENTS = 100_000
"""In one field, with everything inside."""


def nested(values: Mapping[str, object]) -> dict[str, object]:
    """Dotted names (``text_config.hidden_size``) as nested dictionaries."""
    result: dict[str, object] = {}
    for name, value in values.items():
        *path, last = name.split(".")
        level = result
        for part in path:
            inner = level.setdefault(part, {})
            if not isinstance(inner, dict):
                raise InputError(f"{name!r} names a field inside {part!r}, which is given a value itself")
            level = inner
        level[last] = value
    return result


def merge(base: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """``base`` with ``changes``, dictionaries merged by key."""
    result = dict(base)
    for name, value in changes.items():
        old = result.get(name)
        result[name] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def make_config(machine: Interpreter, cls: ClassValue, given: Mapping[str, object]) -> Instance:
    """An object of the configuration class with ``given`` fields and its own defaults for the rest.

    Raises the program's exception where the class refuses the values.
    """
    accepted = _accepted(cls)
    fields = {name: copied(value) for name, value in given.items() if accepted is None or name in accepted}
    made = machine.call(cls, (), fields)
    if not isinstance(made, Instance):
        raise InputError(f"{cls.name} does not give a configuration object")
    return made


def takes_any(cls: ClassValue) -> bool:
    """Whether the constructor takes fields that the class does not declare."""
    return _accepted(cls) is None


def _accepted(cls: ClassValue) -> frozenset[str] | None:
    """The fields that the constructor takes, None where it takes any."""
    init = cls.find("__init__")
    if isinstance(init, Function):
        parameters = init.node.parameters
        if any(parameter.kind == "kwargs" for parameter in parameters) or init.attributes:
            return None
        return frozenset(parameter.name for parameter in parameters)
    fields = fields_of(cls)
    return None if fields is None or init is MISSING else frozenset(fields)


def copied(value: object) -> Value:
    """Plain data as a value of the program, which may change it."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def trace_origins(config: Instance, path: str = "config", seen: set[int] | None = None) -> None:
    """Attach to every scalar in ``config`` the field it is the value of (``config.text_config.hidden_size``)."""
    seen = set() if seen is None else seen
    if id(config) in seen:
        return
    seen.add(id(config))
    for name, value in list(config.attributes.items()):
        if not name.startswith("_") and name not in INTERNAL:
            config.attributes[name] = traced_value(value, f"{path}.{name}", seen)


def traced_value(value: Value, path: str, seen: set[int] | None = None) -> Value:
    """``value`` with the field at ``path`` attached to every scalar in it, where it is not too large for that."""
    return _traced_value(value, path, set() if seen is None else seen) if _is_small(value) else value


def _is_small(value: Value) -> bool:
    """Whether all that is in a value can be looked at; one that holds itself has no end."""
    try:
        return not isinstance(value, list | tuple | dict) or extent(value, MOST_ELEMENTS) <= MOST_ELEMENTS
    except TooDeep:
        return False


def _traced_value(value: Value, path: str, seen: set[int]) -> Value:
    match value:
        case bool() | int() | float() | str() if not isinstance(value, Dtype):
            field = path.partition("[")[0]
            return traced(value, Origin(path, frozenset({field})))
        case list() if len(value) <= LONGEST:
            return [_traced_value(item, f"{path}[{i}]", seen) for i, item in enumerate(value)]
        case tuple() if type(value) is tuple and len(value) <= LONGEST:
            return tuple(_traced_value(item, f"{path}[{i}]", seen) for i, item in enumerate(value))
        case dict() if type(value) is dict and len(value) <= LONGEST:
            return {key: _traced_value(item, f"{path}[{plain(key)!r}]", seen) for key, item in value.items()}
        case Instance():
            trace_origins(value, path, seen)
    return value


Places: TypeAlias = "Mapping[tuple[int, str], Span]"
"""Where attributes were assigned, by identity of the object and name."""


def describe(
    config: Instance, given: Mapping[str, object], overrides: Mapping[str, object], places: Places
) -> dict[str, ConfigField]:
    """Every field with its final value and source, by dotted name.

    The place of a derived field is the assignment that computed it, that of others their declaration.
    """
    return dict(_describe(config, given, overrides, places, "", set()))


def _describe(
    config: Instance,
    given: Mapping[str, object],
    overrides: Mapping[str, object],
    places: Places,
    prefix: str,
    seen: set[int],
) -> Iterator[tuple[str, ConfigField]]:
    if id(config) in seen:
        return
    seen.add(id(config))
    for name, value in config.attributes.items():
        if name.startswith("_"):
            continue
        if isinstance(value, Instance):
            inner = _inner(given, name), _inner(overrides, name)
            yield from _describe(value, *inner, places, f"{prefix}{name}.", seen)
            continue
        span, default = definition(config.cls, name)
        source = "set" if name in overrides else "file" if name in given else _source(value, default)
        if source == "derived":
            span = constant_place(config.cls, value) or places.get((id(config), name), span)
        yield prefix + name, ConfigField(prefix + name, untraced(value), source, span)


def _inner(values: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _source(value: Value, default: Value) -> str:
    return "default" if untraced(value) == default else "derived"


def untraced(value: Value) -> object:
    """A configuration value as plain data; the name of its type where it is too large to be looked at."""
    return _untraced(value) if _is_small(value) else type(value).__name__


def _untraced(value: Value) -> object:
    if isinstance(value, list | tuple):
        return [_untraced(item) for item in value]
    if isinstance(value, dict):
        return {str(plain(key)): _untraced(item) for key, item in value.items()}
    if isinstance(value, Dtype):
        return value.value
    bare = plain(value)
    return bare if isinstance(bare, bool | int | float | str | None) else str(type(bare).__name__)


def definition(cls: ClassValue, name: str) -> tuple[Span, Value]:
    """Where a field is declared, and the default written there."""
    for ancestor in cls.mro:
        module = ancestor.module
        if name in ancestor.annotations and module is not None and module.file is not None:
            node = _declaration(ancestor, ancestor.annotations[name])
            return module.file.span(node.at, node.end), untraced(ancestor.namespace.get(name))
        init = ancestor.namespace.get("__init__")
        if isinstance(init, Function) and init.module.file is not None:
            for parameter in init.node.parameters:
                if parameter.name == name:
                    return init.module.file.span(parameter.at, parameter.end), untraced(init.defaults.get(name))
    return NOWHERE, None


def _declaration(cls: ClassValue, annotation: syntax.Expression) -> syntax.Node:
    """The statement in the body of ``cls`` that has ``annotation``, with the default."""
    body = cls.node.body if cls.node is not None else ()
    found = (one for one in body if isinstance(one, syntax.AnnotatedAssign) and one.annotation is annotation)
    return next(found, annotation)
