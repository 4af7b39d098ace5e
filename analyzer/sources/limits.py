"""What libcst's parser must not be given: it is native code, which no budget interrupts.

It needs one to four kilobytes for a node of the syntax tree; it reads the patterns of ``match`` several times over for
every level of brackets; and deep nesting overflows its stack, which takes the process with it.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable

from analyzer.base import InputError

_NODES = 400_000
_SHORT = 150_000  # characters that cannot hold so many nodes
_DEPTH = 100
_LENGTH = 10_000  # tokens of one logical line
_PATTERN_DEPTH = 8
_READINGS = 1_000_000  # of patterns in all: about ten seconds
_NO_WORDS = frozenset(
    (tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
)


def refuse_costly(tree: ast.Module, text: str, path: str) -> None:
    """Does nothing for most text that Python itself accepts as ``tree``.

    Raises:
        InputError: Codes ``too-large`` and ``too-deep``, with path and line, for what is too much for libcst.
    """
    if len(text) > _SHORT and _more_than(_NODES, ast.walk(tree)):
        raise InputError(f"more than {_NODES:,} nodes of syntax", path=path, line=1, code="too-large")
    if "match" not in text or not any(isinstance(node, ast.Match) for node in ast.walk(tree)):
        return
    line = _Nesting().exceeded(text)
    if line:
        raise InputError("nested too deeply", path=path, line=line, code="too-deep")


def looks_costly(text: str) -> bool:
    """Whether text that Python refused could be too much for libcst: too many tokens, or nested too deeply."""
    return _Nesting().exceeded(text) > 0


class _Nesting:
    """Follows the brackets, blocks and patterns of a text."""

    def __init__(self) -> None:
        self._depth = self._blocks = self._words = self._readings = 0
        self._outermost: int | None = None
        """The depth of brackets at which a pattern began; None outside of patterns."""

    def exceeded(self, text: str) -> int:
        """The first line where a limit is exceeded or that cannot be cut into tokens; 0 where there is none."""
        line = 1
        try:
            for number, token in enumerate(tokenize.generate_tokens(io.StringIO(text, newline="").readline)):
                line = token.start[0]
                if number > _NODES or self._exceeds(token):
                    return line
        except (tokenize.TokenError, IndentationError):
            return line
        return 0

    def _exceeds(self, token: tokenize.TokenInfo) -> bool:
        if token.type == tokenize.NEWLINE:
            self._words, self._outermost = 0, None
        elif token.type == tokenize.STRING:
            if sum(map(token.string.count, "([{")) > _DEPTH:
                return True  # a formatted string may be full of expressions
        elif token.type == tokenize.OP:
            self._depth += (token.string in "([{") - (token.string in ")]}")
        self._blocks += (token.type == tokenize.INDENT) - (token.type == tokenize.DEDENT)
        if token.type not in _NO_WORDS:
            self._patterns(token.string)
            self._words += 1
        return (
            self._depth > _DEPTH
            or self._blocks > _DEPTH
            or self._words > _LENGTH
            or self._readings > _READINGS
            or (self._outermost is not None and self._depth - self._outermost > _PATTERN_DEPTH)
        )

    def _patterns(self, word: str) -> None:
        if self._words == 0 and word == "case":
            self._outermost = self._depth
        elif self._outermost is not None:
            level = self._depth - self._outermost
            self._readings += 4 ** max(level, 0)
            if level <= 0 and (word in (":", "if") or (self._words == 1 and word in ("=", "."))):
                self._outermost = None  # the pattern is over, or "case" is the name of a variable


def _more_than(limit: int, nodes: Iterable[ast.AST]) -> bool:
    return any(number >= limit for number, _ in enumerate(nodes))
