"""What libcst's parser must not be given: it is native code, which no budget interrupts.

It needs one to four kilobytes for a node of the syntax tree; it reads the patterns of ``match`` several times over for
every level of brackets; and deep nesting overflows its stack, which takes the process with it. For that a long chain is
enough of what Python's own parser reads in a loop: ``a and b and …``, the dots in ``import a.b.…``.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable

from analyzer.base import InputError

_NODES = 400_000
_SHORT = 150_000  # characters that cannot hold so many nodes
_DEPTH = 100
_LINKS = 1_000  # of a chain
_WORDS = re.compile(r"\b(?:and|or)\b")
_DOTTED = re.compile(r"(?:\.[\s\\]*+\w++[\s\\]*+)++")
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
    if _may_chain(text) and (line := _chained(tree)):
        raise InputError(f"a chain of more than {_LINKS:,} parts", path=path, line=line, code="too-deep")
    if "match" not in text or not any(isinstance(node, ast.Match) for node in ast.walk(tree)):
        return
    line = _first_exceeding(text, _Patterns())
    if line:
        raise InputError("patterns nested too deeply", path=path, line=line, code="too-deep")


def looks_costly(text: str) -> bool:
    """Whether text that Python refused could be too much for libcst: too many tokens, or nested too deeply."""
    return _first_exceeding(text, _Nesting()) > 0


def _may_chain(text: str) -> bool:
    """Whether there are enough words or dots in ``text``; nearly no text has them, and no tree is walked for it."""
    if text.count("and") + text.count("or") > _LINKS and len(_WORDS.findall(text)) > _LINKS:
        return True
    dotted = (found[0] for found in _DOTTED.finditer(text))
    return any(len(found) > 2 * _LINKS and found.count(".") > _LINKS for found in dotted)


def _chained(tree: ast.Module) -> int:
    """The line of a chain that is too long, 0 where there is none."""
    for node in ast.walk(tree):
        match node:
            case ast.BoolOp():
                links = len(node.values)
            case ast.Import():
                links = max(alias.name.count(".") for alias in node.names)
            case ast.ImportFrom():
                links = (node.module or "").count(".")
            case _:
                continue
        if links > _LINKS:
            return node.lineno
    return 0


class _Patterns:
    """Follows the brackets around and inside the patterns of a text, token by token."""

    def __init__(self) -> None:
        self.depth = 0
        self.words = 0
        """Tokens of the logical line so far."""
        self._readings = 0
        self._outermost: int | None = None
        """The depth of brackets at which a pattern began; None outside of patterns."""

    def exceeds(self, token: tokenize.TokenInfo) -> bool:
        """Whether patterns are too much for libcst, ``token`` included."""
        if token.type == tokenize.NEWLINE:
            self.words, self._outermost = 0, None
        elif token.type == tokenize.OP:
            self.depth += (token.string in "([{") - (token.string in ")]}")
        if token.type not in _NO_WORDS:
            self._follow(token.string)
            self.words += 1
        too_deep = self._outermost is not None and self.depth - self._outermost > _PATTERN_DEPTH
        return too_deep or self._readings > _READINGS

    def _follow(self, word: str) -> None:
        if self.words == 0 and word == "case":
            self._outermost = self.depth
        elif self._outermost is not None:
            level = self.depth - self._outermost
            self._readings += 4 ** max(level, 0)
            if level <= 0 and (word in (":", "if") or (self.words == 1 and word in ("=", "."))):
                self._outermost = None  # the pattern is over, or "case" is the name of a variable


class _Nesting:
    """Follows the brackets, blocks and patterns of a text that Python refused, token by token."""

    def __init__(self) -> None:
        self._patterns = _Patterns()
        self._blocks = 0

    def exceeds(self, token: tokenize.TokenInfo) -> bool:
        """Whether the text is too much for libcst, ``token`` included."""
        if token.type == tokenize.STRING and sum(map(token.string.count, "([{")) > _DEPTH:
            return True  # a formatted string may be full of expressions
        self._blocks += (token.type == tokenize.INDENT) - (token.type == tokenize.DEDENT)
        patterns = self._patterns
        return patterns.exceeds(token) or max(patterns.depth, self._blocks) > _DEPTH or patterns.words > _LENGTH


def _first_exceeding(text: str, limits: _Patterns | _Nesting) -> int:
    """The first line where a limit is exceeded or that cannot be cut into tokens; 0 where there is none."""
    line = 1
    try:
        for number, token in enumerate(tokenize.generate_tokens(io.StringIO(text, newline="").readline)):
            line = token.start[0]
            if number > _NODES or limits.exceeds(token):
                return line
    except (tokenize.TokenError, IndentationError):
        return line
    return 0


def _more_than(limit: int, nodes: Iterable[ast.AST]) -> bool:
    return any(number >= limit for number, _ in enumerate(nodes))
