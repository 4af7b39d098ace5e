"""Lowers compound statements: those with a body."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from analyzer.sources.cursor import Cursor, StatementTable
from analyzer.sources.lower_calls import (
    lower_annotation,
    lower_argument,
    lower_parameters,
    skip_type_parameters,
)
from analyzer.sources.lower_patterns import lower_pattern
from analyzer.sources.syntax import (
    Argument,
    Case,
    ClassDefinition,
    Expression,
    For,
    FunctionDefinition,
    Handler,
    If,
    MatchStatement,
    Statement,
    Try,
    Unsupported,
    While,
    With,
    WithItem,
)


def lower_body(cursor: Cursor, lines: Sequence[cst.BaseStatement]) -> tuple[Statement, ...]:
    """The statements of a module or block; ``a; b`` are two."""
    statements: list[Statement] = []
    for line in lines:
        if isinstance(line, cst.SimpleStatementLine):
            _small(cursor, line.body, statements)
        else:
            statements.append(cursor.statement(line))
    return tuple(statements)


def _small(cursor: Cursor, parts: Sequence[cst.BaseSmallStatement], statements: list[Statement]) -> None:
    for part in parts:
        statements.append(cursor.statement(part))
        if isinstance(part.semicolon, cst.Semicolon):
            cursor.take(1)


def _suite(cursor: Cursor, node: cst.BaseSuite) -> tuple[Statement, ...]:
    """The body behind a colon."""
    cursor.take(1)
    if isinstance(node, cst.IndentedBlock):
        return lower_body(cursor, node.body)
    assert isinstance(node, cst.SimpleStatementSuite)
    statements: list[Statement] = []
    _small(cursor, node.body, statements)
    return tuple(statements)


def _else(cursor: Cursor, node: cst.Else | None) -> tuple[Statement, ...]:
    if node is None:
        return ()
    cursor.take(4)
    return _suite(cursor, node.body)


def _if(cursor: Cursor, node: cst.If) -> Statement:
    """``if`` or ``elif``; a chain is unrolled from its end, so that a long one is no deep recursion."""
    heads: list[tuple[int, Expression, tuple[Statement, ...]]] = []
    link: cst.If | cst.Else | None = node
    while isinstance(link, cst.If):
        at = cursor.take(4 if heads else 2)
        test = cursor.expression(link.test)
        heads.append((at, test, _suite(cursor, link.body)))
        link = link.orelse
    otherwise = _else(cursor, link)
    end = cursor.pos
    for at, test, body in reversed(heads):
        otherwise = (If(at, end, test, body, otherwise),)
    (lowered,) = otherwise
    return lowered


def _for(cursor: Cursor, node: cst.For) -> Statement:
    at = cursor.peek()
    if node.asynchronous is not None:
        cursor.take(5)
    cursor.take(3)
    target = cursor.expression(node.target)
    cursor.take(2)
    iterable = cursor.expression(node.iter)
    body = _suite(cursor, node.body)
    otherwise = _else(cursor, node.orelse)
    return For(at, cursor.pos, target, iterable, body, otherwise)


def _while(cursor: Cursor, node: cst.While) -> Statement:
    at = cursor.take(5)
    test = cursor.expression(node.test)
    body = _suite(cursor, node.body)
    otherwise = _else(cursor, node.orelse)
    return While(at, cursor.pos, test, body, otherwise)


def _with(cursor: Cursor, node: cst.With) -> Statement:
    at = cursor.peek()
    if node.asynchronous is not None:
        cursor.take(5)
    cursor.take(4)
    enclosed = isinstance(node.lpar, cst.LeftParen)
    if enclosed:
        cursor.take(1)
    items = tuple([_with_item(cursor, item) for item in node.items])
    if enclosed:
        cursor.take(1)
    body = _suite(cursor, node.body)
    return With(at, cursor.pos, items, body)


def _with_item(cursor: Cursor, node: cst.WithItem) -> WithItem:
    at = cursor.peek()
    value = cursor.expression(node.item)
    target = None
    if node.asname is not None:
        cursor.take(2)
        target = cursor.expression(node.asname.name)
    end = cursor.pos
    if isinstance(node.comma, cst.Comma):
        cursor.take(1)
    return WithItem(at, end, value, target)


def _try(cursor: Cursor, node: cst.Try | cst.TryStar) -> Statement:
    at = cursor.take(3)
    body = _suite(cursor, node.body)
    handlers = tuple([_handler(cursor, handler) for handler in node.handlers])
    otherwise = _else(cursor, node.orelse)
    final: tuple[Statement, ...] = ()
    if node.finalbody is not None:
        cursor.take(7)
        final = _suite(cursor, node.finalbody.body)
    if isinstance(node, cst.TryStar):
        return Unsupported(at, cursor.pos, "except*")
    return Try(at, cursor.pos, body, handlers, otherwise, final)


def _handler(cursor: Cursor, node: cst.ExceptHandler | cst.ExceptStarHandler) -> Handler:
    at = cursor.take(6)
    if isinstance(node, cst.ExceptStarHandler):
        cursor.take(1)
    matches = cursor.optional(node.type)
    name = None
    if node.name is not None:
        assert isinstance(node.name.name, cst.Name)
        name = node.name.name.value
        cursor.take(2)
        cursor.take(len(name))
    body = _suite(cursor, node.body)
    return Handler(at, cursor.pos, matches, name, body)


def _match(cursor: Cursor, node: cst.Match) -> Statement:
    at = cursor.take(5)
    subject = cursor.expression(node.subject)
    cursor.take(1)
    cases = tuple([_case(cursor, case) for case in node.cases])
    return MatchStatement(at, cursor.pos, subject, cases)


def _case(cursor: Cursor, node: cst.MatchCase) -> Case:
    at = cursor.take(4)
    pattern = lower_pattern(cursor, node.pattern)
    guard = None
    if node.guard is not None:
        cursor.take(2)
        guard = cursor.expression(node.guard)
    body = _suite(cursor, node.body)
    return Case(at, cursor.pos, pattern, guard, body)


# --- definitions -------------------------------------------------------------------------------------------------


def _decorators(cursor: Cursor, decorators: Sequence[cst.Decorator]) -> tuple[Expression, ...]:
    lowered: list[Expression] = []
    for decorator in decorators:
        cursor.take(1)
        lowered.append(cursor.expression(decorator.decorator))
    return tuple(lowered)


def _function(cursor: Cursor, node: cst.FunctionDef) -> Statement:
    decorators = _decorators(cursor, node.decorators)
    at = cursor.peek()
    if node.asynchronous is not None:
        cursor.take(5)
    cursor.take(3)
    name = node.name.value
    name_at = cursor.take(len(name))
    skip_type_parameters(cursor, node.type_parameters)
    cursor.take(1)
    parameters = lower_parameters(cursor, node.params)
    cursor.take(1)
    returns = lower_annotation(cursor, node.returns, 2)
    outer, cursor.yields = cursor.yields, False
    body = _suite(cursor, node.body)
    yields, cursor.yields = cursor.yields, outer
    is_async = node.asynchronous is not None
    return FunctionDefinition(at, cursor.pos, name, name_at, parameters, body, decorators, returns, yields, is_async)


def _class(cursor: Cursor, node: cst.ClassDef) -> Statement:
    decorators = _decorators(cursor, node.decorators)
    at = cursor.take(5)
    name = node.name.value
    name_at = cursor.take(len(name))
    skip_type_parameters(cursor, node.type_parameters)
    arguments: tuple[Argument, ...] = ()
    if isinstance(node.lpar, cst.LeftParen):
        cursor.take(1)
        arguments = tuple([lower_argument(cursor, one) for one in (*node.bases, *node.keywords)])
        cursor.take(1)
    body = _suite(cursor, node.body)
    return ClassDefinition(at, cursor.pos, name, name_at, arguments, body, decorators)


COMPOUND_STATEMENTS: StatementTable = {
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.Match: _match,
}
