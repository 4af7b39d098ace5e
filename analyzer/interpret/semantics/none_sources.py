"""Where a None comes from: it can carry no origin, so the expression that gave it is asked.

A configuration field that is None is known where it is read, and where it was assigned to an attribute of a module or
to a variable before.
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.frames import Frame
from analyzer.sources import syntax
from analyzer.values import MISSING, Instance, ModuleInstance, Origin, Value, plain, traced

_EQUAL = ("is", "==")
_UNEQUAL = ("is not", "!=")


def remember(machine: Interpreter, target: syntax.Expression, source: syntax.Expression, frame: Frame) -> None:
    """Note at the assignment of a None which field it is the value of, or that it is none's."""
    field = _field(machine, source, frame)
    match target:
        case syntax.Name():
            frame.absent = {**(frame.absent or {}), target.id: field}
        case syntax.Attribute(value=owner):
            receiver = _object(machine, owner, frame)
            if isinstance(receiver, ModuleInstance):
                machine.fields.none_sources[receiver, target.name] = field


def passed(machine: Interpreter, node: syntax.Call, given: Mapping[str, Value], frame: Frame) -> dict[str, str]:
    """The fields that keywords of a call with the value None are the values of."""
    if all(value is not None for value in given.values()):
        return {}
    named = [(one.name, _field(machine, one.value, frame)) for one in node.arguments if one.name is not None]
    return {name: field for name, field in named if field is not None and given.get(name, MISSING) is None}


def compared(machine: Interpreter, node: syntax.Compare, symbol: str, left: Value, right: Value, frame: Frame) -> Value:
    """The result of comparing two Nones, with the field that one of them is the value of; MISSING without one."""
    if left is not None or right is not None or symbol not in (*_EQUAL, *_UNEQUAL) or len(node.rights) != 1:
        return MISSING
    field = _field(machine, node.left, frame) or _field(machine, node.rights[0], frame)
    return MISSING if field is None else _traced(symbol in _EQUAL, f"config.{field} {symbol} None", field)


def truth(machine: Interpreter, node: syntax.Expression, frame: Frame) -> Value:
    """The truth of ``node``, which is None, with the field that it is the value of; None without one."""
    field = _field(machine, node, frame)
    return None if field is None else _traced(False, f"config.{field}", field)


def _traced(value: bool, expression: str, field: str) -> Value:
    return traced(value, Origin(expression, frozenset({f"config.{field}"})))


def _field(machine: Interpreter, node: syntax.Expression, frame: Frame) -> str | None:
    """The field (without the prefix) whose value ``node`` reads."""
    match node:
        case syntax.Name():
            return (frame.absent or {}).get(node.id)
        case syntax.Attribute():
            return _of_object(machine, _object(machine, node.value, frame), node.name)
        case syntax.Call(function=syntax.Name(id="getattr")) if len(node.arguments) > 1:
            owner, name = (argument.value for argument in node.arguments[:2])
            if isinstance(name, syntax.Literal) and isinstance(name.value, str):
                return _of_object(machine, _object(machine, owner, frame), name.value)
    return None


def _of_object(machine: Interpreter, value: Value, name: str) -> str | None:
    if isinstance(value, ModuleInstance):
        return machine.fields.none_sources.get((value, name))
    if (
        isinstance(value, Instance)
        and id(value) in machine.fields.watched
        and value.attributes.get(name, MISSING) is None
    ):
        return machine.fields.watched[id(value)] + str(plain(name))
    return None


def _object(machine: Interpreter, node: syntax.Expression, frame: Frame) -> Value:
    """The object that a name, or an attribute of one, stands for; MISSING for anything that would have to be run."""
    match node:
        case syntax.Name():
            scope: Frame | None = frame
            while scope is not None and node.id not in scope.locals:
                scope = scope.parent
            return MISSING if scope is None else scope.locals[node.id]
        case syntax.Attribute():
            owner = _object(machine, node.value, frame)
            return owner.attributes.get(node.name, MISSING) if isinstance(owner, Instance) else MISSING
    return MISSING
