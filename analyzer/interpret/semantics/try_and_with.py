"""``try`` and ``with``: statements that outlive an exception of the program."""

from __future__ import annotations

from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.interpret.runtime.frames import Completion, Frame
from analyzer.sources import syntax
from analyzer.values import MISSING, ClassValue, Opaque, Unknown, Value


def execute_try(machine: Interpreter, node: syntax.Try, frame: Frame) -> Completion:
    """Body, handlers and ``else``, then ``finally``: a jump or return there replaces what the rest ended with."""
    try:
        outcome = _guarded(machine, node, frame)
    except ProgramError:
        override = machine.execute(node.final, frame)
        if override is not None:
            return override
        raise
    return machine.execute(node.final, frame) or outcome


def _guarded(machine: Interpreter, node: syntax.Try, frame: Frame) -> Completion:
    machine.stack.guards += bool(node.handlers)
    try:
        outcome = machine.execute(node.body, frame)
    except ProgramError as error:
        machine.stack.guards -= bool(node.handlers)
        return _handle(machine, node, error, frame)
    except BaseException:
        machine.stack.guards -= bool(node.handlers)
        raise
    machine.stack.guards -= bool(node.handlers)
    return machine.execute(node.otherwise, frame) if outcome is None else outcome


def _handle(machine: Interpreter, node: syntax.Try, error: ProgramError, frame: Frame) -> Completion:
    for handler in node.handlers:
        if handler.matches is not None and not _matches(machine, machine.evaluate(handler.matches, frame), error):
            continue
        if handler.name is not None:
            frame.bind(handler.name, error.value)
        machine.stack.handled.append(error)
        try:
            return machine.execute(handler.body, frame)
        finally:
            _no_longer_handled(machine, error)
            if handler.name is not None:
                frame.locals.pop(handler.name, None)
    raise error


def _no_longer_handled(machine: Interpreter, error: ProgramError) -> None:
    """A generator that is given up in a handler has taken its errors with it."""
    if machine.stack.handled and machine.stack.handled[-1] is error:
        machine.stack.handled.pop()


def _matches(machine: Interpreter, classes: Value, error: ProgramError) -> bool:
    if isinstance(classes, tuple | list):
        return any(_matches(machine, cls, error) for cls in classes)
    return isinstance(classes, ClassValue) and error.value.cls.derives(classes)


def execute_with(machine: Interpreter, node: syntax.With, frame: Frame) -> Completion:
    """Each manager guards those after it, and the last one the body."""
    entered: list[Value] = []
    outcome: Completion = None
    error: ProgramError | None = None
    try:
        for item in node.items:
            manager = machine.evaluate(item.value, frame)
            frame.node = item.value
            given = _enter(machine, manager)
            entered.append(manager)
            if item.target is not None:
                machine.assign(item.target, given, frame)
        outcome = machine.execute(node.body, frame)
    except ProgramError as raised:
        error = raised
    while entered:
        try:
            if _leave_with(machine, entered.pop(), error):
                error = outcome = None
        except ProgramError as raised:
            error = raised
    if error is not None:
        raise error
    return outcome


def _leave_with(machine: Interpreter, manager: Value, error: ProgramError | None) -> bool:
    """Whether a manager that is left with ``error`` swallows it."""
    if error is None:
        _leave(machine, manager, None)
        return False
    machine.stack.handled.append(error)
    try:
        return _leave(machine, manager, error)
    finally:
        _no_longer_handled(machine, error)


def _enter(machine: Interpreter, manager: Value) -> Value:
    if isinstance(manager, Unknown | Opaque):
        return manager
    method = machine.type_of(manager).find("__enter__")
    return manager if method is MISSING else machine.call(method, (manager,))


def _leave(machine: Interpreter, manager: Value, error: ProgramError | None) -> bool:
    if isinstance(manager, Unknown | Opaque):
        return False
    method = machine.type_of(manager).find("__exit__")
    if method is MISSING:
        return False
    details = (None, None, None) if error is None else (error.value.cls, error.value, None)
    return machine.truth(machine.call(method, (manager, *details))) is True
