"""Modules that are constructed once more from the same arguments are copied instead.

A layer's projections, norms and feed-forward parts are mostly made from a configuration and plain numbers alone, over
and over. When the same constructor has run twice with equal arguments, without leaving a trace anywhere else, its third
run and all later ones give a copy of the second; of the first where that was dear.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.base import Span
from analyzer.graph import Dtype, Phase
from analyzer.interpret.memo.value_keys import NotComparable, check_size, value_key
from analyzer.interpret.runtime.state import InterpreterState
from analyzer.interpret.runtime.trace import Choice
from analyzer.library.module_tree import MODULE_BYTES
from analyzer.values import BoundMethod, ClassValue, ModuleInstance, Native, Partial, Tensor, Value

DEAR = 5_000
"""Statements from which on a constructor is run once only: less than a copy that may be in vain costs."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A constructed module that nobody else has seen, and the place that asked for it."""

    module: ModuleInstance
    place: Span
    members: tuple[ModuleInstance, ...]
    """Every module that was made on the way, in order."""
    choices: tuple[Choice, ...]
    """What configuration values decided, with ranges that count from the first of ``members``."""


@dataclass(frozen=True, slots=True)
class Before:
    """The state before a constructor ran."""

    changes: int
    gaps: int
    made: int
    choices: int
    steps: int


class ConstructionMemo:
    """What was constructed so far, by constructor and arguments; None for what was made once."""

    def __init__(self) -> None:
        self._made: dict[Hashable, _Made | None] = {}

    def key(
        self, machine: InterpreterState, cls: ClassValue, args: Sequence[Value], kwargs: Mapping[str, Value]
    ) -> Hashable | None:
        """What decides the outcome of ``cls(*args, **kwargs)``; None where that is not known."""
        module = machine.classes[machine.platform.roles.module]
        if machine.trace.phase is not Phase.CONSTRUCT or module not in cls.mro:
            return None
        try:
            return cls, value_key(tuple(args)), value_key(dict(kwargs)), value_key(machine.settings), machine.changes
        except NotComparable:
            return None

    def copy(self, machine: InterpreterState, key: Hashable) -> ModuleInstance | None:
        """A module as the constructor would make it here, if it is known by now."""
        made = self._made.get(key)
        if made is None:
            return None
        machine.charge(len(made.members), len(made.members) * MODULE_BYTES)
        copier = _Copier(made.place, machine.stack.span())
        copy = copier.module(made.module)
        first = len(machine.trace.made)
        machine.trace.made.extend(copier.of(member) for member in made.members)
        machine.trace.choices.extend(copier.choice(choice, first, len(machine.trace.ops)) for choice in made.choices)
        return copy

    def before(self, machine: InterpreterState) -> Before:
        """The state to compare with when the constructor has run."""
        return Before(
            machine.changes,
            len(machine.trace.gaps),
            len(machine.trace.made),
            len(machine.trace.choices),
            machine.meter.steps,
        )

    def keep(self, machine: InterpreterState, key: Hashable, made: Value, before: Before) -> None:
        """Take note of what the constructor gave, unless something else was changed or not understood meanwhile."""
        quiet = (before.changes, before.gaps) == (machine.changes, len(machine.trace.gaps))
        if not quiet or not isinstance(made, ModuleInstance):
            self._made.pop(key, None)
        elif key not in self._made and machine.meter.steps - before.steps < DEAR:
            self._made[key] = None
        else:
            try:
                self._made[key] = _pristine(machine, made, before)
            except NotComparable:
                self._made.pop(key, None)


def _pristine(machine: InterpreterState, made: ModuleInstance, before: Before) -> _Made:
    place = machine.stack.span()
    copier = _Copier(place, place)
    copy = copier.module(made)
    members = tuple(copier.of(member) for member in machine.trace.made[before.made :])
    choices = tuple(copier.choice(choice, -before.made, 0) for choice in machine.trace.choices[before.choices :])
    return _Made(copy, place, members, choices)


class _Copier:
    """A deep copy of a module; what was placed at ``old`` (by a library's constructor) is placed at ``new``."""

    def __init__(self, old: Span, new: Span) -> None:
        self._old = old
        self._new = new
        self._done: dict[int, Value] = {}

    def module(self, value: ModuleInstance) -> ModuleInstance:
        known = self._done.get(id(value))
        if known is not None:
            assert isinstance(known, ModuleInstance)
            return known
        made = ModuleInstance(value.cls, self._new if value.created == self._old else value.created)
        self._done[id(value)] = made
        if value.hooks or value.pre_hooks:
            raise NotComparable
        made.native = value.native
        for item in value.attributes.values():
            check_size(item)
        made.attributes = {name: self._value(item) for name, item in value.attributes.items()}
        made.parameters = {name: self._member(item) for name, item in value.parameters.items()}
        made.buffers = {name: self._member(item) for name, item in value.buffers.items()}
        made.modules = {name: None if item is None else self.module(item) for name, item in value.modules.items()}
        made.non_persistent = set(value.non_persistent)
        made.settings = dict(value.settings)
        return made

    def of(self, value: ModuleInstance) -> ModuleInstance:
        """The copy of ``value``; one that did not become part of the module stands for itself."""
        known = self._done.get(id(value), value)
        assert isinstance(known, ModuleInstance)
        return known

    def choice(self, value: Choice, offset: int, op: int) -> Choice:
        """``value`` for the copy: its members count from ``offset`` on, no operation depends on it."""
        module = self.of(value.module) if isinstance(value.module, ModuleInstance) else value.module
        first, end = value.made
        return replace(value, module=module, ops=(op, op), made=(first + offset, end + offset))

    def _member(self, value: Tensor | None) -> Tensor | None:
        return None if value is None else self._tensor(value)

    def _tensor(self, value: Tensor) -> Tensor:
        known = self._done.get(id(value))
        if known is not None:
            assert isinstance(known, Tensor)
            return known
        if value.base is not None:
            raise NotComparable
        made = Tensor(value.shape, value.dtype, value.op, value.output, value.data)
        made.parameter, made.assumed, made.attributes = value.parameter, value.assumed, dict(value.attributes)
        made.span = self._new if value.span == self._old else value.span
        self._done[id(value)] = made
        return made

    def _value(self, value: Value) -> Value:
        match value:
            case ModuleInstance():
                return self.module(value)
            case Tensor():
                return self._tensor(value)
            case BoundMethod():
                return BoundMethod(value.function, self._value(value.receiver))
            case Partial():
                kwargs = {name: self._value(item) for name, item in value.kwargs.items()}
                return Partial(self._value(value.function), tuple(map(self._value, value.args)), kwargs)
            case list() if type(value) is list:
                return [self._value(item) for item in value]
            case tuple() if type(value) is tuple:
                return tuple(self._value(item) for item in value)
            case dict() if type(value) is dict:
                return {name: self._value(item) for name, item in value.items()}
            case Native() | Dtype() | ClassValue():
                return value
        value_key(value)  # what cannot be compared may hold parts of the module
        return value
