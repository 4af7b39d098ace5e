"""Constructor arguments that no configuration states: of a class without one, or of a class that requires its fields.

A parameter has the value that was given, else its default. A required one is assumed: what its annotation asks for, a
number where it has none. All numbers are equal, as sizes that do not fit together are what a constructor refuses first;
where it refuses them all the same, larger ones are tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.base import NOWHERE, GapCode, Span
from analyzer.graph import ConfigField
from analyzer.interpret.config.configuration import copied, definition, describe, traced_value, untraced
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects.modules import module_attribute
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.library.natives.dataclass import fields_of
from analyzer.library.natives.inspection import parameters_of
from analyzer.sources import syntax
from analyzer.values import MISSING, ClassValue, Instance, ModuleInstance, Value, plain

SIZES = (4, 8, 32)
"""What every number is assumed to be, in the order of trying."""
DEEPEST = 4
"""Arguments that are objects have arguments, too."""
_PLAIN: Mapping[str, Value] = {"float": 0.5, "bool": False}


@dataclass(frozen=True, slots=True)
class ConstructorArgument:
    """``field`` of a constructor has ``value``; ``source`` is ``set``, ``default`` or ``assumed`` (see ConfigField)."""

    field: str
    value: Value
    source: str
    span: Span = NOWHERE


def described(found: Iterable[ConstructorArgument]) -> Iterator[ConfigField]:
    """The arguments as fields, those of an argument that is an object by dotted name."""
    for one in found:
        if isinstance(one.value, Instance):
            for name, field in describe(one.value, {}, {}, {}).items():
                yield replace(field, name=f"{one.field}.{name}")
        else:
            yield ConfigField(one.field, untraced(one.value), one.source, one.span)


def names_configuration(cls: ClassValue) -> bool:
    """Whether a class says itself what its configuration is: by annotations or by an attribute."""
    first = parameters_of(cls)[:1]
    stated = any("config" in one.annotations or "config_class" in one.namespace for one in cls.mro)
    return stated or any(parameter.annotation is not None for parameter in first)


def instantiate(
    machine: Interpreter, cls: ClassValue, given: Mapping[str, object]
) -> tuple[Value, tuple[ConstructorArgument, ...]]:
    """An object of ``cls``, and the arguments that it was made with.

    Raises the program's exception where the class takes none of what can be assumed.
    """
    refused: ProgramError | None = None
    for size in SIZES:
        try:
            found = tuple(arguments(machine, cls, given, size))
            made = machine.instantiate(cls, (), traced_arguments(found))
        except ProgramError as error:
            refused = refused or error
            machine.begin()
            if not any(required(cls, given)):
                break
        else:
            _tell(machine, found)
            return made, found
    assert refused is not None
    raise refused


def assumed(machine: Interpreter, cls: ClassValue, given: Mapping[str, object]) -> dict[str, Value]:
    """Values for what a configuration class requires and nobody gives."""
    if not any(required(cls, given)):
        return {}
    found = [one for one in arguments(machine, cls, given, SIZES[0]) if one.source == "assumed"]
    _tell(machine, found)
    return {one.field: one.value for one in found}


def _tell(machine: Interpreter, found: Iterable[ConstructorArgument]) -> None:
    for one in found:
        if one.source == "assumed":
            shown = f"an object of {one.value.cls.name}" if isinstance(one.value, Instance) else repr(plain(one.value))
            explanation = f"the constructor requires {one.field}, which is assumed to be {shown}"
            machine.make_gap(GapCode.ASSUMED, one.field, explanation, one.span)


def arguments(
    machine: Interpreter, cls: ClassValue, given: Mapping[str, object], size: int, depth: int = DEEPEST
) -> Iterator[ConstructorArgument]:
    """What to call the class with; a default that is no plain value is left to the class."""
    for name, annotation, default, span in _parameters(cls):
        stated = given.get(name, MISSING)
        if stated is not MISSING and not isinstance(stated, dict):
            yield ConstructorArgument(name, copied(stated), "set", span)
        elif default is MISSING or stated is not MISSING:
            inside = stated if isinstance(stated, dict) else {}
            value = _Assumed(machine, cls, size, inside, depth).value(annotation)
            if value is not MISSING:
                yield ConstructorArgument(name, value, "assumed", span)
            elif stated is not MISSING:
                yield ConstructorArgument(name, copied(stated), "set", span)
        elif type(default) in (bool, int, float, str):
            yield ConstructorArgument(name, default, "default", span)


def required(cls: ClassValue, given: Mapping[str, object]) -> Iterator[str]:
    """The parameters that have no value yet."""
    yield from (name for name, _, default, _ in _parameters(cls) if default is MISSING and name not in given)


def traced_arguments(found: Iterable[ConstructorArgument]) -> dict[str, Value]:
    """The arguments; each scalar in them is marked with the field that it is the value of."""
    fields = ((one.field, one.value) for one in found)
    return {
        name: value if isinstance(value, ModuleInstance) else traced_value(value, f"config.{name}")
        for name, value in fields
    }


def _parameters(cls: ClassValue) -> Iterator[tuple[str, syntax.Expression | None, Value, Span]]:
    """Name, annotation, default (MISSING if there is none) and place of what the constructor takes by name."""
    fields = fields_of(cls)
    if fields is not None and not parameters_of(cls):
        for name, field in fields.items():
            if field.init:
                annotation = next((one.annotations[name] for one in cls.mro if name in one.annotations), None)
                default = field.default if field.default_factory is MISSING else None
                yield name, annotation, default, definition(cls, name)[0]
        return
    init = cls.find("__init__")
    defaults = getattr(init, "defaults", {})
    for parameter in parameters_of(cls):
        if parameter.kind in ("plain", "keyword"):
            default = defaults.get(parameter.name, MISSING)
            yield parameter.name, parameter.annotation, default, definition(cls, parameter.name)[0]


@dataclass(frozen=True, slots=True)
class _Assumed:
    """Values for annotations in the scope of a class; ``given`` are arguments of an object that is to be made."""

    machine: Interpreter
    cls: ClassValue
    size: int
    given: Mapping[str, object]
    depth: int

    def value(self, annotation: syntax.Expression | None) -> Value:
        """A value that fits, MISSING where none is known."""
        match annotation:
            case None:
                return self.size
            case syntax.Literal(value=None):
                return None
            case syntax.Binary(operator="|", left=left, right=right):
                return self._either((left, right))
            case syntax.Subscript(value=syntax.Name(id="Optional"), index=index):
                return self._either((index, None))
            case syntax.Subscript(value=syntax.Name(id="Union"), index=syntax.TupleDisplay(items=items)):
                return self._either(items)
            case syntax.Subscript(value=syntax.Name(id="tuple" | "Tuple" | "list" | "List" as kind), index=index):
                return self._several(kind.lower(), index)
            case syntax.Name(id="int"):
                return self.size
            case syntax.Name(id=name) if name in _PLAIN:
                return _PLAIN[name]
            case _:
                return self._object(self._found(annotation))

    def _either(self, ways: Sequence[syntax.Expression | None]) -> Value:
        """None where that is allowed and nothing is given."""
        absent = [way for way in ways if way is None or isinstance(way, syntax.Literal)]
        return None if absent and not self.given else self.value(next(way for way in ways if way not in absent))

    def _several(self, kind: str, index: syntax.Expression) -> Value:
        items = index.items if isinstance(index, syntax.TupleDisplay) else (index,)
        values = [self.value(item) for item in items if not isinstance(item, syntax.Literal)]
        if any(value is MISSING for value in values):
            return MISSING
        return tuple(values) if kind == "tuple" else values

    def _found(self, annotation: syntax.Expression) -> Value:
        """What an annotation names, as seen from the class."""
        match annotation:
            case syntax.Name(id=name):
                inner = self.cls.find(name)
                if inner is not MISSING or self.cls.module is None:
                    return inner
                return module_attribute(self.machine, self.cls.module, name)
            case syntax.Attribute(value=value, name=name):
                found = self.machine.get_attribute(self._found(value), name, None)
                return MISSING if found is None else found
            case _:
                return MISSING

    def _object(self, cls: Value) -> Value:
        """An object of an annotated class; one that passes everything on for ``nn.Module`` itself."""
        machine = self.machine
        if not isinstance(cls, ClassValue) or self.depth == 0:
            return MISSING
        if cls is machine.classes[machine.platform.roles.module]:
            cls = machine.import_name(*machine.platform.roles.identity)
        if (
            not isinstance(cls, ClassValue)
            or cls.module is None
            or any(base.qualified_name == "enum.Enum" for base in cls.mro)
        ):
            return MISSING
        inner = tuple(arguments(machine, cls, self.given, self.size, self.depth - 1))
        return machine.instantiate(cls, (), {one.field: one.value for one in inner})
