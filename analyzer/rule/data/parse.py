"""Parses the text of a predicate into its syntax tree. Nothing is evaluated here.

predicate  = conjunction { "or" conjunction }
conjunction = negation { "and" negation }
negation   = "not" negation | "(" predicate ")" | condition
condition  = subject [ relation | "is" state | ("before" | "after") structure ]
relation   = ("=" | "!=" | "<" | "<=" | ">" | ">=") (constant | subject)  |  ["not"] "in" "[" constants "]"
subject    = trait ("norm.placement") | field ("config.hidden_size") | structure ("rope")
constant   = "text" | number | true | false | null
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from analyzer.rule.data.structures import STRUCTURES
from analyzer.rule.data.terms import (
    Comparison,
    Conjunction,
    Disjunction,
    FieldName,
    InState,
    IsTrue,
    Negation,
    Operator,
    Precedes,
    Predicate,
    Scalar,
    State,
    StructureName,
    Subject,
    TraitName,
)

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>"[^"\n]*"|'[^'\n]*')
      | (?P<number>[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?)
      | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
      | (?P<sign>==|!=|<=|>=|[=<>()\[\],])""",
    re.VERBOSE,
)
_WORDS = frozenset({"and", "or", "not", "in", "is", "before", "after", "true", "false", "null"})
_CONSTANTS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_FIELD = "config."
_DIGITS = 40
_DEPTH = 50


class PredicateError(ValueError):
    """A predicate that can not be read; ``column`` counts from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")
        self.column = column


def parse(text: str) -> Predicate:
    """The predicate that ``text`` states. Raises PredicateError."""
    parser = _Parser(text)
    found = parser.predicate()
    if parser.current.kind != "end":
        raise parser.error("expected `and`, `or` or the end")
    return found


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise PredicateError(f"{text[position]!r} has no meaning here", position + 1)
        kind, position = found.lastgroup, found.end()
        if kind != "space":
            word = found.group()
            yield _Token("word" if word in _WORDS else kind, word, found.start())
    yield _Token("end", "", len(text))


class _Parser:
    """One pass over the tokens, one method a line of the grammar."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tuple(_tokens(text))
        self._position = 0
        self._depth = 0

    @property
    def current(self) -> _Token:
        return self._tokens[self._position]

    def error(self, expected: str) -> PredicateError:
        found = f", found {self.current.text!r}" if self.current.text else ""
        return PredicateError(expected + found, self.current.start + 1)

    def predicate(self) -> Predicate:
        items = self._separated("or", self._conjunction)
        return items[0] if len(items) == 1 else Disjunction(items)

    def _conjunction(self) -> Predicate:
        items = self._separated("and", self._negation)
        return items[0] if len(items) == 1 else Conjunction(items)

    def _separated(self, word: str, item: Callable[[], Predicate]) -> tuple[Predicate, ...]:
        items = [item()]
        while self._skip(word):
            items.append(item())
        return tuple(items)

    def _negation(self) -> Predicate:
        if self._depth == _DEPTH:
            raise self.error(f"nested deeper than {_DEPTH} levels")
        self._depth += 1
        found = self._nested()
        self._depth -= 1
        return found

    def _nested(self) -> Predicate:
        if self._skip("not"):
            return Negation(self._negation())
        if self._skip("("):
            inner = self.predicate()
            self._expect(")")
            return inner
        return self._condition()

    def _condition(self) -> Predicate:
        start = self.current
        subject = self._subject()
        match self.current.text:
            case "before" | "after" as word:
                return self._order(start, subject, word)
            case "is":
                return self._state(start, subject)
            case "in" | "not" | "=" | "==" | "!=" | "<" | "<=" | ">" | ">=":
                return self._compare(start, subject)
        return IsTrue(self._since(start), subject)

    def _subject(self) -> Subject:
        if self.current.kind != "name":
            raise self.error("expected a trait (norm.placement), a field (config.hidden_size) or a structure (rope)")
        if "." not in self.current.text and self.current.text not in STRUCTURES:
            raise self.error(f"expected a structure ({', '.join(STRUCTURES)}) or a trait with its area")
        name = self._advance().text
        if name.startswith(_FIELD):
            return FieldName(name.removeprefix(_FIELD))
        return TraitName(name) if "." in name else StructureName(name)

    def _order(self, start: _Token, subject: Subject, word: str) -> Precedes:
        if not isinstance(subject, StructureName):
            raise self.error(f"`{word}` orders structures ({', '.join(STRUCTURES)})")
        self._advance()
        place = self.current
        other = self._subject()
        if not isinstance(other, StructureName):
            raise PredicateError(f"`{word}` orders structures ({', '.join(STRUCTURES)})", place.start + 1)
        earlier, later = (subject, other) if word == "before" else (other, subject)
        return Precedes(self._since(start), earlier, later)

    def _state(self, start: _Token, subject: Subject) -> Predicate:
        self._advance()
        negated = self._skip("not")
        if self.current.text not in set(State):
            raise self.error(f"expected {', '.join(State)}")
        state = State(self._advance().text)
        found = InState(self._since(start), subject, state)
        return Negation(found) if negated else found

    def _compare(self, start: _Token, subject: Subject) -> Comparison:
        if isinstance(subject, StructureName):
            raise self.error(f"{subject.name} is a structure and has no value; it can be `present`, `before`, `after`")
        operator = self._operator()
        if operator in (Operator.IN, Operator.NOT_IN):
            other: Subject | tuple[Scalar, ...] = self._list()
        elif self.current.kind == "name":
            other = self._valued()
        else:
            other = (self._constant(),)
        return Comparison(self._since(start), subject, operator, other)

    def _valued(self) -> Subject:
        place = self.current
        found = self._subject()
        if isinstance(found, StructureName):
            raise PredicateError(f"{found.name} is a structure and has no value", place.start + 1)
        return found

    def _operator(self) -> Operator:
        if self._skip("not"):
            self._expect("in")
            return Operator.NOT_IN
        text = self._advance().text
        return Operator("=" if text == "==" else text)

    def _list(self) -> tuple[Scalar, ...]:
        self._expect("[")
        items = [self._constant()]
        while self._skip(","):
            items.append(self._constant())
        self._expect("]")
        return tuple(items)

    def _constant(self) -> Scalar:
        token = self.current
        if token.kind == "text":
            return self._advance().text[1:-1]
        if token.kind == "number":
            text = self._advance().text
            if len(text) > _DIGITS:
                raise PredicateError(f"a number of more than {_DIGITS} characters", token.start + 1)
            return float(text) if re.search(r"[.eE]", text) else int(text)
        if token.text in _CONSTANTS:
            return _CONSTANTS[self._advance().text]
        raise self.error('expected "text" in quotes, a number, true, false or null')

    def _since(self, start: _Token) -> str:
        return self._text[start.start : self._tokens[self._position - 1].end]

    def _advance(self) -> _Token:
        token = self.current
        self._position += 1
        return token

    def _skip(self, text: str) -> bool:
        if self.current.text != text or self.current.kind not in ("word", "sign"):
            return False
        self._advance()
        return True

    def _expect(self, text: str) -> None:
        if not self._skip(text):
            raise self.error(f"expected `{text}`")
