"""What a native may ask of the interpreter that calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NoReturn, Protocol

from analyzer.base import Gap, GapCode, Span
from analyzer.library.platform import Platform
from analyzer.values import ClassValue, ModuleInstance, PyModule, Tensor, Unknown, Value


class NativeFrame(Protocol):
    """One activation on the call stack: its local names and lexical surroundings."""

    locals: dict[str, Value]
    module: PyModule
    owner: ClassValue | None
    receiver: Value

    @property
    def parent(self) -> NativeFrame | None:
        """The activation of the lexically enclosing function."""


class NativeContext(Protocol):
    """The interpreter as seen by library code."""

    platform: Platform
    """The framework that the program is written with, and the libraries on it."""

    classes: dict[str, ClassValue]
    """Classes that the library provides, by qualified name; built-ins by their bare name."""

    settings: dict[str, Value]
    """State of the running program that lives in the library (default dtype, gradient mode)."""

    def charge(self, work: int, held: int = 0) -> None:
        """Count what Python is about to do in one go: elements walked through, bytes taken. Ends a model that costs
        too much."""

    def no_value(self, reason: str, code: GapCode = GapCode.BUDGET) -> NoReturn:
        """Make no value: it would take too much, or is not described. The native's result is unknown, with a gap."""

    def constructed(self, module: ModuleInstance) -> None:
        """Take note of a new module."""

    def written_into(self, value: Value) -> None:
        """Take note that a container or object is about to be changed."""

    def entered(self, table: Value, keys: Iterable[Value]) -> None:
        """Take note that a dictionary is about to be written into under ``keys``."""

    def has_module(self, name: str) -> bool:
        """Whether there is source for a dotted name."""

    def call(self, function: Value, args: Sequence[Value] = (), kwargs: Mapping[str, Value] | None = None) -> Value:
        """Call any callable value."""

    def get_attribute(self, value: Value, name: str, default: Value = ...) -> Value:
        """Attribute lookup with the program's semantics; raises the program's AttributeError without ``default``."""

    def plain_attribute(self, value: Value, name: str) -> Value:
        """Attribute lookup by the rules of ``object.__getattribute__``."""

    def set_plain_attribute(self, value: Value, name: str, new: Value) -> None:
        """Attribute assignment by the rules of ``object.__setattr__`` (of ``nn.Module`` for modules)."""

    def set_attribute(self, value: Value, name: str, new: Value) -> None:
        """Attribute assignment with the program's semantics."""

    def changed(self, value: Value, name: str = "") -> None:
        """Take note that ``value`` was changed without ``set_attribute``."""

    def delete_attribute(self, value: Value, name: str) -> None:
        """``del value.name``."""

    def truth(self, value: Value) -> bool | None:
        """Truth of a value; None where it depends on data or on something unknown."""

    def iterate(self, value: Value) -> Iterable[Value]:
        """The elements of an iterable."""

    def get_item(self, value: Value, index: Value) -> Value:
        """``value[index]``."""

    def set_item(self, value: Value, index: Value, new: Value) -> None:
        """``value[index] = new``."""

    def delete_item(self, value: Value, index: Value) -> None:
        """``del value[index]``."""

    def identity(self, value: Value) -> int:
        """``id(value)``: a number that is the same in every run."""

    def binary(self, symbol: str, left: Value, right: Value) -> Value:
        """``left symbol right``."""

    def compare(self, symbol: str, left: Value, right: Value) -> Value:
        """``left symbol right`` for operators of comparison."""

    def type_of(self, value: Value) -> ClassValue:
        """The class of a value."""

    def is_instance(self, value: Value, kinds: Value) -> bool | None:
        """``isinstance``; None where it is not known."""

    def emit(self, target: str, args: Sequence[Value], kwargs: Mapping[str, Value] | None = None) -> Value:
        """Record a tensor operation and give its result."""

    def throw(self, name: str, message: str = "") -> NoReturn:
        """Raise the program's built-in exception ``name``."""

    def stop(self, value: Value) -> NoReturn:
        """Raise the program's StopIteration with what a generator returned."""

    def unknown(self, code: GapCode, construct: str, explanation: str = "", sources: Sequence[Tensor] = ()) -> Unknown:
        """Record a gap and give the value that stands for it."""

    def data_dependent(self, construct: str) -> Gap:
        """The reason of a value that only data decides; no gap is counted."""

    def call_module(self, module: ModuleInstance, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
        """Call a module the way ``nn.Module.__call__`` does."""

    def text(self, value: Value) -> str:
        """``str(value)`` of the program."""

    def represent(self, value: Value) -> str:
        """``repr(value)`` of the program."""

    def format(self, value: Value, spec: str) -> Value:
        """``format(value, spec)`` of the program."""

    def caught(self, name: str, run: Callable[[], Value], otherwise: Value) -> Value:
        """What ``run`` gives, or ``otherwise`` if it raises the program's exception ``name``."""

    def import_name(self, module: str, name: str | None) -> Value:
        """What ``from module import name`` (or ``import module``) gives."""

    def frame(self) -> NativeFrame | None:
        """The innermost frame of interpreted code."""

    def span(self) -> Span:
        """The place that is being executed."""

    def construct(self, cls: ClassValue, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
        """What ``type.__call__`` does: ``__new__`` and ``__init__``."""

    def make_class(self, name: Value, bases: Value, namespace: Value) -> ClassValue:
        """What ``type(name, bases, namespace)`` gives."""

    def instantiate(
        self, cls: ClassValue, args: Sequence[Value] = (), kwargs: Mapping[str, Value] | None = None
    ) -> Value:
        """Make an object of a class."""
