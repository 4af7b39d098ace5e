"""Evaluation of expressions: one small function a node type, found by a table."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from analyzer.base import GapCode
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects import comparisons, containers, operators
from analyzer.interpret.objects.generators import Generator, delegate, lazily
from analyzer.interpret.objects.modules import global_name, resolve
from analyzer.interpret.objects.operators import merged, shown
from analyzer.interpret.objects.reflection import as_mapping
from analyzer.interpret.runtime.frames import Frame
from analyzer.interpret.semantics import array_comprehensions, decisions, none_sources
from analyzer.interpret.semantics.undecided_branches import join_all
from analyzer.library.natives.bounds import LARGEST_INTEGER, materialised, room
from analyzer.library.natives.constructors import hashed
from analyzer.library.natives.walking import walk_over
from analyzer.sources import syntax
from analyzer.values import MISSING, TRACED, Function, LazyImport, Tensor, Unknown, Value, expect, traced


def evaluate(machine: Interpreter, node: syntax.Expression, frame: Frame) -> Value:
    """The value of an expression in ``frame``."""
    return EVALUATE[type(node)](machine, node, frame)


def _literal(machine: Interpreter, node: syntax.Literal, frame: Frame) -> Value:
    return node.value


def _odd_literal(machine: Interpreter, node: syntax.OddLiteral, frame: Frame) -> Value:
    if node.kind == "ellipsis":
        return Ellipsis
    if node.kind == "surrogates":
        return machine.unknown(GapCode.UNSUPPORTED_SYNTAX, "literal", "a lone surrogate is no text")
    if len(node.text) > 100_000:
        return machine.unknown(GapCode.BUDGET, "literal", "the literal is too long")
    if node.kind == "bigint" and len(node.text) > LARGEST_INTEGER // 4:
        return machine.unknown(GapCode.BUDGET, "literal", "the number is too long")
    return ast.literal_eval(node.text)


def _name(machine: Interpreter, node: syntax.Name, frame: Frame) -> Value:
    name = node.id
    scope: Frame | None = frame
    if name in frame.declared_global:
        scope = None
    while scope is not None:
        value = scope.locals.get(name, MISSING)
        if value is not MISSING:
            if type(value) is LazyImport:
                value = scope.locals[name] = resolve(machine, value)
            return value
        scope = scope.parent
    return global_name(machine, name, frame, node)


def _attribute(machine: Interpreter, node: syntax.Attribute, frame: Frame) -> Value:
    value = evaluate(machine, node.value, frame)
    frame.node = node
    return machine.get_attribute(value, node.name)


def _subscript(machine: Interpreter, node: syntax.Subscript, frame: Frame) -> Value:
    value = evaluate(machine, node.value, frame)
    index = evaluate(machine, node.index, frame)
    frame.node = node
    return decisions.lookup(machine, index, node, frame, lambda: containers.get_item(machine, value, index))


def _slice(machine: Interpreter, node: syntax.SliceExpression, frame: Frame) -> Value:
    parts = (node.lower, node.upper, node.step)
    return slice(*(None if part is None else evaluate(machine, part, frame) for part in parts))


def elements(machine: Interpreter, items: tuple[syntax.Expression, ...], frame: Frame) -> list[Value]:
    """The values of display items, starred ones spread."""
    found: list[Value] = []
    for item in items:
        if type(item) is syntax.Starred:
            found += materialised(machine, machine.iterate(evaluate(machine, item.value, frame)))
        else:
            found.append(evaluate(machine, item, frame))
    return found


def _tuple(machine: Interpreter, node: syntax.TupleDisplay, frame: Frame) -> Value:
    return tuple(elements(machine, node.items, frame))


def _list(machine: Interpreter, node: syntax.ListDisplay, frame: Frame) -> Value:
    return elements(machine, node.items, frame)


def _set(machine: Interpreter, node: syntax.SetDisplay, frame: Frame) -> Value:
    found = elements(machine, node.items, frame)
    return hashable(machine, lambda: set(hashed(machine, found)))


def hashable(machine: Interpreter, make: Callable[[], Value]) -> Value:
    """What ``make`` builds, with an unhashable element raised as the program's TypeError."""
    try:
        return make()
    except TypeError as error:
        machine.throw("TypeError", str(error))


def _dict(machine: Interpreter, node: syntax.DictDisplay, frame: Frame) -> Value:
    result: dict[Value, Value] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            result.update(as_mapping(machine, evaluate(machine, value, frame)))
            continue
        (name,) = hashed(machine, (evaluate(machine, key, frame),))
        if isinstance(name, Unknown):
            continue
        content = evaluate(machine, value, frame)
        hashable(machine, partial(result.__setitem__, name, content))
    return result


def _starred(machine: Interpreter, node: syntax.Starred, frame: Frame) -> Value:
    return tuple(materialised(machine, machine.iterate(evaluate(machine, node.value, frame))))


def _call(machine: Interpreter, node: syntax.Call, frame: Frame) -> Value:
    known = len(machine.trace.choices)
    function = evaluate(machine, node.function, frame)
    chosen = len(machine.trace.choices) if isinstance(node.function, syntax.Subscript) else known
    args: list[Value] = []
    kwargs: dict[str, Value] = {}
    for argument in node.arguments:
        value = evaluate(machine, argument.value, frame)
        if argument.stars == 1:
            args.extend(materialised(machine, machine.iterate(value)))
        elif argument.stars == 2:
            kwargs.update(as_mapping(machine, value))
        elif argument.name is not None:
            kwargs[argument.name] = value
        else:
            args.append(value)
    frame.node = node
    machine.fields.none_arguments = none_sources.passed(machine, node, kwargs, frame)
    if frame.choices:
        result = decisions.under_choices(machine, node, frame, lambda: machine.call(function, args, kwargs))
    else:
        result = machine.call(function, args, kwargs)
    if type(result) is range:
        decisions.count(machine, result, args)
    for place in range(known, chosen):
        decisions.extend(machine, place)
    return result


def _unary(machine: Interpreter, node: syntax.Unary, frame: Frame) -> Value:
    operand = evaluate(machine, node.operand, frame)
    if operand is None and node.operator == "not":
        operand = none_sources.truth(machine, node.operand, frame)
    frame.node = node
    return operators.unary(machine, node.operator, operand)


def _binary(machine: Interpreter, node: syntax.Binary, frame: Frame) -> Value:
    left = evaluate(machine, node.left, frame)
    right = evaluate(machine, node.right, frame)
    frame.node = node
    return operators.binary(machine, node.operator, left, right)


def _compare(machine: Interpreter, node: syntax.Compare, frame: Frame) -> Value:
    left = evaluate(machine, node.left, frame)
    result: Value = True
    for symbol, right_node in zip(node.operators, node.rights, strict=True):
        right = evaluate(machine, right_node, frame)
        frame.node = node
        result = none_sources.compared(machine, node, symbol, left, right, frame)
        result = comparisons.compare(machine, symbol, left, right) if result is MISSING else result
        if len(node.rights) > 1 and machine.truth(result) is False:
            return result
        left = right
    return result


def _boolean(machine: Interpreter, node: syntax.Boolean, frame: Frame) -> Value:
    left = evaluate(machine, node.left, frame)
    decided = machine.truth(left)
    if decided is None:
        right = evaluate(machine, node.right, frame)
        # An open operand leaves the whole open, unless the other one decides it alone.
        return right if machine.truth(right) is (node.operator == "or") else machine.undecided(left, node.operator)
    if decided == (node.operator == "or"):
        return left
    right = evaluate(machine, node.right, frame)
    if type(left) in TRACED and isinstance(right, bool | int | float | str):
        # The result also depends on the operand that let it through.
        return traced(right, merged(f"{shown(left)} {node.operator} {shown(right)}", (left, right)))
    return right


def _conditional(machine: Interpreter, node: syntax.Conditional, frame: Frame) -> Value:
    test = evaluate(machine, node.test, frame)
    decided = machine.truth(test)
    if decided is None:
        values = [evaluate(machine, node.body, frame), evaluate(machine, node.otherwise, frame)]
        return join_all(machine, values, machine.undecided(test, "branch"))
    chosen, other = (node.body, node.otherwise) if decided else (node.otherwise, node.body)
    test = none_sources.truth(machine, node.test, frame) if test is None else test
    if _reads_mode(node.test) and type(chosen) is syntax.Literal and type(other) is syntax.Attribute:
        return _outside_training(chosen.value, evaluate(machine, other, frame))
    return decisions.branch(machine, test, node.test, frame, lambda: evaluate(machine, chosen, frame))


def _reads_mode(test: syntax.Expression) -> bool:
    """Whether a condition asks if the module is in training."""
    if type(test) is syntax.Unary and test.operator == "not":
        test = test.operand
    return type(test) is syntax.Attribute and test.name == "training"


def _outside_training(value: Value, trained: Value) -> Value:
    """A constant that stands for ``trained`` outside of training: it remembers the fields of that."""
    if type(trained) in TRACED and isinstance(value, bool | int | float | str):
        return traced(value, merged(f"{shown(trained)} in training", (trained,)))
    return value


def _lambda(machine: Interpreter, node: syntax.Lambda, frame: Frame) -> Value:
    defaults = default_values(machine, node.parameters, frame)
    return Function("<lambda>", "<lambda>", node, frame.module, scope_of(frame), defaults, frame.owner)


def scope_of(frame: Frame) -> Frame | None:
    """The frame that a function defined in ``frame`` sees: class bodies and module bodies are no scopes."""
    if frame.name == "<class>":
        return frame.parent
    return None if frame.name == "<module>" else frame


def default_values(machine: Interpreter, parameters: tuple[syntax.Parameter, ...], frame: Frame) -> dict[str, Value]:
    """Default values by parameter name, evaluated where the function is defined."""
    return {
        parameter.name: evaluate(machine, parameter.default, frame)
        for parameter in parameters
        if parameter.default is not None
    }


def _named(machine: Interpreter, node: syntax.NamedExpression, frame: Frame) -> Value:
    value = evaluate(machine, node.value, frame)
    target = frame
    while target.name == "<comprehension>" and target.parent is not None:
        target = target.parent
    target.locals[node.target.id] = value
    return value


def _formatted(machine: Interpreter, node: syntax.FormattedString, frame: Frame) -> Value:
    parts: list[str] = []
    for part in node.parts:
        if isinstance(part, syntax.Literal):
            parts.append(str(part.value))
            continue
        text = _format_part(machine, part, frame)
        if isinstance(text, Unknown):
            return text
        parts.append((part.text or "") + expect(str, text))
    room(machine, sum(map(len, parts)))
    return "".join(parts)


def _format_part(machine: Interpreter, part: syntax.FormattedValue, frame: Frame) -> Value:
    value = evaluate(machine, part.value, frame)
    if isinstance(value, Tensor) and not value.shape:
        value = machine.emit(machine.operators.target("item"), (value,))
    if isinstance(value, Unknown):
        return value
    spec = _formatted(machine, part.spec, frame) if part.spec is not None else ""
    if isinstance(spec, Unknown):
        return spec
    frame.node = part
    return machine.format(_converted(machine, value, part), expect(str, spec))


def _converted(machine: Interpreter, value: Value, part: syntax.FormattedValue) -> Value:
    """What ``!r``, ``!s``, ``!a`` make of a value; ``{x=}`` without a format shows as ``!r`` does."""
    match part.conversion:
        case "r":
            return machine.represent(value)
        case "s":
            return machine.text(value)
        case "a":
            return machine.represent(value).encode("ascii", "backslashreplace").decode()
    return machine.represent(value) if part.text is not None and part.spec is None else value


def _comprehension(machine: Interpreter, node: syntax.Comprehension, frame: Frame) -> Value:
    inner = Frame(frame.module, "<comprehension>", frame, frame.owner, frame.receiver)
    inner.node = frame.node
    values = evaluate(machine, node.clauses[0].iterable, frame)
    at_once = array_comprehensions.elements(machine, node, values, frame)
    if at_once is not None:
        return at_once
    frame.node = node
    first = machine.iterate(values)
    items = _clauses(machine, node, 0, first, inner)
    if node.kind == "generator":
        return walk_over(machine, lazily(machine, inner, items), (values,))
    machine.stack.frames.append(inner)
    try:
        results = decisions.loop(machine, values, node.clauses[0].iterable, frame, lambda: list(items))
    finally:
        machine.stack.frames.pop()
    match node.kind:
        case "set":
            return hashable(machine, lambda: set(hashed(machine, results)))
        case "dict":
            pairs = [item for item in results if isinstance(item, tuple)]
            keys = hashed(machine, [key for key, _ in pairs])
            return hashable(machine, lambda: dict(zip(keys, (value for _, value in pairs), strict=True)))
        case _:
            return results


def _clauses(
    machine: Interpreter, node: syntax.Comprehension, depth: int, iterable: Iterable[Value], frame: Frame
) -> Iterator[Value]:
    clause = node.clauses[depth]
    for item in iterable:
        machine.step()
        machine.assign(clause.target, item, frame)
        if not all(machine.truth(evaluate(machine, test, frame)) is not False for test in clause.conditions):
            continue
        if depth + 1 < len(node.clauses):
            values = evaluate(machine, node.clauses[depth + 1].iterable, frame)
            frame.node = node.clauses[depth + 1].iterable
            yield from _clauses(machine, node, depth + 1, machine.iterate(values), frame)
        elif node.key is None:
            yield evaluate(machine, node.element, frame)
        else:
            yield (evaluate(machine, node.key, frame), evaluate(machine, node.element, frame))


def _yield(machine: Interpreter, node: syntax.Yield, frame: Frame) -> Value:
    value = None if node.value is None else evaluate(machine, node.value, frame)
    target: Frame | None = frame
    while target is not None and target.generator is None:
        target = target.parent
    generator = target.generator if target is not None else None
    if not isinstance(generator, Generator):
        return machine.unknown(GapCode.UNSUPPORTED_SYNTAX, "yield", "yield outside of a generator function")
    return delegate(machine, generator, value) if node.delegate else generator.suspend(value)


def _await(machine: Interpreter, node: syntax.Await, frame: Frame) -> Value:
    return evaluate(machine, node.value, frame)


EVALUATE: dict[type, Callable[[Interpreter, Any, Frame], Value]] = {  # Any: the key says which node a function takes
    syntax.Literal: _literal,
    syntax.OddLiteral: _odd_literal,
    syntax.Name: _name,
    syntax.Attribute: _attribute,
    syntax.Subscript: _subscript,
    syntax.SliceExpression: _slice,
    syntax.TupleDisplay: _tuple,
    syntax.ListDisplay: _list,
    syntax.SetDisplay: _set,
    syntax.DictDisplay: _dict,
    syntax.Starred: _starred,
    syntax.Call: _call,
    syntax.Unary: _unary,
    syntax.Binary: _binary,
    syntax.Compare: _compare,
    syntax.Boolean: _boolean,
    syntax.Conditional: _conditional,
    syntax.Lambda: _lambda,
    syntax.NamedExpression: _named,
    syntax.FormattedString: _formatted,
    syntax.Comprehension: _comprehension,
    syntax.Yield: _yield,
    syntax.Await: _await,
}
