"""``re``, for patterns and texts that cannot take long to match.

Python's engine tries, in the worst case, every combination of the choices that a pattern leaves it. How many there are
follows from the pattern and from the length ``n`` of the text (``_ways``)::

    a*b?         (n + 2) repetitions, twice as many with the optional part
    (a|b)(a|b)   2 alternatives in each group, so 4
    a*|b*        one, then the other: the sum of both

What leaves too many, repeats a group, refers back to one, or sets flags is not matched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from analyzer.base import GapCode
from analyzer.library.context import NativeContext
from analyzer.library.natives.bounds import room
from analyzer.library.natives.methods.kinds import native
from analyzer.values import Instance, Native, Unknown, Value, expect

LONGEST_PATTERN = 1_000
LONGEST_TEXT = 100_000
MOST_WAYS = 100_000_000
_TOKEN = re.compile(
    r"""
      (?P<plain> \\. | \[ \^? \]? (?: \\. | [^]\\] )* \] )
    | (?P<open> \( (?: \?(?: P<\w+> | <[=!] | [:=!>] ) )? )
    | (?P<repeat> [*+] [?+]? | \{ \d*,?\d* \} [?+]? )
    | (?P<optional> \? [?+]? )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_LARGE_COUNT = re.compile(r"\{[^}]*\d{4}")
_NOT_MATCHED = re.compile(r"\(\?P=|\\[1-9]|\(\?\(|\(\?[a-zA-Z-]+[:)]")
"""References to groups, conditions on them, and flags, which can change what the rest of the pattern means."""
FUNCTIONS = ("match", "search", "fullmatch", "findall", "finditer", "sub", "split")


Found: TypeAlias = str | list[str] | re.Match[str] | Iterator[re.Match[str]] | None
"""What a function of ``re`` gives."""


def _regex(name: str) -> Native:
    function: Callable[..., Found] = getattr(re, name)
    qualified = f"re.{name}"

    def call(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
        given = [_scalar(machine, arg) for arg in args]
        named = {key: _scalar(machine, value) for key, value in kwargs.items()}
        unknown = next((value for value in (*given, *named.values()) if isinstance(value, Unknown)), None)
        if unknown is not None:
            return unknown
        texts = [value for value in (*given, *named.values()) if isinstance(value, str)]
        if len(texts) < 2 or not isinstance(given[0] if given else named.get("pattern"), str):
            machine.no_value("this pattern is not matched", GapCode.UNKNOWN_LIBRARY)
        if any(isinstance(value, int) and value & re.VERBOSE for value in (*given[2:], named.get("flags", 0))):
            machine.no_value("this pattern is not matched", GapCode.UNKNOWN_LIBRARY)
        _check(machine, texts[0], texts[1:])
        if name == "sub":
            _check_substitution(machine, texts)
        try:
            return _found(machine, function(*given, **named))
        except (re.error, RecursionError, OverflowError) as error:
            return machine.throw("ValueError", str(error))

    return Native(qualified, call)


def _scalar(machine: NativeContext, value: Value) -> str | int | Unknown:
    """A pattern, text or count."""
    found = native(machine, value)
    if isinstance(found, str | int | Unknown):
        return found
    if isinstance(value, Instance) and value.cls is machine.classes["re.Pattern"]:
        return str(native(machine, value.attributes["pattern"]))
    return machine.no_value("re takes texts only", GapCode.UNKNOWN_LIBRARY)


def _check(machine: NativeContext, pattern: str, texts: Sequence[str]) -> None:
    length = max(map(len, texts))
    if len(pattern) > LONGEST_PATTERN or length > LONGEST_TEXT:
        machine.no_value("the pattern or text is too long to match")
    if _LARGE_COUNT.search(pattern) or _NOT_MATCHED.search(pattern):
        machine.no_value("this pattern is not matched", GapCode.UNKNOWN_LIBRARY)
    ways = _ways(pattern, length)
    if ways is None or ways > MOST_WAYS:
        machine.no_value("this pattern is not matched", GapCode.UNKNOWN_LIBRARY)
    machine.charge(ways // 64)


def _ways(pattern: str, length: int) -> int | None:
    """At most how many ways there are to match ``pattern`` in a text; None where a group is repeated.

    A sequence has the product of the ways of its parts, a group the sum over its alternatives.
    """
    finished, ways, before = 0, 1, ""
    around: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(pattern):
        kind, text = str(token.lastgroup), token[0]
        if kind == "repeat" and before == ")":
            return None
        if kind == "repeat":
            ways *= length + 2
        elif kind == "optional":
            ways *= 2
        elif kind == "open":
            around.append((finished, ways))
            finished, ways = 0, 1
        elif text == "|":
            finished, ways = finished + ways, 1
        elif text == ")" and around:
            inside = finished + ways
            finished, ways = around.pop()
            ways *= inside
        before = text
        if ways > MOST_WAYS:
            return ways
    return (finished + ways) * (length + 2)


def _check_substitution(machine: NativeContext, texts: Sequence[str]) -> None:
    new, text = texts[1], texts[2] if len(texts) > 2 else ""
    room(machine, 4 * (len(text) + 1) * (len(new) + new.count("\\") * len(text)) + len(text))


def _found(machine: NativeContext, result: Found) -> Value:
    """What was found, as a value of the program."""
    if isinstance(result, re.Match):
        return _match(machine, result)
    if isinstance(result, str | list | None):
        return result
    return iter([_match(machine, one) for one in result])


def _match(machine: NativeContext, found: re.Match[str]) -> Instance:
    made = Instance(machine.classes["re.Match"])
    names: dict[str | int, int] = {number: number for number in range(found.re.groups + 1)}
    names.update(found.re.groupindex.items())
    made.attributes["_groups"] = {name: found.group(number) for name, number in names.items()}
    made.attributes["_spans"] = {name: found.span(number) for name, number in names.items()}
    made.attributes["string"] = found.string
    return made


def _group(machine: NativeContext, match: Instance, *names: Value) -> Value:
    groups = match.attributes["_groups"]
    found = [machine.get_item(groups, name) for name in names or (0,)]
    return found[0] if len(found) == 1 else tuple(found)


def _groups(machine: NativeContext, match: Instance, default: Value = None) -> Value:
    found = expect(dict, match.attributes["_groups"])
    numbered = (text for name, text in found.items() if isinstance(name, int) and name > 0)
    return tuple(default if text is None else text for text in numbered)


def _named_groups(machine: NativeContext, match: Instance, default: Value = None) -> Value:
    named = expect(dict, match.attributes["_groups"]).items()
    return {name: default if text is None else text for name, text in named if isinstance(name, str)}


def _span(part: slice) -> Callable[..., Value]:
    def call(machine: NativeContext, match: Instance, name: Value = 0) -> Value:
        found = expect(tuple, machine.get_item(match.attributes["_spans"], name))[part]
        return found if len(found) == 2 else found[0]

    return call


MATCH: dict[str, Value] = {
    "group": Native("re.Match.group", _group),
    "__getitem__": Native("re.Match.__getitem__", _group),
    "groups": Native("re.Match.groups", _groups),
    "groupdict": Native("re.Match.groupdict", _named_groups),
    "span": Native("re.Match.span", _span(slice(0, 2))),
    "start": Native("re.Match.start", _span(slice(0, 1))),
    "end": Native("re.Match.end", _span(slice(1, 2))),
}
"""The methods of ``re.Match``."""


def _compiled(machine: NativeContext, pattern: Value, flags: Value = 0) -> Value:
    if flags != 0:
        machine.no_value("flags of patterns are not followed", GapCode.UNKNOWN_LIBRARY)
    made = Instance(machine.classes["re.Pattern"])
    made.attributes.update({"pattern": pattern, "flags": flags})
    text = native(machine, pattern)
    if isinstance(text, str) and len(text) <= LONGEST_PATTERN:
        made.attributes["groupindex"] = dict(_compile(machine, text).groupindex)
    return made


def _compile(machine: NativeContext, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return machine.throw("ValueError", str(error))


def _pattern_method(name: str) -> Native:
    function = _regex(name)

    def call(machine: NativeContext, receiver: Instance, *args: Value, **kwargs: Value) -> Value:
        return function.call(machine, receiver.attributes["pattern"], *args, **kwargs)

    return Native(f"re.Pattern.{name}", call)


def _escape(machine: NativeContext, pattern: Value) -> Value:
    text = native(machine, pattern)
    if not isinstance(text, str):
        return text if isinstance(text, Unknown) else machine.throw("TypeError", "a text is expected")
    room(machine, 2 * len(text))
    return re.escape(text)


PATTERN: dict[str, Value] = {name: _pattern_method(name) for name in FUNCTIONS}
"""The methods of ``re.Pattern``."""
NAMES: dict[str, Value] = {
    **{f"re.{name}": _regex(name) for name in FUNCTIONS},
    "re.escape": Native("re.escape", _escape),
    "re.compile": Native("re.compile", _compiled),
}
