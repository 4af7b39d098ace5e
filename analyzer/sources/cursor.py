"""Walks a concrete syntax tree in the order of the text and knows the offset of every token.

libcst's position providers cost as much as parsing or more. But whoever visits the tokens in order needs only their
lengths: white space, comments and line continuations before a token are skipped by one regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import libcst as cst

from analyzer.base import InputError
from analyzer.sources.syntax import Expression, Statement

_TRIVIA = re.compile(r"(?:[ \t\f\r\n]+|\\\r?\n|\\\r|#[^\r\n]*)*")

ExpressionTable: TypeAlias = Mapping[type[cst.CSTNode], Callable[["Cursor", Any], Expression]]
StatementTable: TypeAlias = Mapping[type[cst.CSTNode], Callable[["Cursor", Any], Statement]]


class Cursor:
    """``pos`` is the offset behind the last token taken.

    ``yields`` tells whether a ``yield`` was seen in the function being lowered; ``hashes`` are the ranges of strings
    that contain a ``#``, which is no comment there.
    """

    __slots__ = ("_expressions", "_skip", "_statements", "hashes", "pos", "text", "yields")

    def __init__(self, text: str, expressions: ExpressionTable, statements: StatementTable) -> None:
        self.text = text
        self.pos = 0
        self.yields = False
        self.hashes: list[tuple[int, int]] = []
        self._skip = _TRIVIA.match
        self._expressions = expressions
        self._statements = statements

    def peek(self) -> int:
        """The offset of the next token."""
        match = self._skip(self.text, self.pos)
        if match is not None:
            self.pos = match.end()
        return self.pos

    def take(self, length: int) -> int:
        """Passes the next token, which has ``length`` characters; returns its offset."""
        at = self.peek()
        self.pos = at + length
        return at

    def expression(self, node: cst.BaseExpression) -> Expression:
        """Lowers an expression with its parentheses, which belong to no place except a tuple's or generator's."""
        lower = self._expressions.get(type(node))
        if lower is None:
            raise self.unsupported(type(node).__name__)
        opening = node.lpar
        if not opening or type(node) in _OWN_PARENTHESES:
            return lower(self, node)
        for _ in opening:
            self.take(1)
        lowered = lower(self, node)
        for _ in opening:
            self.take(1)
        return lowered

    def optional(self, node: cst.BaseExpression | None) -> Expression | None:
        """Lowers an expression that may be missing."""
        return None if node is None else self.expression(node)

    def statement(self, node: cst.CSTNode) -> Statement:
        """Lowers a compound or a small statement."""
        lower = self._statements.get(type(node))
        if lower is None:
            raise self.unsupported(type(node).__name__)
        return lower(self, node)

    def unsupported(self, construct: str) -> InputError:
        """The error for syntax that has no lowered form at all."""
        line = self.text.count("\n", 0, self.peek()) + 1
        return InputError(f"syntax that is not supported: {construct}", line=line, code="unsupported-syntax")


_OWN_PARENTHESES = frozenset({cst.Tuple, cst.GeneratorExp})
