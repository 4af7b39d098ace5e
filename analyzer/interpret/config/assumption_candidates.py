"""What could be assumed of a configuration after the program raised, the likeliest first."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from analyzer.base import GapCode, Span
from analyzer.interpret.config import configuration, scale_factors
from analyzer.interpret.config.stated_values import values
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.exceptions import Abandoned, ProgramError, UnsetRead
from analyzer.values import ClassValue, Instance, Property, Value, plain

RECENT = 3
"""Of the fields that were read without a value, the last ones may have made the constructor raise."""
_LONGEST = 10_000  # characters of a message that are read
_NUMBER = r"(?:0|[1-9][0-9]{0,17})"  # as Python writes it
_ASKED = re.compile(rf"`?(\w+)`?\s*=\s*(True|False|{_NUMBER})\b")
_LIST = re.compile(rf"\[\s*{_NUMBER}(?:\s*,\s*{_NUMBER})*\s*\]")


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value for a field of one configuration (``path`` leads to it from the outermost), and where it is from."""

    path: tuple[str, ...]
    owner: ClassValue
    field: str
    value: Value
    source: str

    @property
    def name(self) -> str:
        return ".".join((*self.path, self.field))

    def explanation(self) -> str:
        return f"the code refuses its default configuration: config.{self.name} is assumed to be {self._shown()}"

    def _shown(self) -> str:
        value = self.value.cls.name if isinstance(self.value, Instance) else repr(self.value)
        return f"{value}, {self.source}"


def at(config: Instance, path: Sequence[str]) -> Instance:
    """The configuration nested at ``path``."""
    for name in path:
        inner = config.attributes.get(name)
        config = inner if isinstance(inner, Instance) else config
    return config


Configs: TypeAlias = Mapping[tuple[str, ...], Instance]


def configs_of(config: Instance) -> Configs:
    """A configuration and those nested in it, by the path that leads there."""
    found: dict[tuple[str, ...], Instance] = {}
    pending: list[tuple[tuple[str, ...], Instance]] = [((), config)]
    while pending:
        path, one = pending.pop(0)
        if one not in found.values():
            found[path] = one
            inner = ((name, value) for name, value in one.attributes.items() if isinstance(value, Instance))
            pending += [((*path, name), value) for name, value in inner]
    return found


def assumptions(machine: Interpreter, configs: Configs, error: ProgramError) -> Iterator[Assumption]:
    """What could be assumed after ``error``, the likeliest first."""
    message = error.text[:_LONGEST]
    yield from _asked(configs, message)
    yield from _named(configs, message)
    if error.name in ("AttributeError", "TypeError", "KeyError"):
        yield from _absent(machine, configs)
        yield from _read_at(machine, configs, error.span)
    yield from _own_defaults(machine, configs, error)


def _asked(configs: Configs, message: str) -> Iterator[Assumption]:
    """``field=value`` in the message."""
    for name, text in _ASKED.findall(message):
        for path, config in configs.items():
            value = ast.literal_eval(text)
            if name in config.attributes and plain(config.attributes[name]) != value:
                yield Assumption(path, config.cls, name, value, "as the class's message asks")


def _named(configs: Configs, message: str) -> Iterator[Assumption]:
    """A field that the message names: with the list that it gives as an example, or, if it is absent, a value."""
    example = _LIST.search(message)
    for name in dict.fromkeys(re.findall(r"\w+", message)):
        for path, config in configs.items():
            computed = isinstance(config.cls.find(name), Property)
            if not computed and (name not in config.attributes or not _declared(config, name)):
                continue
            value = plain(config.attributes.get(name))
            if example is not None and (computed or value is None or isinstance(value, list | tuple)):
                yield Assumption(
                    path, config.cls, name, ast.literal_eval(example.group(0)), "as the class's message says"
                )
            if value is None and not computed:
                yield from _suggested(configs, path, name)


def _absent(machine: Interpreter, configs: Configs) -> Iterator[Assumption]:
    """Fields that had no value when they were read, the last one first."""
    for read in list(reversed(machine.fields.unset.values()))[:RECENT]:
        yield from _valued(machine, configs, read)


def _valued(machine: Interpreter, configs: Configs, read: UnsetRead) -> Iterator[Assumption]:
    """A field that was read without a value, with one."""
    holder = read.holder
    path = next((path for path, one in configs.items() if one is holder), None)
    aliases = machine.platform.declarations.field_aliases(holder.cls)
    name = aliases.get(read.name, read.name)
    if path is None or holder.attributes.get(name) is not None:
        return
    if name not in holder.attributes or _declared(holder, name):
        yield from _suggested(configs, path, name)


def missed(machine: Interpreter, configs: Configs, refusal: Abandoned) -> Iterator[Assumption]:
    """What could be assumed so that a call runs that ended with ``refusal``, the likeliest first.

    What its message names; where it ended at something without a value, what the objects of the class that was running
    read from the configuration and found to have none.
    """
    if refusal.code is GapCode.RAISED:
        yield from _asked(configs, refusal.message)
        yield from _named(configs, refusal.message)
    if "NoneType" in refusal.message:
        yield from _read_at(machine, configs, refusal.span)
    yield from _scaled(machine, configs, refusal)


def _scaled(machine: Interpreter, configs: Configs, refusal: Abandoned) -> Iterator[Assumption]:
    """A factor that the configuration lacks, with which the sizes agree that ended the call."""
    classes = {cls for module in machine.trace.made for cls in module.cls.mro if _holds(cls, refusal.span)}
    wanted = [
        (cls.node, ratio) for cls in classes for ratio in scale_factors.ratios(refusal.mismatch) if cls.node is not None
    ]
    for body, ratio in wanted:
        for field, key, default in scale_factors.factors(body):
            for path, config in configs.items():
                held = scale_factors.lacking(config, (field, key, default))
                if held is not None:
                    value = {**held, key: default * ratio}
                    source = f"where {key} = {default * ratio:g} makes the sizes agree"
                    yield Assumption(path, config.cls, field, value, source)


def _read_at(machine: Interpreter, configs: Configs, place: Span) -> Iterator[Assumption]:
    """Fields without a value that objects of the class read whose code ``place`` is in, the last one first."""
    for read in list(reversed(machine.fields.unset.values())):
        if read.reader is not None and any(_holds(cls, place) for cls in read.reader.mro):
            yield from _valued(machine, configs, read)


def _holds(cls: ClassValue, span: Span) -> bool:
    """Whether a place is within the definition of a class."""
    if cls.node is None or cls.module is None or cls.module.file is None:
        return False
    whole = cls.module.file.span(cls.node.at, cls.node.end)
    return bool(whole.path == span.path and whole.line <= span.line <= whole.end_line)


def _declared(config: Instance, name: str) -> bool:
    """Whether the model's own configuration declares the field, not the library for all of them."""
    span, _ = configuration.definition(config.cls, name)
    return span.path == config.cls.span.path


def _own_defaults(machine: Interpreter, configs: Configs, error: ProgramError) -> Iterator[Assumption]:
    """A part's own defaults in place of what the composition gives it, for the part whose code raised."""
    folder = error.span.path.rpartition("/")[0]
    for path, config in configs.items():
        if path and folder and config.cls.span.path.startswith(f"{folder}/"):
            outer = at(configs[()], path[:-1])
            if outer.attributes.get(path[-1]) is config:
                made = machine.call(config.cls)
                yield Assumption(path[:-1], outer.cls, path[-1], made, "with its class's own defaults")


def _suggested(configs: Configs, path: tuple[str, ...], name: str) -> Iterator[Assumption]:
    """Values for a field: of another configuration, of the documentation, derived, of its annotated type."""
    config = configs[path]
    for value, source in values(configs.values(), config, name):
        if value is not None:
            yield Assumption(path, config.cls, name, value, source)
