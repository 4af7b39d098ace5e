"""Modules that are constructed once more from the same arguments are copied instead.

A layer's projections, norms and feed-forward parts are mostly made from a configuration and plain numbers alone, over
and over. When the same constructor has run twice with equal arguments, without leaving a trace anywhere else, its third
run and all later ones give a copy of the second.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.base import Span
from analyzer.graph import Dtype, Phase
from analyzer.interpret.tokens import NotComparable, token
from analyzer.values import BoundMethod, ClassValue, ModuleInstance, Native, Partial, Tensor, Value

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine


@dataclass(frozen=True, slots=True)
class _Made:
    """A constructed module that nobody else has seen, and the place that asked for it."""

    module: ModuleInstance
    place: Span


class Sharing:
    """What was constructed so far, by constructor and arguments; None for what was made once."""

    def __init__(self) -> None:
        self._made: dict[Hashable, _Made | None] = {}

    def key(
        self, machine: Machine, cls: ClassValue, args: Sequence[Value], kwargs: Mapping[str, Value]
    ) -> Hashable | None:
        """What decides the outcome of ``cls(*args, **kwargs)``; None where that can not be told."""
        if machine.recorder.phase is not Phase.CONSTRUCT or machine.classes["torch.nn.Module"] not in cls.mro:
            return None
        try:
            return cls, token(tuple(args)), token(dict(kwargs)), token(machine.settings), machine.changes
        except NotComparable:
            return None

    def copy(self, machine: Machine, key: Hashable) -> ModuleInstance | None:
        """A module as the constructor would make it here, if it is known by now."""
        made = self._made.get(key)
        if made is None:
            return None
        return _Copier(made.place, machine.span()).module(made.module)

    def keep(self, machine: Machine, key: Hashable, made: Value, quiet: bool) -> None:
        """Take note of what the constructor gave; ``quiet`` says that nothing else was changed or misunderstood."""
        if not quiet or not isinstance(made, ModuleInstance):
            self._made.pop(key, None)
        elif key not in self._made:
            self._made[key] = None
        else:
            place = machine.span()
            try:
                self._made[key] = _Made(_Copier(place, place).module(made), place)
            except NotComparable:
                del self._made[key]


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
        made.attributes = {name: self._value(item) for name, item in value.attributes.items()}
        made.parameters = {name: self._value(item) for name, item in value.parameters.items()}
        made.buffers = {name: self._value(item) for name, item in value.buffers.items()}
        made.modules = {name: self._value(item) for name, item in value.modules.items()}
        made.non_persistent = set(value.non_persistent)
        return made

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
        token(value)  # what can not be compared may hold parts of the module
        return value
