"""Which names a text reads that is no valid Python: what its words show.

A file with a mistake in one line still shows what the others read. Word by word that is less exact than the syntax, but
a file that is being edited then says about the names in it nearly what it says before and after.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from analyzer.sources.mentions import TELLING, Mentions

_WORD = re.compile(
    r"""
    \#[^\n]* | ^ [ \t]* (?: from | import ) \b [^\n]*
    | (?P<prefix>[A-Za-z]{0,2}) (?: "{3}(?P<long>(?:\\.|[^\\])*?)(?:"{3}|\Z) | '{3}(?P<long1>(?:\\.|[^\\])*?)(?:'{3}|\Z)
      | "(?P<short>(?:\\.|[^"\\\n])*)"? | '(?P<short1>(?:\\.|[^'\\\n])*)'? )
    | \. \s* (?P<renamed>[^\W\d]\w*) \s* = \s* (?P=renamed) [ \t]* (?= \# | \n | \Z )
    | \. \s* (?P<stored>[^\W\d]\w*) \s* (?= (?: : [^=\n:]* )? = (?!=) )
    | \. \s* (?P<attribute>[^\W\d]\w*)
    | \b (?: def | class ) \s+ (?P<defined>[^\W\d]\w*)
    | \b (?P<given>[^\W\d]\w*) \s* = (?!=)
    | \b (?P<name>[^\W\d]\w*)
    | \d [\w.]*
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_EXPRESSION = re.compile(r"\{.*\}", re.DOTALL)
_BEGINS = re.compile(r"(?:startswith|removeprefix)\s*\(\s*\Z")
_ENDS = re.compile(r"(?:(?:endswith|removesuffix)\s*\(|\+)\s*\Z")
_ADDED = re.compile(r"\s*\+")
_NEAR = 40
"""Characters before a string in which a call can begin that it is the argument of."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The sets of ``Mentions`` while a text is read."""

    attributes: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    suffixes: set[str] = field(default_factory=set)


def mentions_in_text(text: str) -> Mentions:
    """The names that ``text`` reads as far as single words show it; see ``analyzer.sources.mentions.mentions``."""
    found = _Found()
    _read(text, found)
    return Mentions(
        frozenset(found.attributes),
        frozenset(found.texts),
        frozenset(found.names),
        frozenset(found.stored),
        tuple(sorted(found.prefixes)),
        tuple(sorted(found.suffixes)),
    )


def _read(text: str, found: _Found) -> None:
    sets = {"attribute": found.attributes, "name": found.names}
    for word in _WORD.finditer(text):
        kind = word.lastgroup
        if kind is None:
            continue
        if kind.startswith(("long", "short")):
            _string(word, kind, text, found)
        else:
            sets.get(kind, found.stored).add(word[kind])


def _string(word: re.Match[str], kind: str, text: str, found: _Found) -> None:
    """A string is a name, a part of names that are composed, or has expressions in braces."""
    content = word[kind]
    if content.removeprefix("-").isidentifier():
        found.texts.add(content)
    first, *others = _EXPRESSION.split(content)
    before = text[max(0, word.start() - _NEAR) : word.start()]
    if others or _ADDED.match(text, word.end()) or _BEGINS.search(before):
        found.prefixes.update(_part(first))
    if others or _ENDS.search(before):
        found.suffixes.update(_part((first, *others)[-1]))
    if "f" in word["prefix"].lower() and "{" in content:
        _read(content, found)


def _part(text: str) -> set[str]:
    return {text} if len(text) >= TELLING and f"a{text}".isidentifier() else set()
