"""The lines of the items in a TOML file's arrays: the standard parser does not report them."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TOKEN = re.compile(
    r"""
    (?P<skipped> \"{3}(?:.|\n)*?\"{3} | '{3}(?:.|\n)*?'{3} | "(?:\\.|[^"\\\n])*" | '[^'\n]*' | \#[^\n]* )
    | (?P<header> ^[ \t]*\[\[ \s* (?P<table>[\w-]+) \s* \]\] )
    | (?P<array> ^[ \t]* (?P<key>[\w-]+) [ \t]*=[ \t]* \[ )
    | (?P<open> [\[{] )
    | (?P<close> [\]}] )
    """,
    re.MULTILINE | re.VERBOSE,
)


def item_lines(text: str) -> Mapping[str, tuple[int, ...]]:
    """Array of tables → the line on which each of its items begins, for ``[[name]]`` and for ``name = [{…}, …]``."""
    found: dict[str, list[int]] = {}
    depth, name, line, counted = 0, "", 1, 0
    for token in _TOKEN.finditer(text):
        line, counted = line + text.count("\n", counted, token.end() - 1), token.end() - 1
        match token.lastgroup:
            case "table" | "header" if depth == 0:
                found.setdefault(token["table"], []).append(line)
            case "key" | "array" if depth == 0:
                name, depth = token["key"], 1
            case "open":
                if depth == 1 and name and token.group() == "{":
                    found.setdefault(name, []).append(line)
                depth += 1
            case "close":
                depth -= 1
                name = name if depth else ""
    return {key: tuple(lines) for key, lines in found.items()}
