"""Lowers small statements: those that fit one line."""

from __future__ import annotations

import libcst as cst

from analyzer.sources.cursor import Cursor, StatementTable
from analyzer.sources.lower_calls import lower_annotation, skip_type_parameters
from analyzer.sources.syntax import (
    AnnotatedAssign,
    Assert,
    Assign,
    AugmentedAssign,
    Delete,
    Expression,
    ExpressionStatement,
    Import,
    ImportedName,
    ImportFrom,
    Raise,
    Return,
    Scoping,
    Simple,
    Statement,
    TupleDisplay,
    Unsupported,
)

_AUGMENTED: dict[type[cst.BaseAugOp], str] = {
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.MatrixMultiplyAssign: "@",
    cst.DivideAssign: "/",
    cst.ModuloAssign: "%",
    cst.BitAndAssign: "&",
    cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
    cst.PowerAssign: "**",
    cst.FloorDivideAssign: "//",
}


def _expression(cursor: Cursor, node: cst.Expr) -> Statement:
    at = cursor.peek()
    value = cursor.expression(node.value)
    return ExpressionStatement(at, cursor.pos, value)


def _assign(cursor: Cursor, node: cst.Assign) -> Statement:
    at = cursor.peek()
    targets: list[Expression] = []
    for target in node.targets:
        targets.append(cursor.expression(target.target))
        cursor.take(1)
    value = cursor.expression(node.value)
    return Assign(at, cursor.pos, tuple(targets), value)


def _annotated(cursor: Cursor, node: cst.AnnAssign) -> Statement:
    at = cursor.peek()
    target = cursor.expression(node.target)
    annotation = lower_annotation(cursor, node.annotation, 1)
    assert annotation is not None
    value = None
    if node.value is not None:
        cursor.take(1)
        value = cursor.expression(node.value)
    return AnnotatedAssign(at, cursor.pos, target, annotation, value)


def _augmented(cursor: Cursor, node: cst.AugAssign) -> Statement:
    at = cursor.peek()
    target = cursor.expression(node.target)
    operator = _AUGMENTED[type(node.operator)]
    cursor.take(len(operator) + 1)
    value = cursor.expression(node.value)
    return AugmentedAssign(at, cursor.pos, target, operator, value)


def _return(cursor: Cursor, node: cst.Return) -> Statement:
    at = cursor.take(6)
    value = cursor.optional(node.value)
    return Return(at, cursor.pos, value)


def _raise(cursor: Cursor, node: cst.Raise) -> Statement:
    at = cursor.take(5)
    exception = cursor.optional(node.exc)
    cause = None
    if node.cause is not None:
        cursor.take(4)
        cause = cursor.expression(node.cause.item)
    return Raise(at, cursor.pos, exception, cause)


def _assert(cursor: Cursor, node: cst.Assert) -> Statement:
    at = cursor.take(6)
    test = cursor.expression(node.test)
    message = None
    if node.msg is not None:
        cursor.take(1)
        message = cursor.expression(node.msg)
    return Assert(at, cursor.pos, test, message)


def _delete(cursor: Cursor, node: cst.Del) -> Statement:
    at = cursor.take(3)
    target = cursor.expression(node.target)
    targets = target.items if isinstance(target, TupleDisplay) else (target,)
    return Delete(at, cursor.pos, targets)


def _simple(cursor: Cursor, node: cst.Pass | cst.Break | cst.Continue) -> Statement:
    kind = type(node).__name__.lower()
    at = cursor.take(len(kind))
    return Simple(at, cursor.pos, kind)


def _scoping(cursor: Cursor, node: cst.Global | cst.Nonlocal) -> Statement:
    kind = type(node).__name__.lower()
    at = cursor.take(len(kind))
    names = tuple([item.name.value for item in node.names])
    for position, name in enumerate(names):
        if position:
            cursor.take(1)
        cursor.take(len(name))
    return Scoping(at, cursor.pos, kind, names)


# --- imports -----------------------------------------------------------------------------------------------------


def _import(cursor: Cursor, node: cst.Import) -> Statement:
    at = cursor.take(6)
    names = tuple([_imported(cursor, alias) for alias in node.names])
    return Import(at, cursor.pos, names)


def _import_from(cursor: Cursor, node: cst.ImportFrom) -> Statement:
    at = cursor.take(4)
    for _ in node.relative:
        cursor.take(1)
    module = _dotted(cursor, node.module) if node.module is not None else ""
    cursor.take(6)
    names: tuple[ImportedName, ...]
    if isinstance(node.names, cst.ImportStar):
        star = cursor.take(1)
        names = (ImportedName(star, cursor.pos, "*", None),)
    else:
        if node.lpar is not None:
            cursor.take(1)
        names = tuple([_imported(cursor, alias) for alias in node.names])
        if node.lpar is not None:
            cursor.take(1)
    return ImportFrom(at, cursor.pos, module, len(node.relative), names)


def _imported(cursor: Cursor, node: cst.ImportAlias) -> ImportedName:
    at = cursor.peek()
    name = _dotted(cursor, node.name)
    alias = None
    if node.asname is not None:
        assert isinstance(node.asname.name, cst.Name)
        alias = node.asname.name.value
        cursor.take(2)
        cursor.take(len(alias))
    end = cursor.pos
    if isinstance(node.comma, cst.Comma):
        cursor.take(1)
    return ImportedName(at, end, name, alias)


def _dotted(cursor: Cursor, node: cst.BaseExpression) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    assert isinstance(node, cst.Name)
    parts.append(node.value)
    parts.reverse()
    for position, part in enumerate(parts):
        if position:
            cursor.take(1)
        cursor.take(len(part))
    return ".".join(parts)


# --- not interpreted ---------------------------------------------------------------------------------------------


def _type_alias(cursor: Cursor, node: cst.TypeAlias) -> Statement:
    at = cursor.take(4)
    cursor.take(len(node.name.value))
    skip_type_parameters(cursor, node.type_parameters)
    cursor.take(1)
    cursor.expression(node.value)
    return Unsupported(at, cursor.pos, "type alias")


SMALL_STATEMENTS: StatementTable = {
    cst.Expr: _expression,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Del: _delete,
    cst.Pass: _simple,
    cst.Break: _simple,
    cst.Continue: _simple,
    cst.Global: _scoping,
    cst.Nonlocal: _scoping,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.TypeAlias: _type_alias,
}
