"""``re``, for patterns and texts that are short and can not take long to match."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from analyzer.base import GapCode
from analyzer.library.context import Context
from analyzer.library.natives.types import native
from analyzer.values import Instance, Native, Value

LONGEST_TEXT = 2_000
FUNCTIONS = ("match", "search", "fullmatch", "findall", "sub", "split", "escape")


def _regex(name: str) -> Native:
    function: Callable[..., Any] = getattr(re, name)

    def call(machine: Context, pattern: Value, *args: Value, **kwargs: Value) -> Value:
        texts = [native(machine, arg) for arg in (pattern, *args)]
        if any(isinstance(text, str) and len(text) > LONGEST_TEXT for text in texts):
            return machine.unknown(GapCode.BUDGET, f"re.{name}", "the pattern or text is too long to match")
        if not all(isinstance(text, str | int) for text in texts) or _may_explode(texts[0]):
            return machine.unknown(GapCode.UNKNOWN_LIBRARY, f"re.{name}", "this pattern is not matched")
        try:
            result = function(*texts, **kwargs)
        except re.error as error:
            machine.throw("ValueError", str(error))
        return list(result) if name == "finditer" else result

    return Native(f"re.{name}", call)


def _compiled(machine: Context, pattern: Value, flags: Value = 0) -> Value:
    made = Instance(machine.classes["re.Pattern"])
    made.attributes.update({"pattern": pattern, "flags": flags})
    return made


def _pattern_method(name: str) -> Native:
    function = _regex(name)

    def call(machine: Context, receiver: Instance, *args: Value) -> Value:
        return function.call(machine, receiver.attributes["pattern"], *args)

    return Native(f"re.Pattern.{name}", call)


def _may_explode(pattern: str) -> bool:
    """Whether a group that can match in many ways is repeated, which can take exponential time."""
    return bool(re.search(r"\)[*+{]", pattern))


PATTERN: dict[str, Value] = {name: _pattern_method(name) for name in FUNCTIONS if name != "escape"}
"""The methods of ``re.Pattern``."""
NAMES: dict[str, Value] = {
    **{f"re.{name}": _regex(name) for name in FUNCTIONS},
    "re.compile": Native("re.compile", _compiled),
}
