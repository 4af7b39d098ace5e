"""Evaluates tables of literals, as auto classes are written, without running anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from analyzer.sources import syntax as s

Table = dict[object, object]
_SEQUENCES = frozenset({"list", "tuple"})
_MAPPINGS = frozenset({"dict", "OrderedDict"})


class NotLiteral(ValueError):
    """An expression is more than literals, displays and the tables named so far."""


def tables(body: Iterable[s.Statement], known: Mapping[str, Table]) -> dict[str, Table]:
    """The dictionaries that a module's statements build by assignment, ``update`` and item assignment, in order.

    ``known`` are tables that it imports. What is no literal is left out; of ``if`` the first branch counts.
    """
    found = {name: dict(table) for name, table in known.items()}
    for statement in _flat(body):
        try:
            _run(statement, found)
        except (NotLiteral, TypeError, ValueError):
            continue  # a statement that does something else
    return found


def _flat(body: Iterable[s.Statement]) -> Iterator[s.Statement]:
    for statement in body:
        if isinstance(statement, s.If | s.Try):
            yield from _flat(statement.body)
        else:
            yield statement


def _run(statement: s.Statement, found: dict[str, Table]) -> None:
    match statement:
        case (
            s.Assign(targets=(s.Name() as target,), value=value)
            | s.AnnotatedAssign(target=s.Name() as target, value=value)
        ) if value is not None:
            table = evaluate(value, found)
            if isinstance(table, dict):
                found[target.id] = table
        case s.Assign(targets=(s.Subscript(value=s.Name() as target, index=index),), value=value) if target.id in found:
            found[target.id][evaluate(index, found)] = evaluate(value, found)
        case s.ExpressionStatement(
            value=s.Call(function=s.Attribute(value=s.Name() as target, name="update"), arguments=(argument,))
        ) if target.id in found:
            found[target.id].update(_mapping(evaluate(argument.value, found)))


def evaluate(node: s.Expression, known: Mapping[str, Table]) -> object:
    """The value of a literal, a display of literals, ``dict``/``OrderedDict``/``list``/``tuple`` of one, or a table.

    Raises:
        NotLiteral: It is anything else.
    """
    match node:
        case s.Literal():
            return node.value
        case s.TupleDisplay() | s.ListDisplay():
            return tuple(evaluate(item, known) for item in node.items)
        case s.DictDisplay():
            return _display(node, known)
        case s.Name() if node.id in known:
            return dict(known[node.id])
        case s.Binary(operator="|"):
            return {**_mapping(evaluate(node.left, known)), **_mapping(evaluate(node.right, known))}
        case s.Binary(operator="+"):
            return (*_sequence(evaluate(node.left, known)), *_sequence(evaluate(node.right, known)))
        case s.Call(function=(s.Name() as function) | s.Subscript(value=s.Name() as function)) if (
            function.id in _MAPPINGS
        ):
            return _called(node.arguments, known)
        case s.Call(function=s.Name() as function, arguments=(argument,)) if function.id in _SEQUENCES:
            return tuple(_sequence(evaluate(argument.value, known)))
        case s.Call(function=s.Attribute(value=value, name="copy"), arguments=()):
            return evaluate(value, known)
        case s.Call(function=s.Attribute(value=value, name="items"), arguments=()):
            return tuple(_mapping(evaluate(value, known)).items())
        case s.Conditional():
            return evaluate(node.body, known)
    raise NotLiteral


def _display(node: s.DictDisplay, known: Mapping[str, Table]) -> Table:
    table: Table = {}
    for key, value in zip(node.keys, node.values, strict=True):
        item = _value(value, known)
        if key is None:
            table.update(_mapping(item))
        else:
            table[evaluate(key, known)] = item
    return table


def _value(node: s.Expression, known: Mapping[str, Table]) -> object:
    """A value of a table may be an expression that nobody asks for; the entry stays."""
    try:
        return evaluate(node, known)
    except NotLiteral:
        return None


def _called(arguments: Iterable[s.Argument], known: Mapping[str, Table]) -> Table:
    table: Table = {}
    for argument in arguments:
        value = evaluate(argument.value, known)
        if argument.name is not None:
            table[argument.name] = value
        else:
            table.update(_mapping(value))
    return table


def _mapping(value: object) -> Table:
    if isinstance(value, dict):
        return value
    return dict(_pair(item) for item in _sequence(value))


def _pair(item: object) -> tuple[object, object]:
    match item:
        case (key, value):
            return key, value
    raise NotLiteral


def _sequence(value: object) -> tuple[object, ...]:
    if isinstance(value, tuple):
        return value
    if isinstance(value, dict):
        return tuple(value.items())
    raise NotLiteral
