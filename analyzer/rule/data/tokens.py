"""Splits the text of a predicate into tokens, and reads them one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>"[^"\n]*"|'[^'\n]*')
      | (?P<number>[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?)
      | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
      | (?P<sign>==|!=|<=|>=|[=<>()\[\],])""",
    re.VERBOSE,
)
_WORDS = frozenset({"and", "or", "not", "in", "is", "before", "after", "true", "false", "null"})


class PredicateError(ValueError):
    """A predicate that cannot be read; ``column`` counts from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")
        self.column = column


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a predicate. ``kind`` is ``text``, ``number``, ``name``, ``sign``, ``word`` or ``end``."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _split(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise PredicateError(f"{text[position]!r} has no meaning here", position + 1)
        kind, position = found.lastgroup, found.end()
        if kind != "space":
            word = found.group()
            yield Token("word" if word in _WORDS else kind, word, found.start())
    yield Token("end", "", len(text))


class Tokens:
    """The tokens of a text, read from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tuple(_split(text))
        self._position = 0

    @property
    def current(self) -> Token:
        """The next token, not yet read."""
        return self._tokens[self._position]

    def error(self, expected: str) -> PredicateError:
        """An error at the current token, which is not what was ``expected``."""
        found = f", found {self.current.text!r}" if self.current.text else ""
        return PredicateError(expected + found, self.current.start + 1)

    def since(self, start: Token) -> str:
        """The text from ``start`` to the last token that was read."""
        return self._text[start.start : self._tokens[self._position - 1].end]

    def advance(self) -> Token:
        """Reads the current token."""
        token = self.current
        self._position += 1
        return token

    def skip(self, text: str) -> bool:
        """Reads the current token if it is the word or sign ``text``."""
        if self.current.text != text or self.current.kind not in ("word", "sign"):
            return False
        self.advance()
        return True

    def expect(self, text: str) -> None:
        """Reads the word or sign ``text``; PredicateError if the current token is another."""
        if not self.skip(text):
            raise self.error(f"expected `{text}`")
