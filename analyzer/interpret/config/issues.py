"""What is wrong with the fields that a configuration was given."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from analyzer.base import NOWHERE
from analyzer.frameworks import FRAMEWORKS
from analyzer.graph import ConfigIssue
from analyzer.interpret.config.configuration import definition, takes_any
from analyzer.library.natives.inspection import parameters_of
from analyzer.values import MISSING, ClassValue, Function, Instance

EVERYWHERE = frozenset(name for one in FRAMEWORKS for name in one.declarations.common)
"""Fields that the configuration files of any model may have, whatever its class declares."""


def issues(
    config: Instance, given: Mapping[str, object], overrides: Mapping[str, object], prefix: str = ""
) -> Iterator[ConfigIssue]:
    """Fields in ``given`` that the class does not declare, and values of a type that its default excludes.

    A field of ``overrides`` that is not declared is refused, unless the class takes any fields.
    """
    for name, value in given.items():
        inner, changes = config.attributes.get(name), overrides.get(name)
        if isinstance(inner, Instance) and isinstance(value, dict):
            yield from issues(inner, value, changes if isinstance(changes, dict) else {}, f"{prefix}{name}.")
        elif not is_declared(config, name):
            refused = name in overrides and not takes_any(config.cls)
            message = f"{config.cls.name} declares no field {name!r}{_near(config, name)}"
            yield ConfigIssue(prefix + name, message, fatal=refused)
        elif complaint := _mistyped(config, name, value):
            yield ConfigIssue(prefix + name, complaint, fatal=True)


def without_read(found: Iterable[ConfigIssue], read: Collection[str]) -> tuple[ConfigIssue, ...]:
    """Those of ``found`` that are not about a field that the code reads after all, as it may with ``getattr``."""
    return tuple(issue for issue in found if issue.fatal or issue.field not in read)


def unknown_arguments(
    cls: ClassValue, given: Mapping[str, object], overrides: Mapping[str, object]
) -> Iterator[ConfigIssue]:
    """Values for parameters that the constructor of a class without a configuration does not have; those of
    ``overrides`` are refused."""
    parameters = parameters_of(cls)
    names = [parameter.name for parameter in parameters]
    if any(parameter.kind == "kwargs" for parameter in parameters):
        return
    for name in given:
        if name not in names:
            near = _suggestion(get_close_matches(name, names, 2, 0.75))
            message = f"the constructor of {cls.name} has no parameter {name!r}{near}"
            yield ConfigIssue(name, message, fatal=name in overrides)


def is_declared(config: Instance, name: str) -> bool:
    """Whether the class, one of its bases or a table of other names for its fields knows the field."""
    if name in EVERYWHERE or name.startswith("_") or config.cls.find(name) is not MISSING:
        return True
    if any(name in one.declarations.field_aliases(config.cls) for one in FRAMEWORKS):
        return True
    return definition(config.cls, name)[0] is not NOWHERE


def _near(config: Instance, name: str) -> str:
    return _suggestion(get_close_matches(name, sorted(_fields(config)), 2, 0.75))


def _suggestion(found: Sequence[str]) -> str:
    return f"; did you mean {' or '.join(found)}?" if found else ""


def _fields(config: Instance) -> Iterator[str]:
    for cls in config.cls.mro:
        yield from (name for name in cls.annotations if not name.startswith("_"))
        init = cls.namespace.get("__init__")
        if isinstance(init, Function):
            yield from (parameter.name for parameter in init.node.parameters[1:])


def _mistyped(config: Instance, name: str, value: object) -> str:
    """Only what no reading allows: text or a mapping for a number whose annotation, if any, has neither."""
    _, default = definition(config.cls, name)
    number = isinstance(default, int | float) and not isinstance(default, bool)
    if not number or not isinstance(value, str | dict) or {"str", "dict", "Any"} & _annotated(config, name):
        return ""
    return f"{name!r} is {_kind(value)} where {config.cls.name} has the number {default}"


def _annotated(config: Instance, name: str) -> set[str]:
    """The words of the field's annotation."""
    for cls in config.cls.mro:
        if name in cls.annotations and cls.module is not None and cls.module.file is not None:
            node = cls.annotations[name]
            return set(re.findall(r"\w+", cls.module.file.text[node.at : node.end]))
    return set()


def _kind(value: object) -> str:
    return f"the text {value!r}" if isinstance(value, str) else "a mapping"
