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
from collections.abc import Callable

from analyzer.rule.data.structures import STRUCTURES
from analyzer.rule.data.terms import (
    Conjunction,
    Disjunction,
    FieldName,
    InState,
    IsTrue,
    Negation,
    Operator,
    Precedes,
    Predicate,
    PredicateSubject,
    Scalar,
    State,
    StructureName,
    TraitName,
    ValueComparison,
)
from analyzer.rule.data.tokens import PredicateError, Token, Tokens

_CONSTANTS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_FIELD = "config."
_DIGITS = 40
_DEPTH = 50


def parse(text: str) -> Predicate:
    """The predicate that ``text`` states. Raises PredicateError."""
    parser = _Parser(text)
    found = parser.predicate()
    if parser.current.kind != "end":
        raise parser.error("expected `and`, `or` or the end")
    return found


class _Parser(Tokens):
    """One pass over the tokens, one method a line of the grammar."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def predicate(self) -> Predicate:
        items = self._separated("or", self._conjunction)
        return items[0] if len(items) == 1 else Disjunction(items)

    def _conjunction(self) -> Predicate:
        items = self._separated("and", self._negation)
        return items[0] if len(items) == 1 else Conjunction(items)

    def _separated(self, word: str, item: Callable[[], Predicate]) -> tuple[Predicate, ...]:
        items = [item()]
        while self.skip(word):
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
        if self.skip("not"):
            return Negation(self._negation())
        if self.skip("("):
            inner = self.predicate()
            self.expect(")")
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
        return IsTrue(self.since(start), subject)

    def _subject(self) -> PredicateSubject:
        if self.current.kind != "name":
            raise self.error("expected a trait (norm.placement), a field (config.hidden_size) or a structure (rope)")
        if "." not in self.current.text and self.current.text not in STRUCTURES:
            raise self.error(f"expected a structure ({', '.join(STRUCTURES)}) or a trait with its area")
        name = self.advance().text
        if name.startswith(_FIELD):
            return FieldName(name.removeprefix(_FIELD))
        return TraitName(name) if "." in name else StructureName(name)

    def _order(self, start: Token, subject: PredicateSubject, word: str) -> Precedes:
        if not isinstance(subject, StructureName):
            raise self.error(f"`{word}` orders structures ({', '.join(STRUCTURES)})")
        self.advance()
        place = self.current
        other = self._subject()
        if not isinstance(other, StructureName):
            raise PredicateError(f"`{word}` orders structures ({', '.join(STRUCTURES)})", place.start + 1)
        earlier, later = (subject, other) if word == "before" else (other, subject)
        return Precedes(self.since(start), earlier, later)

    def _state(self, start: Token, subject: PredicateSubject) -> Predicate:
        self.advance()
        negated = self.skip("not")
        if self.current.text not in set(State):
            raise self.error(f"expected {', '.join(State)}")
        state = State(self.advance().text)
        found = InState(self.since(start), subject, state)
        return Negation(found) if negated else found

    def _compare(self, start: Token, subject: PredicateSubject) -> ValueComparison:
        if isinstance(subject, StructureName):
            raise self.error(f"{subject.name} is a structure and has no value; it can be `present`, `before`, `after`")
        operator = self._operator()
        if operator in (Operator.IN, Operator.NOT_IN):
            other: PredicateSubject | tuple[Scalar, ...] = self._list()
        elif self.current.kind == "name":
            other = self._valued()
        else:
            other = (self._constant(),)
        return ValueComparison(self.since(start), subject, operator, other)

    def _valued(self) -> PredicateSubject:
        place = self.current
        found = self._subject()
        if isinstance(found, StructureName):
            raise PredicateError(f"{found.name} is a structure and has no value", place.start + 1)
        return found

    def _operator(self) -> Operator:
        if self.skip("not"):
            self.expect("in")
            return Operator.NOT_IN
        text = self.advance().text
        return Operator("=" if text == "==" else text)

    def _list(self) -> tuple[Scalar, ...]:
        self.expect("[")
        items = [self._constant()]
        while self.skip(","):
            items.append(self._constant())
        self.expect("]")
        return tuple(items)

    def _constant(self) -> Scalar:
        token = self.current
        if token.kind == "text":
            return self.advance().text[1:-1]
        if token.kind == "number":
            text = self.advance().text
            if len(text) > _DIGITS:
                raise PredicateError(f"a number of more than {_DIGITS} characters", token.start + 1)
            return float(text) if re.search(r"[.eE]", text) else int(text)
        if token.text in _CONSTANTS:
            return _CONSTANTS[self.advance().text]
        raise self.error('expected "text" in quotes, a number, true, false or null')
