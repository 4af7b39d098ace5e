"""Lowers expressions other than literals, calls and functions."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from analyzer.sources.cursor import Cursor, ExpressionTable
from analyzer.sources.syntax import (
    Attribute,
    Await,
    Binary,
    Boolean,
    Clause,
    Compare,
    Comprehension,
    Conditional,
    DictDisplay,
    Expression,
    ListDisplay,
    Name,
    NamedExpression,
    SetDisplay,
    SliceExpression,
    Starred,
    Subscript,
    TupleDisplay,
    Unary,
    Yield,
)

_BINARY: dict[type[cst.BaseBinaryOp], str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.MatrixMultiply: "@",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitAnd: "&",
    cst.BitOr: "|",
    cst.BitXor: "^",
}
_UNARY: dict[type[cst.BaseUnaryOp], str] = {cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~", cst.Not: "not"}
_COMPARE: dict[type[cst.BaseCompOp], str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.In: "in",
    cst.NotIn: "not in",
}


def _attribute(cursor: Cursor, node: cst.Attribute) -> Expression:
    at = cursor.peek()
    value = cursor.expression(node.value)
    cursor.take(1)
    name = node.attr.value
    cursor.take(len(name))
    return Attribute(at, cursor.pos, value, name)


def _binary(cursor: Cursor, node: cst.BinaryOperation) -> Expression:
    at = cursor.peek()
    left = cursor.expression(node.left)
    operator = _BINARY[type(node.operator)]
    cursor.take(len(operator))
    right = cursor.expression(node.right)
    return Binary(at, cursor.pos, operator, left, right)


def _unary(cursor: Cursor, node: cst.UnaryOperation) -> Expression:
    operator = _UNARY[type(node.operator)]
    at = cursor.take(len(operator))
    operand = cursor.expression(node.expression)
    return Unary(at, cursor.pos, operator, operand)


def _boolean(cursor: Cursor, node: cst.BooleanOperation) -> Expression:
    at = cursor.peek()
    left = cursor.expression(node.left)
    operator = "and" if isinstance(node.operator, cst.And) else "or"
    cursor.take(len(operator))
    right = cursor.expression(node.right)
    return Boolean(at, cursor.pos, operator, left, right)


def _comparison(cursor: Cursor, node: cst.Comparison) -> Expression:
    at = cursor.peek()
    left = cursor.expression(node.left)
    operators: list[str] = []
    rights: list[Expression] = []
    for target in node.comparisons:
        operator = _COMPARE[type(target.operator)]
        for word in operator.split(" "):
            cursor.take(len(word))
        operators.append(operator)
        rights.append(cursor.expression(target.comparator))
    return Compare(at, cursor.pos, left, tuple(operators), tuple(rights))


def _conditional(cursor: Cursor, node: cst.IfExp) -> Expression:
    at = cursor.peek()
    body = cursor.expression(node.body)
    cursor.take(2)
    test = cursor.expression(node.test)
    cursor.take(4)
    otherwise = cursor.expression(node.orelse)
    return Conditional(at, cursor.pos, test, body, otherwise)


def _named(cursor: Cursor, node: cst.NamedExpr) -> Expression:
    at = cursor.peek()
    target = cursor.expression(node.target)
    assert isinstance(target, Name)
    cursor.take(2)
    value = cursor.expression(node.value)
    return NamedExpression(at, cursor.pos, target, value)


def _await(cursor: Cursor, node: cst.Await) -> Expression:
    at = cursor.take(5)
    value = cursor.expression(node.expression)
    return Await(at, cursor.pos, value)


def _yield(cursor: Cursor, node: cst.Yield) -> Expression:
    cursor.yields = True
    at = cursor.take(5)
    value = node.value
    delegate = isinstance(value, cst.From)
    if isinstance(value, cst.From):
        cursor.take(4)
        value = value.item
    lowered = cursor.optional(value)
    return Yield(at, cursor.pos, lowered, delegate)


# --- subscripts --------------------------------------------------------------------------------------------------


def _subscript(cursor: Cursor, node: cst.Subscript) -> Expression:
    at = cursor.peek()
    value = cursor.expression(node.value)
    cursor.take(1)
    start = cursor.peek()
    items = [_subscript_element(cursor, element) for element in node.slice]
    index = items[0]
    if len(items) > 1 or isinstance(node.slice[0].comma, cst.Comma) or isinstance(index, Starred):
        index = TupleDisplay(start, cursor.pos, tuple(items))
    cursor.take(1)
    return Subscript(at, cursor.pos, value, index)


def _subscript_element(cursor: Cursor, element: cst.SubscriptElement) -> Expression:
    part = element.slice
    item: Expression
    if isinstance(part, cst.Slice):
        item = _slice(cursor, part)
    else:
        assert isinstance(part, cst.Index)
        at = cursor.take(1) if part.star else cursor.peek()
        item = cursor.expression(part.value)
        if part.star:
            item = Starred(at, cursor.pos, item)
    _comma(cursor, element.comma)
    return item


def _slice(cursor: Cursor, node: cst.Slice) -> Expression:
    at = cursor.peek()
    lower = cursor.optional(node.lower)
    cursor.take(1)
    upper = cursor.optional(node.upper)
    if isinstance(node.second_colon, cst.Colon):
        cursor.take(1)
    step = cursor.optional(node.step)
    return SliceExpression(at, cursor.pos, lower, upper, step)


def _comma(cursor: Cursor, comma: cst.Comma | cst.MaybeSentinel) -> None:
    if isinstance(comma, cst.Comma):
        cursor.take(1)


# --- displays ----------------------------------------------------------------------------------------------------


def _elements(cursor: Cursor, elements: Sequence[cst.BaseElement]) -> tuple[Expression, ...]:
    items: list[Expression] = []
    for element in elements:
        if isinstance(element, cst.StarredElement):
            items.append(_starred(cursor, element))
        else:
            items.append(cursor.expression(element.value))
        _comma(cursor, element.comma)
    return tuple(items)


def _starred(cursor: Cursor, node: cst.StarredElement) -> Expression:
    for _ in node.lpar:
        cursor.take(1)
    at = cursor.take(1)
    value = cursor.expression(node.value)
    starred = Starred(at, cursor.pos, value)
    for _ in node.lpar:
        cursor.take(1)
    return starred


def _tuple(cursor: Cursor, node: cst.Tuple) -> Expression:
    depth = len(node.lpar)
    at = cursor.peek()
    for _ in range(depth):
        at = cursor.take(1)
    items = _elements(cursor, node.elements)
    if depth:
        cursor.take(1)
    end = cursor.pos
    for _ in range(depth - 1):
        cursor.take(1)
    return TupleDisplay(at, end, items)


def _list(cursor: Cursor, node: cst.List) -> Expression:
    at = cursor.take(1)
    items = _elements(cursor, node.elements)
    cursor.take(1)
    return ListDisplay(at, cursor.pos, items)


def _set(cursor: Cursor, node: cst.Set) -> Expression:
    at = cursor.take(1)
    items = _elements(cursor, node.elements)
    cursor.take(1)
    return SetDisplay(at, cursor.pos, items)


def _dict(cursor: Cursor, node: cst.Dict) -> Expression:
    at = cursor.take(1)
    keys: list[Expression | None] = []
    values: list[Expression] = []
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            keys.append(cursor.expression(element.key))
            cursor.take(1)
        else:
            keys.append(None)
            cursor.take(2)
        values.append(cursor.expression(element.value))
        _comma(cursor, element.comma)
    cursor.take(1)
    return DictDisplay(at, cursor.pos, tuple(keys), tuple(values))


# --- comprehensions ----------------------------------------------------------------------------------------------


def _clauses(cursor: Cursor, node: cst.CompFor) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    following: cst.CompFor | None = node
    while following is not None:
        at = cursor.peek()
        if following.asynchronous is not None:
            cursor.take(5)
        cursor.take(3)
        target = cursor.expression(following.target)
        cursor.take(2)
        iterable = cursor.expression(following.iter)
        conditions: list[Expression] = []
        for condition in following.ifs:
            cursor.take(2)
            conditions.append(cursor.expression(condition.test))
        clauses.append(Clause(at, cursor.pos, target, iterable, tuple(conditions)))
        following = following.inner_for_in
    return tuple(clauses)


def _generator(cursor: Cursor, node: cst.GeneratorExp) -> Expression:
    depth = len(node.lpar)
    at = cursor.peek()
    for _ in range(depth):
        at = cursor.take(1)
    element = cursor.expression(node.elt)
    clauses = _clauses(cursor, node.for_in)
    if depth:
        cursor.take(1)
    end = cursor.pos
    for _ in range(depth - 1):
        cursor.take(1)
    return Comprehension(at, end, "generator", None, element, clauses)


def _list_comprehension(cursor: Cursor, node: cst.ListComp) -> Expression:
    return _bracketed(cursor, node, "list")


def _set_comprehension(cursor: Cursor, node: cst.SetComp) -> Expression:
    return _bracketed(cursor, node, "set")


def _bracketed(cursor: Cursor, node: cst.ListComp | cst.SetComp, kind: str) -> Expression:
    at = cursor.take(1)
    element = cursor.expression(node.elt)
    clauses = _clauses(cursor, node.for_in)
    cursor.take(1)
    return Comprehension(at, cursor.pos, kind, None, element, clauses)


def _dict_comprehension(cursor: Cursor, node: cst.DictComp) -> Expression:
    at = cursor.take(1)
    key = cursor.expression(node.key)
    cursor.take(1)
    element = cursor.expression(node.value)
    clauses = _clauses(cursor, node.for_in)
    cursor.take(1)
    return Comprehension(at, cursor.pos, "dict", key, element, clauses)


EXPRESSIONS: ExpressionTable = {
    cst.Attribute: _attribute,
    cst.BinaryOperation: _binary,
    cst.UnaryOperation: _unary,
    cst.BooleanOperation: _boolean,
    cst.Comparison: _comparison,
    cst.IfExp: _conditional,
    cst.NamedExpr: _named,
    cst.Await: _await,
    cst.Yield: _yield,
    cst.Subscript: _subscript,
    cst.StarredElement: _starred,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Set: _set,
    cst.Dict: _dict,
    cst.GeneratorExp: _generator,
    cst.ListComp: _list_comprehension,
    cst.SetComp: _set_comprehension,
    cst.DictComp: _dict_comprehension,
}
