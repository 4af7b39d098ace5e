"""Execution of statements: one small function a node type, found by a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from analyzer.base import GapCode
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects import containers, modules, operators
from analyzer.interpret.objects.reflection import as_mapping
from analyzer.interpret.runtime.exceptions import Mismatch
from analyzer.interpret.runtime.frames import Completion, Frame, Returned, Signal
from analyzer.interpret.semantics import decisions, none_sources, settings
from analyzer.interpret.semantics.classes import define_class
from analyzer.interpret.semantics.expressions import default_values, evaluate, scope_of
from analyzer.interpret.semantics.match_statement import execute_match
from analyzer.interpret.semantics.try_and_with import execute_try, execute_with
from analyzer.interpret.semantics.undecided_branches import execute_both
from analyzer.library.natives.bounds import materialised
from analyzer.sources import syntax
from analyzer.values import (
    MISSING,
    ClassValue,
    Function,
    Instance,
    LazyImport,
    Opaque,
    Tensor,
    Unknown,
    Value,
    origin_of,
)


def execute(machine: Interpreter, body: Iterable[syntax.Statement], frame: Frame) -> Completion:
    """Run statements until one of them ends the block."""
    for statement in body:
        machine.step()
        outcome = EXECUTE[type(statement)](machine, statement, frame)
        if outcome is not None:
            return outcome
    return None


def _expression(machine: Interpreter, node: syntax.ExpressionStatement, frame: Frame) -> Completion:
    evaluate(machine, node.value, frame)
    return None


def _assign(machine: Interpreter, node: syntax.Assign, frame: Frame) -> Completion:
    made, choices = len(machine.trace.made), len(machine.trace.choices)
    value = evaluate(machine, node.value, frame)
    decisions.remember(machine, node, value, choices, frame)
    settings.place(machine, node, value, made, frame)
    for target in node.targets:
        assign(machine, target, value, frame)
        if value is None:
            none_sources.remember(machine, target, node.value, frame)
        settings.remember(machine, node, target, value, frame)
        if machine.fields.assigned is not None and type(target) is syntax.Attribute:
            place = machine.stack.span_of(frame.module, node.at, node.end)
            machine.fields.assigned[id(evaluate(machine, target.value, frame)), target.name] = place
    return None


def _annotated_assign(machine: Interpreter, node: syntax.AnnotatedAssign, frame: Frame) -> Completion:
    if isinstance(node.target, syntax.Name) and frame.name == "<class>":
        annotations = frame.locals.setdefault("__annotations__", {})
        if isinstance(annotations, dict):
            annotations[node.target.id] = node.annotation
    if node.value is not None:
        assign(machine, node.target, evaluate(machine, node.value, frame), frame)
    return None


def assign(machine: Interpreter, target: syntax.Expression, value: Value, frame: Frame) -> None:
    """Bind ``value`` to a target: a name, attribute, subscript or a sequence of targets."""
    match target:
        case syntax.Name():
            frame.bind(target.id, value)
        case syntax.Attribute():
            receiver = evaluate(machine, target.value, frame)
            frame.node = target
            machine.set_attribute(receiver, target.name, value)
        case syntax.Subscript():
            receiver = evaluate(machine, target.value, frame)
            index = evaluate(machine, target.index, frame)
            frame.node = target
            containers.set_item(machine, receiver, index, value)
        case syntax.TupleDisplay() | syntax.ListDisplay():
            _unpack(machine, target.items, value, frame)
        case syntax.Starred():
            assign(machine, target.value, value, frame)
        case _:
            machine.unknown(GapCode.UNSUPPORTED_SYNTAX, type(target).__name__, "not a target of an assignment")


def _unpack(machine: Interpreter, targets: tuple[syntax.Expression, ...], value: Value, frame: Frame) -> None:
    if isinstance(value, Unknown | Opaque):
        for target in targets:
            assign(machine, target, [value] if isinstance(target, syntax.Starred) else value, frame)
        return
    items = materialised(machine, machine.iterate(value))
    star = next((i for i, target in enumerate(targets) if isinstance(target, syntax.Starred)), None)
    if star is None:
        if len(items) != len(targets):
            machine.trial.mismatch = Mismatch("unpack", (value, len(targets)))
            machine.throw("ValueError", f"cannot unpack {len(items)} values into {len(targets)} targets")
        groups: list[Value] = items
    else:
        after = len(targets) - star - 1
        if len(items) < len(targets) - 1:
            machine.throw("ValueError", f"not enough values to unpack (expected at least {len(targets) - 1})")
        groups = [*items[:star], items[star : len(items) - after], *items[len(items) - after :]]
    for target, item in zip(targets, groups, strict=True):
        assign(machine, target, item, frame)


def _augmented_assign(machine: Interpreter, node: syntax.AugmentedAssign, frame: Frame) -> Completion:
    match node.target:
        case syntax.Attribute():
            receiver = evaluate(machine, node.target.value, frame)
            old = machine.get_attribute(receiver, node.target.name)
        case syntax.Subscript():
            receiver = evaluate(machine, node.target.value, frame)
            index = evaluate(machine, node.target.index, frame)
            frame.node = node.target
            old = containers.get_item(machine, receiver, index)
        case _:
            old = evaluate(machine, node.target, frame)
    value = evaluate(machine, node.value, frame)
    frame.node = node
    new = augmented(machine, node.operator, old, value)
    match node.target:
        case syntax.Attribute():
            machine.set_attribute(receiver, node.target.name, new)
        case syntax.Subscript():
            containers.set_item(machine, receiver, index, new)
        case _:
            assign(machine, node.target, new, frame)
    return None


def augmented(machine: Interpreter, symbol: str, old: Value, value: Value) -> Value:
    """``old symbol= value``: in place for tensors, lists and objects that define it."""
    if isinstance(old, Tensor) and not isinstance(value, Unknown):
        return machine.emit(machine.operators.target(symbol, inplace=True), (old, value))
    if isinstance(old, list | dict | set):
        machine.written_into(old)
        if _in_place(machine, symbol, old, value):
            return old
    if isinstance(old, Instance):
        method = old.cls.find(f"__i{operators.DUNDER[symbol]}__")
        if method is not MISSING:
            return machine.call(method, (old, value))
    return operators.binary(machine, symbol, old, value)


def _in_place(machine: Interpreter, symbol: str, old: Value, value: Value) -> bool:
    """Whether ``old symbol= value`` changes a container itself; it has been changed then."""
    match old, symbol:
        case list(), "+":
            old.extend(materialised(machine, machine.iterate(value)))
        case list(), "*" if isinstance(value, int):
            repeated = operators.binary(machine, symbol, old, value)
            if not isinstance(repeated, list):
                return False
            old[:] = repeated
        case dict(), "|" if isinstance(value, dict):
            old.update(as_mapping(machine, value))
        case dict(), "|":
            for pair in machine.iterate(value):
                key, item = machine.iterate(pair)
                old[key] = item
        case set(), "|" | "&" | "-" | "^" if isinstance(value, set | frozenset):
            changed = operators.binary(machine, symbol, old, value)
            if not isinstance(changed, set | frozenset):
                return False
            old.clear()
            old.update(changed)
        case _:
            return False
    return True


def _return(machine: Interpreter, node: syntax.Return, frame: Frame) -> Completion:
    return Returned(None if node.value is None else evaluate(machine, node.value, frame))


def _raise(machine: Interpreter, node: syntax.Raise, frame: Frame) -> Completion:
    if node.exception is None:
        raise (
            machine.stack.handled[-1] if machine.stack.handled else machine.error("RuntimeError", "no active exception")
        )
    decided = machine.trial.comparison
    value = evaluate(machine, node.exception, frame)
    cause = None if node.cause is None else evaluate(machine, node.cause, frame)
    frame.node = node
    machine.trial.mismatch = decided if machine.trial.strict else None
    if isinstance(value, ClassValue):
        value = machine.call(value, ())
    if isinstance(value, Instance):
        if node.cause is not None:
            value.attributes["__cause__"] = machine.call(cause, ()) if isinstance(cause, ClassValue) else cause
        if machine.stack.handled and machine.stack.handled[-1].value is not value:
            value.attributes["__context__"] = machine.stack.handled[-1].value
        raise machine.raised(value)
    if not isinstance(value, Unknown | Opaque):
        machine.throw("TypeError", "exceptions must derive from BaseException")
    machine.throw("RuntimeError", "raised something that is not understood")


def _assert(machine: Interpreter, node: syntax.Assert, frame: Frame) -> Completion:
    machine.trial.comparison = None
    if machine.truth(evaluate(machine, node.test, frame)) is False:
        machine.trial.mismatch = machine.trial.comparison
        message = "" if node.message is None else machine.text(evaluate(machine, node.message, frame))
        machine.throw("AssertionError", message)
    return None


def _if(machine: Interpreter, node: syntax.If, frame: Frame) -> Completion:
    if not isinstance(node.test, syntax.Name | syntax.Unary):  # A name stands for what was compared before.
        machine.trial.comparison = None
    test = evaluate(machine, node.test, frame)
    decided = machine.truth(test)
    if decided is None:
        return execute_both(machine, test, node.body, node.otherwise, frame)
    body = node.body if decided else node.otherwise
    if not decided and not body and isinstance(node.body[-1], syntax.Raise):
        return None  # what is refused is no choice
    test = none_sources.truth(machine, node.test, frame) if test is None else test
    return decisions.branch(machine, test, node.test, frame, lambda: execute(machine, body, frame))


def _for(machine: Interpreter, node: syntax.For, frame: Frame) -> Completion:
    iterable = evaluate(machine, node.iterable, frame)
    frame.node = node.iterable
    if _depends_on_data(iterable):
        with machine.trace.repeating():
            return _loop(machine, node, iterable, frame)
    return decisions.loop(machine, iterable, node.iterable, frame, lambda: _loop(machine, node, iterable, frame))


def _depends_on_data(iterable: Value) -> bool:
    """Whether how often a loop runs is decided by the numbers in a tensor."""
    if isinstance(iterable, Unknown):
        return True
    origin = origin_of(iterable.shape[0]) if isinstance(iterable, Tensor) and iterable.shape else None
    return origin is not None and "data" in origin.symbols


def _loop(machine: Interpreter, node: syntax.For, iterable: Value, frame: Frame) -> Completion:
    for item in machine.iterate(iterable):
        machine.step()
        assign(machine, node.target, item, frame)
        outcome = execute(machine, node.body, frame)
        if outcome is Signal.BREAK:
            return None
        if isinstance(outcome, Returned):
            return outcome
    return execute(machine, node.otherwise, frame)


def _while(machine: Interpreter, node: syntax.While, frame: Frame) -> Completion:
    while True:
        machine.step()
        decided = machine.truth(evaluate(machine, node.test, frame))
        if decided is False:
            return execute(machine, node.otherwise, frame)
        outcome = execute(machine, node.body, frame)
        if outcome is Signal.BREAK:
            return None
        if isinstance(outcome, Returned):
            return outcome
        if decided is None:
            # How often it runs depends on data: once stands for all.
            return None


def _function(machine: Interpreter, node: syntax.FunctionDefinition, frame: Frame) -> Completion:
    prefix = frame.locals.get("__qualname__") if frame.name == "<class>" else None
    qualified = f"{prefix}.{node.name}" if prefix else f"{frame.module.name}.{node.name}"
    defaults = default_values(machine, node.parameters, frame)
    function = Function(node.name, qualified, node, frame.module, scope_of(frame), defaults)
    frame.defined.append(function)
    value: Value = function
    for decorator in reversed(node.decorators):
        wrap = evaluate(machine, decorator, frame)
        frame.node = decorator
        value = machine.call(wrap, (value,))
    frame.bind(node.name, value)
    return None


def _class(machine: Interpreter, node: syntax.ClassDefinition, frame: Frame) -> Completion:
    value: Value = define_class(machine, node, frame)
    for decorator in reversed(node.decorators):
        function = evaluate(machine, decorator, frame)
        frame.node = decorator
        value = machine.call(function, (value,))
    frame.bind(node.name, value)
    return None


def _import(machine: Interpreter, node: syntax.Import, frame: Frame) -> Completion:
    for name in node.names:
        modules.require_module(machine, name.name)
        if name.alias is not None:
            frame.bind(name.alias, LazyImport(name.name, None))
        else:
            frame.bind(name.name.partition(".")[0], LazyImport(name.name.partition(".")[0], None))
    return None


def _import_from(machine: Interpreter, node: syntax.ImportFrom, frame: Frame) -> Completion:
    module = modules.absolute_module(machine, frame.module, node.module, node.level)
    if not module:
        machine.throw("ImportError", "attempted relative import beyond top-level package")
    modules.require_module(machine, module)
    for name in node.names:
        if name.name == "*":
            frame.locals.update(modules.star_names(machine, module))
            continue
        modules.require_name(machine, module, name.name)
        frame.bind(name.alias or name.name, LazyImport(module, name.name))
    return None


def _scoping(machine: Interpreter, node: syntax.Scoping, frame: Frame) -> Completion:
    if node.kind == "global":
        machine.changed(frame.module)
        frame.declared_global |= frozenset(node.names)
    else:
        scope = frame.parent
        while scope is not None:
            machine.written_into(scope)
            scope = scope.parent
        frame.declared_nonlocal |= frozenset(node.names)
    return None


def _delete(machine: Interpreter, node: syntax.Delete, frame: Frame) -> Completion:
    for target in node.targets:
        match target:
            case syntax.Name():
                frame.locals.pop(target.id, None)
            case syntax.Attribute():
                machine.delete_attribute(evaluate(machine, target.value, frame), target.name)
            case syntax.Subscript():
                receiver = evaluate(machine, target.value, frame)
                containers.delete_item(machine, receiver, evaluate(machine, target.index, frame))
            case syntax.TupleDisplay():
                _delete(machine, syntax.Delete(node.at, node.end, target.items), frame)
    return None


def _simple(machine: Interpreter, node: syntax.Simple, frame: Frame) -> Completion:
    match node.kind:
        case "break":
            return Signal.BREAK
        case "continue":
            return Signal.CONTINUE
        case _:
            return None


def _unsupported(machine: Interpreter, node: syntax.Unsupported, frame: Frame) -> Completion:
    frame.node = node
    machine.unknown(GapCode.UNSUPPORTED_SYNTAX, node.construct, "this statement is not interpreted")
    return None


EXECUTE: dict[
    type, Callable[[Interpreter, Any, Frame], Completion]
] = {  # Any: the key says which node a function takes
    syntax.ExpressionStatement: _expression,
    syntax.Assign: _assign,
    syntax.AnnotatedAssign: _annotated_assign,
    syntax.AugmentedAssign: _augmented_assign,
    syntax.Return: _return,
    syntax.Raise: _raise,
    syntax.Assert: _assert,
    syntax.If: _if,
    syntax.For: _for,
    syntax.While: _while,
    syntax.Try: execute_try,
    syntax.With: execute_with,
    syntax.MatchStatement: execute_match,
    syntax.FunctionDefinition: _function,
    syntax.ClassDefinition: _class,
    syntax.Import: _import,
    syntax.ImportFrom: _import_from,
    syntax.Scoping: _scoping,
    syntax.Delete: _delete,
    syntax.Simple: _simple,
    syntax.Unsupported: _unsupported,
}
