"""Lowers ``match`` statements' patterns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from analyzer.sources.cursor import Cursor
from analyzer.sources.syntax import (
    CapturePattern,
    ClassPattern,
    Expression,
    MappingPattern,
    OrPattern,
    Pattern,
    SequencePattern,
    SingletonPattern,
    StarPattern,
    ValuePattern,
)

_SINGLETONS = {"None": None, "True": True, "False": False}
_OWN_PARENTHESES = frozenset({cst.MatchTuple, cst.MatchList, cst.MatchValue})


def lower_pattern(cursor: Cursor, node: cst.MatchPattern) -> Pattern:
    """A pattern with its parentheses, which belong to no place except a sequence's; those of a value are its own."""
    lower = _PATTERNS[type(node)]
    opening: Sequence[cst.LeftParen] = getattr(node, "lpar", ())
    if not opening or type(node) in _OWN_PARENTHESES:
        return lower(cursor, node)
    for _ in opening:
        cursor.take(1)
    lowered = lower(cursor, node)
    for _ in opening:
        cursor.take(1)
    return lowered


def _value(cursor: Cursor, node: cst.MatchValue) -> Pattern:
    value = cursor.expression(node.value)
    return ValuePattern(value.at, value.end, value)


def _singleton(cursor: Cursor, node: cst.MatchSingleton) -> Pattern:
    at = cursor.take(len(node.value.value))
    return SingletonPattern(at, cursor.pos, _SINGLETONS[node.value.value])


def _capture(cursor: Cursor, node: cst.MatchAs) -> Pattern:
    at = cursor.peek()
    pattern = None
    if node.pattern is not None:
        pattern = lower_pattern(cursor, node.pattern)
        cursor.take(2)
    name = None if node.name is None else node.name.value
    cursor.take(len(name or "_"))
    return CapturePattern(at, cursor.pos, pattern, name)


def _star(cursor: Cursor, node: cst.MatchStar) -> Pattern:
    at = cursor.take(1)
    name = None if node.name is None else node.name.value
    cursor.take(len(name or "_"))
    return StarPattern(at, cursor.pos, name)


def _items(
    cursor: Cursor, parts: Sequence[cst.MatchSequenceElement | cst.MatchStar | cst.MatchKeywordElement]
) -> tuple[Pattern, ...]:
    items: list[Pattern] = []
    for part in parts:
        match part:
            case cst.MatchStar():
                items.append(_star(cursor, part))
            case cst.MatchKeywordElement():
                cursor.take(len(part.key.value))
                cursor.take(1)
                items.append(lower_pattern(cursor, part.pattern))
            case _:
                items.append(lower_pattern(cursor, part.value))
        _comma(cursor, part.comma)
    return tuple(items)


def _list(cursor: Cursor, node: cst.MatchList) -> Pattern:
    for _ in node.lpar:
        cursor.take(1)
    at = cursor.peek()
    if node.lbracket is not None:
        cursor.take(1)
    items = _items(cursor, node.patterns)
    if node.rbracket is not None:
        cursor.take(1)
    end = cursor.pos
    for _ in node.rpar:
        cursor.take(1)
    return SequencePattern(at, end, items)


def _tuple(cursor: Cursor, node: cst.MatchTuple) -> Pattern:
    """The innermost parentheses belong to the sequence."""
    for _ in node.lpar[1:]:
        cursor.take(1)
    at = cursor.take(1)
    items = _items(cursor, node.patterns)
    end = cursor.take(1) + 1
    for _ in node.rpar[1:]:
        cursor.take(1)
    return SequencePattern(at, end, items)


def _mapping(cursor: Cursor, node: cst.MatchMapping) -> Pattern:
    at = cursor.take(1)
    keys: list[Expression] = []
    patterns: list[Pattern] = []
    for element in node.elements:
        keys.append(cursor.expression(element.key))
        cursor.take(1)
        patterns.append(lower_pattern(cursor, element.pattern))
        _comma(cursor, element.comma)
    rest = None if node.rest is None else node.rest.value
    if rest is not None:
        cursor.take(2)
        cursor.take(len(rest))
        _comma(cursor, node.trailing_comma)
    cursor.take(1)
    return MappingPattern(at, cursor.pos, tuple(keys), tuple(patterns), rest)


def _class(cursor: Cursor, node: cst.MatchClass) -> Pattern:
    at = cursor.peek()
    cls = cursor.expression(node.cls)
    cursor.take(1)
    patterns = (*_items(cursor, node.patterns), *_items(cursor, node.kwds))
    cursor.take(1)
    return ClassPattern(at, cursor.pos, cls, patterns, tuple(element.key.value for element in node.kwds))


def _either(cursor: Cursor, node: cst.MatchOr) -> Pattern:
    at = cursor.peek()
    alternatives: list[Pattern] = []
    for element in node.patterns:
        alternatives.append(lower_pattern(cursor, element.pattern))
        if isinstance(element.separator, cst.BitOr):
            cursor.take(1)
    return OrPattern(at, cursor.pos, tuple(alternatives))


def _comma(cursor: Cursor, comma: object) -> None:
    if isinstance(comma, cst.Comma):
        cursor.take(1)


_PATTERNS: dict[type[cst.CSTNode], Callable[[Cursor, Any], Pattern]] = {
    cst.MatchValue: _value,
    cst.MatchSingleton: _singleton,
    cst.MatchAs: _capture,
    cst.MatchList: _list,
    cst.MatchTuple: _tuple,
    cst.MatchMapping: _mapping,
    cst.MatchClass: _class,
    cst.MatchOr: _either,
}
