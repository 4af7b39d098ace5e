"""Lowers numbers, names and strings."""

from __future__ import annotations

import ast
import re
import warnings

import libcst as cst

from analyzer.base import InputError
from analyzer.sources.cursor import Cursor, ExpressionTable
from analyzer.sources.syntax import Expression, FormattedString, FormattedValue, Literal, Name, OddLiteral

_CONSTANTS: dict[str, bool | None] = {"None": None, "True": True, "False": False}
_ESCAPE = re.compile(r"\\(?:\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)", re.DOTALL)
_INT64 = 1 << 63


def _name(cursor: Cursor, node: cst.Name) -> Expression:
    name = node.value
    at = cursor.take(len(name))
    if name in _CONSTANTS:
        return Literal(at, cursor.pos, _CONSTANTS[name])
    return Name(at, cursor.pos, name)


def _integer(cursor: Cursor, node: cst.Integer) -> Expression:
    text = node.value
    at = cursor.take(len(text))
    try:
        value = int(text, 0) if text.lstrip("0_") else 0
    except ValueError:  # more digits than Python converts
        return OddLiteral(at, cursor.pos, "bigint", text)
    if value < _INT64:
        return Literal(at, cursor.pos, value)
    return OddLiteral(at, cursor.pos, "bigint", text)


def _float(cursor: Cursor, node: cst.Float) -> Expression:
    at = cursor.take(len(node.value))
    return Literal(at, cursor.pos, float(node.value))


def _imaginary(cursor: Cursor, node: cst.Imaginary) -> Expression:
    at = cursor.take(len(node.value))
    return OddLiteral(at, cursor.pos, "imaginary", node.value)


def _ellipsis(cursor: Cursor, node: cst.Ellipsis) -> Expression:
    at = cursor.take(3)
    return OddLiteral(at, cursor.pos, "ellipsis", "...")


def _simple_string(cursor: Cursor, node: cst.SimpleString) -> Expression:
    at = _take_string(cursor, node)
    value = _string_value(cursor, node)
    if isinstance(value, bytes):
        return OddLiteral(at, cursor.pos, "bytes", repr(value))
    return _text(at, cursor.pos, value)


def _text(at: int, end: int, value: str) -> Literal | OddLiteral:
    """A string; one with lone surrogates cannot be encoded and stays source text."""
    if value.isascii():
        return Literal(at, end, value)
    try:
        value.encode()
    except UnicodeEncodeError:
        return OddLiteral(at, end, "surrogates", ascii(value))
    return Literal(at, end, value)


def _take_string(cursor: Cursor, node: cst.SimpleString) -> int:
    at = cursor.take(len(node.value))
    if "#" in node.value:
        cursor.hashes.append((at, cursor.pos))
    return at


def _string_value(cursor: Cursor, node: cst.SimpleString) -> str | bytes:
    text = node.value
    if text[0] in "\"'" and "\\" not in text and "\r" not in text:
        width = 3 if text[:3] in ('"""', "'''") else 1
        return text[width:-width]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are the author's business
            value = ast.literal_eval(text)
    except (SyntaxError, ValueError) as error:
        raise _bad_string(cursor, str(error)) from error
    assert isinstance(value, str | bytes)
    return value


def _bad_string(cursor: Cursor, problem: str) -> InputError:
    line = cursor.text.count("\n", 0, cursor.pos) + 1
    return InputError(f"string literal: {problem}", line=line, code="syntax-error")


def _formatted_string(cursor: Cursor, node: cst.FormattedString) -> Expression:
    at = cursor.peek()
    parts = _formatted_parts(cursor, node)
    return FormattedString(at, cursor.pos, tuple(parts))


def _formatted_parts(cursor: Cursor, node: cst.FormattedString) -> list[Literal | FormattedValue]:
    start = cursor.take(len(node.start))
    raw = "r" in node.start.lower()
    parts = [_formatted_part(cursor, part, raw) for part in node.parts]
    cursor.pos += len(node.end)
    if "#" in cursor.text[start : cursor.pos]:
        cursor.hashes.append((start, cursor.pos))
    return parts


def _formatted_part(cursor: Cursor, part: cst.BaseFormattedStringContent, raw: bool) -> Literal | FormattedValue:
    if isinstance(part, cst.FormattedStringText):
        at = cursor.pos
        cursor.pos += len(part.value)
        return Literal(at, cursor.pos, _unescape(cursor, part.value, raw))
    assert isinstance(part, cst.FormattedStringExpression)
    return _formatted_value(cursor, part, raw)


def _unescape(cursor: Cursor, text: str, raw: bool) -> str:
    text = text.replace("{{", "{").replace("}}", "}")
    if raw or "\\" not in text:
        return text
    try:
        return _ESCAPE.sub(_escape_value, text)
    except (SyntaxError, ValueError) as error:
        raise _bad_string(cursor, str(error)) from error


def _escape_value(match: re.Match[str]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quote = "'" if match[0] == '\\"' else '"'
        value = str(ast.literal_eval(quote + match[0] + quote))
    value.encode()  # a lone surrogate has no place in a formatted string's parts: UnicodeEncodeError is a ValueError
    return value


def _formatted_value(cursor: Cursor, part: cst.FormattedStringExpression, raw: bool) -> FormattedValue:
    at = cursor.pos
    cursor.pos += 1
    value = cursor.expression(part.expression)
    shown = None
    if part.equal is not None:
        cursor.take(1)
        cursor.peek()
        shown = cursor.text[at + 1 : cursor.pos]
    if part.conversion is not None:
        cursor.take(1 + len(part.conversion))
    spec = None
    if part.format_spec is not None:
        spec_at = cursor.take(1) + 1
        parts = [_formatted_part(cursor, inner, raw) for inner in part.format_spec]
        spec = FormattedString(spec_at, cursor.pos, tuple(parts))
    cursor.take(1)
    return FormattedValue(at, cursor.pos, value, part.conversion, spec, shown)


def _concatenated(cursor: Cursor, node: cst.ConcatenatedString) -> Expression:
    at = cursor.peek()
    pieces: list[str | bytes | FormattedValue] = []
    for leaf in _leaves(node):
        if isinstance(leaf, cst.FormattedString):
            parts = _formatted_parts(cursor, leaf)
            pieces += [str(part.value) if isinstance(part, Literal) else part for part in parts]
        elif isinstance(leaf, cst.SimpleString):
            _take_string(cursor, leaf)
            pieces.append(_string_value(cursor, leaf))
        else:
            raise cursor.unsupported(type(leaf).__name__)
    return _joined(at, cursor.pos, pieces)


def _leaves(node: cst.BaseString) -> list[cst.BaseString]:
    leaves: list[cst.BaseString] = []
    stack = [node]
    while stack:
        piece = stack.pop()
        if isinstance(piece, cst.ConcatenatedString):
            stack += [piece.right, piece.left]
        else:
            leaves.append(piece)
    return leaves


def _joined(at: int, end: int, pieces: list[str | bytes | FormattedValue]) -> Expression:
    values = [piece for piece in pieces if not isinstance(piece, FormattedValue)]
    if len(values) == len(pieces):
        if all(isinstance(value, bytes) for value in values):
            return OddLiteral(at, end, "bytes", repr(b"".join(value for value in values if isinstance(value, bytes))))
        return _text(at, end, "".join(map(str, values)))
    parts = tuple(piece if isinstance(piece, FormattedValue) else Literal(at, end, str(piece)) for piece in pieces)
    return FormattedString(at, end, parts)


LITERALS: ExpressionTable = {
    cst.Name: _name,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.Imaginary: _imaginary,
    cst.Ellipsis: _ellipsis,
    cst.SimpleString: _simple_string,
    cst.FormattedString: _formatted_string,
    cst.ConcatenatedString: _concatenated,
}
