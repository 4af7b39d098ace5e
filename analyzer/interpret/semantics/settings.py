"""Where a module's numbers are set: ``self.scaling = self.head_dim**-0.5``, or an argument of the constructor."""

from __future__ import annotations

from analyzer.base import Span
from analyzer.graph import Setting
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.frames import Frame
from analyzer.sources import syntax
from analyzer.values import TRACED, ModuleInstance, Value, origin_of

_NUMBERS = frozenset({bool, int, float}) | TRACED


def remember(machine: Interpreter, node: syntax.Assign, target: syntax.Expression, value: Value, frame: Frame) -> None:
    """Note on a module of the analysed tree that ``node`` gives a number to one of its attributes."""
    if type(value) not in _NUMBERS or type(target) is not syntax.Attribute or type(target.value) is not syntax.Name:
        return
    module = frame.locals.get(target.value.id)
    if not isinstance(module, ModuleInstance) or frame.module.external:
        return
    parameter = _parameter(node.value, value, frame)
    if parameter is None:
        places: tuple[Span, ...] = (machine.stack.span_of(frame.module, node.at, node.end),)
    else:
        places = (*_call(machine, module), *_default(machine, parameter, value, frame))
    module.settings[target.name] = Setting(value, places, constructed=parameter is not None)


def place(machine: Interpreter, node: syntax.Assign, value: Value, before: int, frame: Frame) -> None:
    """A module that ``node`` made by code of another file (a factory, a table of classes) is created at ``node``.

    Args:
        machine: The interpreter.
        node: The statement.
        value: What it assigns.
        before: How many modules there were before.
        frame: What runs.
    """
    if not isinstance(value, ModuleInstance) or frame.module.external or frame.module.file is None:
        return
    here = machine.stack.span_of(frame.module, node.value.at, node.value.end)
    if value.created.path != here.path and any(one is value for one in machine.trace.made[before:]):
        value.created = here


def _parameter(source: syntax.Expression, value: Value, frame: Frame) -> syntax.Parameter | None:
    """The parameter of the running function that ``source`` names, itself or by another name for the same value."""
    if not isinstance(source, syntax.Name) or not isinstance(frame.code, syntax.FunctionDefinition):
        return None
    named = [one for one in frame.code.parameters if one.name == source.id]
    same = named or [one for one in frame.code.parameters if frame.locals.get(one.name) is value]
    return same[0] if len(same) == 1 else None


def _call(machine: Interpreter, module: ModuleInstance) -> tuple[Span, ...]:
    """The call of the running function, such as ``super().__init__(size, eps)``, unless it constructs the module."""
    callers = machine.stack.callers()
    return callers[-1:] if callers and callers[-1] != module.created else ()


def _default(machine: Interpreter, parameter: syntax.Parameter, value: Value, frame: Frame) -> tuple[Span, ...]:
    """The parameter with its default, if that is the number."""
    default = parameter.default
    literal = isinstance(default, syntax.Literal) and origin_of(value) is None and default.value == value
    return (machine.stack.span_of(frame.module, parameter.at, parameter.end),) if literal else ()
