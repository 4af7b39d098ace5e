"""One method of a Python type, as analysed code may call it: which arguments it takes and what it may cost.

The tables of the types name every method that may be called, with the kind of each argument. Arguments are bound and
converted before the call, so that Python's own code meets nothing but plain values of the right type, and its cost is
charged before it runs. A method that no table names is a gap.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from analyzer.base import GapCode
from analyzer.library.context import NativeContext
from analyzer.library.natives.methods.kinds import KINDS, ArgumentKind, unwrapped
from analyzer.library.natives.tracing import with_origin
from analyzer.values import Native, Unknown, Value, plain

Cost: TypeAlias = Callable[..., None]
"""Charges for a call before it is made: ``cost(machine, receiver, *arguments)``."""


@dataclass(frozen=True, slots=True)
class MethodParameter:
    """``default`` is what Python itself takes; None for one that has to be given. The last may be ``variadic``."""

    name: str
    kind: ArgumentKind
    default: tuple[Value] | None = None
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """``cost`` is charged before the call; a ``writing`` method changes its receiver."""

    name: str
    parameters: tuple[MethodParameter, ...]
    cost: Cost
    writing: bool = False


def table(
    text: str,
    cost: Cost,
    costs: Mapping[str, Cost],
    writing: frozenset[str] = frozenset(),
    kinds: Mapping[str, ArgumentKind] = KINDS,
) -> dict[str, Method]:
    """Methods from lines of the form ``name argument:kind argument:kind=default *arguments:kind``.

    ``costs`` holds what single methods cost, ``cost`` is that of all others; ``writing`` names those that change their
    receiver.
    """
    methods = {}
    for line in filter(None, text.splitlines()):
        name, *parameters = line.split()
        given = tuple(_parameter(parameter, kinds) for parameter in parameters)
        methods[name] = Method(name, given, costs.get(name, cost), name in writing)
    return methods


def _parameter(text: str, kinds: Mapping[str, ArgumentKind]) -> MethodParameter:
    name, _, rest = text.partition(":")
    kind, equals, default = rest.partition("=")
    value = (ast.literal_eval(default),) if equals else None
    return MethodParameter(name.lstrip("*"), kinds[kind], value, name.startswith("*"))


def host_method(name: str, python_type: type, method: Method) -> Native:
    """The method of ``python_type`` that ``method`` describes, called on what the program's receiver is or extends."""
    function = getattr(python_type, method.name)

    def call(machine: NativeContext, receiver: Value, *args: Value, **kwargs: Value) -> Value:
        target = plain(unwrapped(receiver))
        if not isinstance(target, python_type):
            machine.throw("TypeError", f"descriptor {method.name!r} requires a {python_type.__name__!r} object")
        values = bound(machine, name, method.parameters, args, kwargs)
        if isinstance(values, Unknown):
            return values
        method.cost(machine, target, *values)
        if method.writing:
            machine.written_into(target)
        result = function(target, *values)
        return with_origin(name, result, (receiver, *args)) if isinstance(result, str) else result

    return Native(name, call)


def static_method(name: str, python_type: type, method: Method) -> Native:
    """A class method or static method of ``python_type`` likewise; sets come in an order that is always the same."""
    function = getattr(python_type, method.name)

    def call(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
        values = bound(machine, name, method.parameters, args, kwargs)
        if isinstance(values, Unknown):
            return values
        method.cost(machine, None, *values)
        return function(*values)

    return Native(name, call)


def undescribed(name: str) -> Native:
    """A method that Python has and no table names."""

    def call(machine: NativeContext, receiver: Value, *args: Value, **kwargs: Value) -> Value:
        return machine.unknown(GapCode.UNKNOWN_LIBRARY, name, "this method of Python is not described")

    return Native(name, call)


def bound(
    machine: NativeContext,
    name: str,
    parameters: Sequence[MethodParameter],
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
) -> list[Value] | Unknown:
    """The arguments by position, each of the kind that its parameter asks for.

    An unknown argument, where its value matters, makes the result unknown. Arguments that do not fit raise the
    program's TypeError.
    """
    variadic = bool(parameters) and parameters[-1].variadic
    named = parameters[:-1] if variadic else parameters
    if len(args) > len(named) and not variadic:
        machine.throw("TypeError", f"{name}() takes at most {len(named)} arguments ({len(args)} given)")
    extra = kwargs.keys() - {parameter.name for parameter in named[len(args) :]}
    if extra:
        machine.throw("TypeError", f"{name}() got an unexpected keyword argument {min(extra)!r}")
    given: list[tuple[MethodParameter, Value]] = list(zip(named, args, strict=False))
    for parameter in _needed(named[len(args) :], kwargs):
        if parameter.name in kwargs:
            given.append((parameter, kwargs[parameter.name]))
        elif parameter.default is not None:
            given.append((parameter, parameter.default[0]))
        else:
            machine.throw("TypeError", f"{name}() missing required argument {parameter.name!r}")
    given += [(parameters[-1], value) for value in args[len(named) :]]
    unknown = next((value for parameter, value in given if parameter.kind.matters and type(value) is Unknown), None)
    return unknown or [parameter.kind.convert(machine, value) for parameter, value in given]


def _needed(rest: Sequence[MethodParameter], kwargs: Mapping[str, Value]) -> Sequence[MethodParameter]:
    """The parameters up to the last one that is given or has to be."""
    last = [i for i, parameter in enumerate(rest) if parameter.default is None or parameter.name in kwargs]
    return rest[: last[-1] + 1] if last else ()
