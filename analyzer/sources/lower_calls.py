"""Lowers calls, lambdas and everything that a function's header holds."""

from __future__ import annotations

import libcst as cst

from analyzer.sources.cursor import Cursor, ExpressionTable
from analyzer.sources.syntax import Argument, Call, Expression, Lambda, Parameter


def _call(cursor: Cursor, node: cst.Call) -> Expression:
    at = cursor.peek()
    function = cursor.expression(node.func)
    cursor.take(1)
    arguments = tuple([lower_argument(cursor, argument) for argument in node.args])
    cursor.take(1)
    return Call(at, cursor.pos, function, arguments)


def lower_argument(cursor: Cursor, node: cst.Arg) -> Argument:
    """One argument of a call or a class, with its comma."""
    at = cursor.peek()
    stars = len(node.star)
    name = None
    if stars:
        cursor.take(stars)
    if node.keyword is not None:
        name = node.keyword.value
        cursor.take(len(name))
        cursor.take(1)
    value = cursor.expression(node.value)
    end = cursor.pos
    if isinstance(node.comma, cst.Comma):
        cursor.take(1)
    return Argument(at, end, name, stars, value)


def lower_parameters(cursor: Cursor, node: cst.Parameters) -> tuple[Parameter, ...]:
    """All parameters in order; the separators ``/`` and ``*`` are in the kinds."""
    parameters = [_parameter(cursor, one, "positional") for one in node.posonly_params]
    if isinstance(node.posonly_ind, cst.ParamSlash):
        cursor.take(1)
        _comma(cursor, node.posonly_ind.comma)
    parameters += [_parameter(cursor, one, "plain") for one in node.params]
    if isinstance(node.star_arg, cst.Param):
        parameters.append(_parameter(cursor, node.star_arg, "args"))
    elif isinstance(node.star_arg, cst.ParamStar):
        cursor.take(1)
        _comma(cursor, node.star_arg.comma)
    parameters += [_parameter(cursor, one, "keyword") for one in node.kwonly_params]
    if node.star_kwarg is not None:
        parameters.append(_parameter(cursor, node.star_kwarg, "kwargs"))
    return tuple(parameters)


def _parameter(cursor: Cursor, node: cst.Param, kind: str) -> Parameter:
    if isinstance(node.star, str) and node.star:
        cursor.take(len(node.star))
    name = node.name.value
    at = cursor.take(len(name))
    annotation = lower_annotation(cursor, node.annotation, 1)
    default = None
    if node.default is not None:
        cursor.take(1)
        default = cursor.expression(node.default)
    end = cursor.pos
    _comma(cursor, node.comma)
    return Parameter(at, end, name, kind, default, annotation)


def lower_annotation(cursor: Cursor, node: cst.Annotation | None, indicator: int) -> Expression | None:
    """An annotation behind ``:`` (``indicator`` 1) or ``->`` (2)."""
    if node is None:
        return None
    cursor.take(indicator)
    return cursor.expression(node.annotation)


def skip_type_parameters(cursor: Cursor, node: cst.TypeParameters | None) -> None:
    """Passes ``[T: bound = default, *Ts, **P]``, which means nothing at run time here."""
    if node is None:
        return
    cursor.take(1)
    for item in node.params:
        _skip_type_parameter(cursor, item)
    cursor.take(1)


def _skip_type_parameter(cursor: Cursor, item: cst.TypeParam) -> None:
    match item.param:
        case cst.TypeVarTuple():
            cursor.take(1)
        case cst.ParamSpec():
            cursor.take(2)
    cursor.take(len(item.param.name.value))
    if isinstance(item.param, cst.TypeVar) and item.param.bound is not None:
        cursor.take(1)
        cursor.expression(item.param.bound)
    if item.default is not None:
        cursor.take(1)
        if item.star:
            cursor.take(len(item.star))
        cursor.expression(item.default)
    _comma(cursor, item.comma)


def _lambda(cursor: Cursor, node: cst.Lambda) -> Expression:
    at = cursor.take(6)
    parameters = lower_parameters(cursor, node.params)
    cursor.take(1)
    outer = cursor.yields
    body = cursor.expression(node.body)
    cursor.yields = outer
    return Lambda(at, cursor.pos, parameters, body)


def _comma(cursor: Cursor, comma: cst.Comma | cst.MaybeSentinel) -> None:
    if isinstance(comma, cst.Comma):
        cursor.take(1)


CALLS: ExpressionTable = {cst.Call: _call, cst.Lambda: _lambda}
