"""Calls: binding of arguments, activation of functions, instantiation of classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analyzer.base import GapCode
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects.generators import Generator
from analyzer.interpret.objects.modules import resolve
from analyzer.interpret.recording.emission import emit_unknown
from analyzer.interpret.runtime.exceptions import NoValue, ProgramError
from analyzer.interpret.runtime.frames import Frame, Returned
from analyzer.interpret.runtime.host_errors import HOST_ERRORS, rethrow
from analyzer.interpret.semantics import decisions
from analyzer.interpret.semantics.undecided_branches import join_results
from analyzer.library.natives.bounds import POINTER
from analyzer.library.natives.walking import Walk, walk_over
from analyzer.library.operations.errors import BindingError, ShapeError
from analyzer.sources import syntax
from analyzer.values import (
    MISSING,
    BoundMethod,
    ClassMethod,
    ClassValue,
    Function,
    Instance,
    LazyImport,
    ModuleInstance,
    Native,
    Opaque,
    Partial,
    StaticMethod,
    Tensor,
    Unknown,
    Value,
)

_COUNTED = (Generator, Walk)
"""Iterators that charge for what they give themselves."""
DEEPEST = 180
_FEW = 64


def call(
    machine: Interpreter, function: Value, args: Sequence[Value] = (), kwargs: Mapping[str, Value] | None = None
) -> Value:
    """Call any callable value of the program."""
    kwargs = kwargs or {}
    match function:
        case Function():
            return call_function(machine, function, args, kwargs)
        case BoundMethod():
            return call(machine, function.function, _longer(machine, (function.receiver,), args), kwargs)
        case Native():
            return call_native(machine, function, args, kwargs)
        case ModuleInstance():
            return machine.call_module(function, args, kwargs)
        case ClassValue():
            return instantiate(machine, function, args, kwargs)
        case Partial():
            machine.charge(1)
            longer = _longer(machine, function.args, args)
            return call(machine, function.function, longer, {**function.kwargs, **kwargs})
        case Unknown():
            return _call_unknown(machine, function, args, kwargs)
        case Opaque():
            return Opaque(f"{function.name}()")
        case StaticMethod() | ClassMethod():
            return call(machine, function.function, args, kwargs)
        case LazyImport():
            return call(machine, resolve(machine, function), args, kwargs)
        case Instance():
            method = function.cls.find("__call__")
            if method is not MISSING:
                return call(machine, method, _longer(machine, (function,), args), kwargs)
    machine.throw("TypeError", f"{machine.type_of(function).name!r} object is not callable")


def _longer(machine: Interpreter, first: Sequence[Value], args: Sequence[Value]) -> tuple[Value, ...]:
    """More arguments. What is called may be bound, or an object to be called, many times over."""
    if len(args) > _FEW:
        machine.charge(len(args), len(args) * POINTER)
    return (*first, *args)


def _call_unknown(machine: Interpreter, function: Unknown, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    machine.note(function.gap)
    tensors = [value for value in (*args, *kwargs.values()) if isinstance(value, Tensor)]
    if not tensors and not function.sources:
        return function
    target = function.gap.construct if function.gap.code is GapCode.UNKNOWN_OPERATION else "unknown"
    return emit_unknown(machine, target, (*function.sources, *tensors), function.gap)


def call_native(machine: Interpreter, function: Native, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    """Call library code; what Python itself raises there becomes the program's exception."""
    machine.charge(1)
    try:
        result = function.call(machine, *args, **kwargs)
        if hasattr(type(result), "__next__") and isinstance(result, Iterator) and not isinstance(result, _COUNTED):
            return walk_over(machine, result, args)
        return result
    except NoValue as reason:
        return machine.unknown(reason.code, function.name, str(reason))
    except (ShapeError, BindingError) as error:
        return machine.unknown(GapCode.SHAPE_MISMATCH, function.name, str(error))
    except MemoryError:
        return machine.unknown(GapCode.BUDGET, function.name, "there is not enough memory for the result")
    except HOST_ERRORS as error:
        rethrow(machine, error, function.name)


def call_function(
    machine: Interpreter, function: Function, args: Sequence[Value], kwargs: Mapping[str, Value]
) -> Value:
    """Run a function of the program."""
    override = machine.platform.override(function.qualified_name)
    if override is not None:
        given = call_native(machine, override, args, kwargs)
        if given is not NotImplemented:
            return given
    if function.qualified_name in machine.platform.declarations.choosing:
        return decisions.part(machine, (*args, *kwargs.values()), lambda: _enter(machine, function, args, kwargs))
    return _enter(machine, function, args, kwargs)


def _enter(machine: Interpreter, function: Function, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    if len(machine.stack.frames) > DEEPEST:
        unknown = next((arg for arg in args if isinstance(arg, Unknown)), None)
        if unknown is not None:
            return unknown  # walking through something that is not known has no end
        machine.exhausted(f"calls nest deeper than {DEEPEST}")
    machine.step()
    node = function.node
    parent = function.scope if isinstance(function.scope, Frame) else None
    frame = Frame(function.module, function.name, parent, function.owner, args[0] if args else MISSING)
    frame.code = node
    frame.locals = bind_arguments(machine, function, args, kwargs)
    if machine.fields.none_arguments:
        frame.absent, machine.fields.none_arguments = {**machine.fields.none_arguments}, {}
    if frame.receiver is MISSING and frame.locals:
        frame.receiver = next(iter(frame.locals.values()))
    if not isinstance(node, syntax.Lambda) and node.is_generator:
        frame.generator = Generator(machine, lambda: _run(machine, node, frame))
        return frame.generator
    return _run(machine, node, frame)


def _run(machine: Interpreter, node: syntax.FunctionDefinition | syntax.Lambda, frame: Frame) -> Value:
    machine.stack.frames.append(frame)
    try:
        if isinstance(node, syntax.Lambda):
            return machine.evaluate(node.body, frame)
        outcome = machine.execute(node.body, frame)
        value = outcome.value if isinstance(outcome, Returned) else None
        return join_results(machine, frame.alternatives, value) if frame.alternatives else value
    finally:
        machine.stack.frames.pop()


def bind_arguments(
    machine: Interpreter, function: Function, args: Sequence[Value], kwargs: Mapping[str, Value]
) -> dict[str, Value]:
    """Local names by parameter, in the order of the parameters."""
    bound: dict[str, Value] = {}
    rest = dict(kwargs)
    position = 0
    for parameter in function.node.parameters:
        name = parameter.name
        match parameter.kind:
            case "positional" | "plain":
                if position < len(args):
                    bound[name] = args[position]
                    position += 1
                    if name in rest and parameter.kind == "plain":
                        machine.throw("TypeError", f"{function.name}() got multiple values for argument {name!r}")
                    continue
            case "args":
                bound[name] = tuple(args[position:])
                position = len(args)
                continue
            case "kwargs":
                continue
        if name in rest and parameter.kind != "positional":
            bound[name] = rest.pop(name)
        elif name in function.defaults:
            bound[name] = function.defaults[name]
        else:
            machine.throw("TypeError", f"{function.name}() missing required argument: {name!r}")
    if position < len(args):
        machine.throw(
            "TypeError", f"{function.name}() takes {position} positional arguments but {len(args)} were given"
        )
    last = function.node.parameters[-1] if function.node.parameters else None
    if last is not None and last.kind == "kwargs":
        bound[last.name] = rest
    elif rest:
        machine.throw("TypeError", f"{function.name}() got an unexpected keyword argument {next(iter(rest))!r}")
    return bound


def instantiate(
    machine: Interpreter, cls: ClassValue, args: Sequence[Value] = (), kwargs: Mapping[str, Value] | None = None
) -> Value:
    """``cls(...)``, or a copy of what it gave before."""
    kwargs = kwargs or {}
    key = machine.construction_memo.key(machine, cls, args, kwargs)
    if key is None:
        return _instantiate(machine, cls, args, kwargs)
    made: Value = machine.construction_memo.copy(machine, key)
    if made is None:
        before = machine.construction_memo.before(machine)
        made = _instantiate(machine, cls, args, kwargs)
        machine.construction_memo.keep(machine, key, made, before)
    return made


def _instantiate(machine: Interpreter, cls: ClassValue, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    """The metaclass's ``__call__``, ``__new__`` and ``__init__``."""
    if cls.metaclass is not None:
        method = cls.metaclass.find("__call__")
        if method is not MISSING and not isinstance(method, Native):
            return call(machine, method, (cls, *args), kwargs)
        if isinstance(method, Native) and method.name != "type.__call__":
            return call_native(machine, method, (cls, *args), kwargs)
    return construct(machine, cls, args, kwargs)


def construct(machine: Interpreter, cls: ClassValue, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    """What ``type.__call__`` does."""
    new = cls.find("__new__")
    if new is MISSING:
        return machine.unknown(GapCode.UNKNOWN_LIBRARY, cls.qualified_name, "the class can not be instantiated")
    function = new.function if isinstance(new, StaticMethod | ClassMethod) else new
    made = call(machine, function, (cls, *args), kwargs)
    if isinstance(made, Instance) and made.cls.derives(cls):
        init = made.cls.find("__init__")
        if init is not MISSING:
            _initialise(machine, init, made, args, kwargs)
    return made


def _initialise(
    machine: Interpreter, init: Value, made: Instance, args: Sequence[Value], kwargs: Mapping[str, Value]
) -> None:
    depth = len(machine.stack.frames)
    try:
        call(machine, init, (made, *args), kwargs)
    except ProgramError as error:
        if not machine.partial.allowed or machine.stack.guards or not isinstance(made, ModuleInstance):
            raise
        del machine.stack.frames[depth:]
        machine.partial.gaps.append(machine.make_gap(GapCode.RAISED, error.name, error.text, error.span))
