"""Default configurations that the class itself refuses: what has to be assumed so that the model can be analysed.

A class may declare a field without a usable default (``head_dim=None``, no prediction length). When construction
raises, the field to blame is the one that the program's message names, or the last one whose value was absent when it
was read. It gets a value that the program's own texts or the other configurations of the model have for it, else the
smallest consistent one. Each assumption is a gap, so the model is never taken for one that its defaults describe.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from analyzer.base import GapCode, Span
from analyzer.interpret import configuration, factors, usage
from analyzer.interpret.frames import Abandoned, ProgramError, Unset
from analyzer.library.natives.inspection import parameters_of
from analyzer.sources import syntax
from analyzer.values import MISSING, ClassValue, Instance, Property, Value, plain

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine

COUNT = 4
MOST = 12
"""Assumptions for one model."""
MOST_ROUNDS = 36
MOST_CALLS = 6
"""Calls that end early before nothing more is assumed for them."""
RECENT = 3
"""Of the fields that were read without a value, the last ones may have made the constructor raise."""
_DEFAULTS_TO = re.compile(r"defaults to `{0,2}([^`)]+?)`{0,2}\)")
_ASKED = re.compile(r"`?(\w+)`?\s*=\s*(True|False|\d+)\b")
_LIST = re.compile(r"\[\s*\d+(?:\s*,\s*\d+)*\s*\]")


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


class Assuming:
    """Construction of a model, again with one more assumption each time that its constructor raises.

    ``remake`` makes the configuration with fields given to its class, so that what it derives from them follows.
    """

    def __init__(self, machine: Machine, config: Instance | None, remake: Callable[[dict[str, object]], Instance]):
        self._machine = machine
        self._remake = remake
        self._rejected: set[tuple[str, ...]] = set()
        self.config = config
        self.made: list[Assumption] = []
        self._for_call: list[Assumption] = []
        self._ended = ""
        self._calls = self._rounds = 0
        self._built: list[Assumption] | None = None

    def construct(self, cls: ClassValue, *, strict: bool) -> Value:
        """An object of ``cls``. Raises the program's exception where no assumption helps, or, if strict, at once."""
        machine, last = self._machine, ""
        if self._built is not None:
            machine.reset()
            self._apply()
        while True:
            self._built = list(self.made)
            try:
                return machine.instantiate(cls, () if self.config is None else (self.config,), self._further(cls))
            except ProgramError as error:
                if strict or self.config is None or machine.lenient:
                    raise
                if (said := f"{error.text} {error.span}") == last:
                    self._withdraw()
                else:
                    self._rejected.clear()
                last = said
                found = self._next(error)
                machine.reset()
                machine.lenient = found is None
                self.made += [] if found is None else [found]
                self._apply()

    def heed(self, refusal: Abandoned) -> bool:
        """Assume what the call that ended with ``refusal`` lacks. Whether the object has to be made once more for it.

        What was assumed last is withdrawn if the call ends as it did before.
        """
        said = f"{refusal.message} {refusal.span}"
        if said == self._ended:
            self.reject()
        self._ended = said
        self._calls += 1
        if self.config is not None and self._calls <= MOST_CALLS and not self._machine.lenient:
            candidates = missed(self._machine, configs_of(self.config), refusal)
            found = [one for one in candidates if (*one.path, one.field) not in self._rejected][:1]
            self.made, self._for_call = self.made + found, found
        return self.made != self._built

    def reject(self) -> None:
        """Withdraw what was assumed last for the call: it does not help, or the object that it leads to is another."""
        if self._for_call:
            self._withdraw()
        self._for_call, self._ended = [], ""

    def _further(self, cls: ClassValue) -> dict[str, Value]:
        return further_arguments(self._machine, cls) if self.config is not None else {}

    def _next(self, error: ProgramError) -> Assumption | None:
        assert self.config is not None
        self._rounds += 1
        if len(self.made) >= MOST or self._rounds > MOST_ROUNDS:
            return None
        candidates = assumptions(self._machine, configs_of(self.config), error)
        return next((one for one in candidates if (*one.path, one.field) not in self._rejected), None)

    def _withdraw(self) -> None:
        """The last assumption changed nothing."""
        if self.made:
            one = self.made.pop()
            self._rejected.add((*one.path, one.field))

    def _apply(self) -> None:
        """The configuration anew with everything that is assumed, each with its gap."""
        try:
            self.config = self._remake({one.field: one.value for one in self.made if not one.path})
        except ProgramError:
            self.config = self._remake({})
        for one in self.made:
            config = at(self.config, one.path)
            if plain(config.attributes.get(one.field)) != one.value:
                config.attributes[one.field] = one.value
            span, _ = configuration.definition(config.cls, one.field)
            self._machine.make_gap(GapCode.ASSUMED, one.name, one.explanation(), span)
        configuration.trace_origins(self.config)
        usage.watch(self._machine, self.config)


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


def assumptions(machine: Machine, configs: Configs, error: ProgramError) -> Iterator[Assumption]:
    """What could be assumed after ``error``, the likeliest first."""
    yield from _asked(configs, error.text)
    yield from _named(configs, error.text)
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


def _absent(machine: Machine, configs: Configs) -> Iterator[Assumption]:
    """Fields that had no value when they were read, the last one first."""
    for read in list(reversed(machine.unset.values()))[:RECENT]:
        yield from _valued(configs, read)


def _valued(configs: Configs, read: Unset) -> Iterator[Assumption]:
    """A field that was read without a value, with one."""
    holder = read.holder
    path = next((path for path, one in configs.items() if one is holder), None)
    aliases = holder.cls.find("attribute_map")
    name = str(plain(aliases.get(read.name, read.name))) if isinstance(aliases, dict) else read.name
    if path is None or holder.attributes.get(name) is not None:
        return
    if name not in holder.attributes or _declared(holder, name):
        yield from _suggested(configs, path, name)


def missed(machine: Machine, configs: Configs, refusal: Abandoned) -> Iterator[Assumption]:
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


def _scaled(machine: Machine, configs: Configs, refusal: Abandoned) -> Iterator[Assumption]:
    """A factor that the configuration lacks, with which the sizes agree that ended the call."""
    classes = {cls for module in machine.made for cls in module.cls.mro if _holds(cls, refusal.span)}
    wanted = [(cls.node, ratio) for cls in classes for ratio in factors.ratios(refusal.refused) if cls.node is not None]
    for body, ratio in wanted:
        for field, key, default in factors.factors(body):
            for path, config in configs.items():
                held = factors.lacking(config, (field, key, default))
                if held is not None:
                    value = {**held, key: default * ratio}
                    source = f"where {key} = {default * ratio:g} makes the sizes agree"
                    yield Assumption(path, config.cls, field, value, source)


def _read_at(machine: Machine, configs: Configs, place: Span) -> Iterator[Assumption]:
    """Fields without a value that objects of the class read whose code ``place`` is in, the last one first."""
    for read in list(reversed(machine.unset.values())):
        if read.reader is not None and any(_holds(cls, place) for cls in read.reader.mro):
            yield from _valued(configs, read)


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


def _own_defaults(machine: Machine, configs: Configs, error: ProgramError) -> Iterator[Assumption]:
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
    for value, source in _values(configs, config, name):
        if value is not None:
            yield Assumption(path, config.cls, name, value, source)


def _values(configs: Configs, config: Instance, name: str) -> Iterator[tuple[Value, str]]:
    for other in configs.values():
        value = plain(other.attributes.get(name))
        if other is not config and not isinstance(value, Instance):
            yield value, f"as in {other.cls.name}"
    yield _documented(config.cls, name), "as its documentation says"
    heads, width = _number(config, "num_attention_heads"), _number(config, "hidden_size")
    if heads and name.endswith("_heads"):
        yield heads, "one for each attention head"
    if heads and width and name == "head_dim":
        yield width // heads, "hidden_size // num_attention_heads"
    if name == "layer_types":
        yield ["full_attention"] * _number(config, "num_hidden_layers"), "the same for every layer"
    for said in dict.fromkeys((name, name.rpartition("_")[2])):
        declared = config.cls.find(f"default_{said}")
        yield None if declared is MISSING else plain(declared), "as the class declares"
    for cls in _neighbours(config.cls):
        yield plain(configuration.definition(cls, name)[1]), f"as {cls.name} declares"
    if name.endswith("_id"):
        yield 0, "the first one"
    written = _annotation(config.cls, name) or next(_entries(config.cls, name), "")
    yield _of_type(written), "the least that its type allows"


def _neighbours(cls: ClassValue) -> Iterator[ClassValue]:
    """The other configurations of the same file."""
    namespace = {} if cls.module is None else cls.module.namespace
    yield from (value for value in namespace.values() if isinstance(value, ClassValue) and value.module is cls.module)


def _number(config: Instance, name: str) -> int:
    value = plain(config.attributes.get(name))
    return value if type(value) is int else 0


def _of_type(annotation: str) -> Value:
    if re.search(r"\b(list|List|tuple|Tuple)\b", annotation):
        return []
    for word in re.findall(r"\w+", annotation):
        if word in _LEAST:
            return _LEAST[word]
    return None


_LEAST: Mapping[str, Value] = {"int": COUNT, "bool": False, "float": 1.0, "dict": {}, "Dict": {}}


def _annotation(cls: ClassValue, name: str) -> str:
    for ancestor in cls.mro:
        if name in ancestor.annotations and ancestor.module is not None and ancestor.module.file is not None:
            node = ancestor.annotations[name]
            return str(ancestor.module.file.text[node.at : node.end])
    return ""


def _documented(cls: ClassValue, name: str) -> Value:
    """The default that the class's documentation states."""
    for entry in _entries(cls, name):
        stated = _DEFAULTS_TO.search(entry)
        if stated is not None:
            return _literal(stated.group(1))
    return None


def _entries(cls: ClassValue, name: str) -> Iterator[str]:
    """What the class's documentation says of a field's type and default: ``(`int`, *optional*, defaults to 3)``."""
    for ancestor in cls.mro:
        for text in _texts(ancestor):
            entry = re.search(rf"^\s*{re.escape(name)} \((.*?)$", text, re.MULTILINE)
            if entry is not None:
                yield entry.group(1)


def _texts(cls: ClassValue) -> Iterator[str]:
    body = cls.node.body if cls.node is not None else ()
    match body[:1]:
        case (syntax.ExpressionStatement(value=syntax.Literal(value=str() as text)),):
            yield text


def _literal(text: str) -> Value:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None


def further_arguments(machine: Machine, cls: ClassValue) -> dict[str, Value]:
    """Arguments that a part of a model takes besides its configuration: another one, the number of its layer."""
    made: dict[str, Value] = {}
    for parameter in parameters_of(cls)[1:]:
        if parameter.kind in ("args", "kwargs") or parameter.default is not None or parameter.annotation is None:
            continue
        if not isinstance(parameter.annotation, syntax.Name):
            continue
        if parameter.annotation.id == "int":
            made[parameter.name] = 0
        elif cls.module is not None:
            found = machine.module_attribute(cls.module, parameter.annotation.id)
            if isinstance(found, ClassValue):
                made[parameter.name] = machine.call(found)
    return made
