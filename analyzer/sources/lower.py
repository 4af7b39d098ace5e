"""Lowers a parsed file to the compact syntax."""

from __future__ import annotations

import re

import libcst as cst

from analyzer.base import InputError
from analyzer.sources.cursor import Cursor
from analyzer.sources.lower_blocks import COMPOUND_STATEMENTS, lower_body
from analyzer.sources.lower_calls import CALLS
from analyzer.sources.lower_expressions import EXPRESSIONS
from analyzer.sources.lower_literals import LITERALS
from analyzer.sources.lower_statements import SMALL_STATEMENTS
from analyzer.sources.syntax import Comment, ModuleSyntax

LOWERING_VERSION = 3
"""Counts changes of the lowered form; part of the cache key."""

_EXPRESSIONS = {**LITERALS, **EXPRESSIONS, **CALLS}
_STATEMENTS = {**SMALL_STATEMENTS, **COMPOUND_STATEMENTS}
_COMMENT = re.compile(r"#[ \t]*(?:Copied from\b|asbuilt:)[^\r\n]*")
_NEWLINE = re.compile(r"\r\n|\n|\r")


def lower(text: str, module: cst.Module) -> ModuleSyntax:
    """The lowered form of ``module``, which is ``text`` parsed.

    Raises:
        InputError: Code ``unsupported-syntax`` or ``syntax-error`` with the line, or ``internal`` if the places of the
            tokens cannot be followed to the end of the text.
    """
    cursor = Cursor(text, _EXPRESSIONS, _STATEMENTS)
    body = lower_body(cursor, module.body)
    if cursor.peek() != len(text):
        line = text.count("\n", 0, cursor.pos) + 1
        raise InputError("the places of tokens could not be followed", line=line, code="internal")
    return ModuleSyntax(body, _comments(text, cursor.hashes))


def _comments(text: str, strings: list[tuple[int, int]]) -> tuple[Comment, ...]:
    comments: list[Comment] = []
    line, counted = 1, 0
    for match in _COMMENT.finditer(text):
        at = match.start()
        if any(start <= at < end for start, end in strings):
            continue
        line += len(_NEWLINE.findall(text, counted, at))
        counted = at
        comments.append(Comment(line, match[0].rstrip()))
    return tuple(comments)
