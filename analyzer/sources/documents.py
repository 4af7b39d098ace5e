"""JSON and TOML files of any origin: read whole, of bounded size and depth, with errors that name line and key."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from analyzer.base import InputError, as_path
from analyzer.sources.read import read_bytes

DEPTH_LIMIT = 100
"""Levels of lists and tables."""
_BITS = 64
_DIGITS = len(str(2**_BITS))
_TOO_WIDE = f"an integer of more than {_BITS} bits"
_SURROGATE = re.compile("[\ud800-\udfff]")
_JSON_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)
_TOML_TOKEN = re.compile(
    r"""
    \"{3}(?:\\.|[^\\])*?(?:\"{3}|\Z) | '{3}.*?(?:'{3}|\Z)
    | "(?:\\.|[^"\\\n])*"? | '[^'\n]*'? | \#[^\n]*
    | [\[\]{}.,=\n]
    """,
    re.DOTALL | re.VERBOSE,
)
_JSON_KEY = r'"KEY"\s*:'
_TOML_KEY = r'"KEY"\s*[.=\]]|(?<![\w-])KEY\s*[.=\]]'
_AT_LINE = re.compile(r"\(at line (\d+)")


@dataclass(frozen=True, slots=True)
class Limits:
    """The most bytes of a file, and the most values in it."""

    size: int
    values: int


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds: its text, and what that says."""

    path: str
    text: str
    content: Any


@dataclass(frozen=True, slots=True)
class _Bad:
    """Stands in for a value that cannot be taken, and says why."""

    why: str


Key: TypeAlias = "tuple[Key, str | int] | None"
"""Where a value is: in which other, under which name or number."""


def read_json(path: Path, *, code: str, limits: Limits, shown: str = "", within: Path | None = None) -> Document:
    """A JSON file, its values as they are written; :func:`checked` says whether they can be taken.

    Args:
        path: The file.
        code: The code of errors.
        limits: The most that it may hold.
        shown: The path that errors name, ``path`` itself by default.
        within: The folder that the file has to be in, see :func:`analyzer.sources.read.read_bytes`.

    Raises:
        InputError: It cannot be read, is too large, no UTF-8, malformed, or too deep.
    """
    text, shown = _text(path, code, limits, shown, within)
    _check_depth(text, _JSON_TOKEN, shown, code)
    try:
        content = json.loads(text, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise InputError(f"not valid JSON: {error.msg}", path=shown, line=error.lineno, code=code) from error
    return Document(shown, text, content)


def read_toml(path: Path, *, code: str, limits: Limits, shown: str = "") -> Document:
    """A TOML file likewise."""
    text, shown = _text(path, code, limits, shown, None)
    if _may_be_deep(text):
        _check_depth(text, _TOML_TOKEN, shown, code)
    try:
        return Document(shown, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise InputError(f"not valid TOML: {error}", path=shown, line=line, code=code) from error
    except ValueError as error:  # an integer of thousands of digits, a day that there is not
        raise InputError(f"a value that can not be taken: {error}", path=shown, line=1, code=code) from error


def checked(document: Document, *, code: str, limits: Limits) -> Document:
    """``document`` if its values are text, numbers, flags, lists and tables.

    Raises:
        InputError: With key and line, for what no field can take: NaN and infinities, integers beyond 64 bits, halves
            of characters, dates, a key that is given twice with different values; and for too many values.
    """
    for field, why in _complaints(document.content, limits.values):
        line = line_of(document.text, field)
        raise InputError(f"{field}: {why}" if field else why, path=document.path, line=line, code=code)
    return document


def line_of(text: str, field: str) -> int:
    """The line on which a dotted field of a JSON or TOML text begins; that of its parent if it is not found, from 1."""
    start = position = 0
    pattern = _JSON_KEY if text.lstrip().startswith("{") else _TOML_KEY
    for part in filter(None, re.split(r"[.\[\]]+", field)):
        found = re.compile(pattern.replace("KEY", re.escape(part))).search(text, position)
        if found is None:
            break
        start, position = found.span()
    return text.count("\n", 0, start) + 1


def _text(path: Path, code: str, limits: Limits, shown: str, within: Path | None) -> tuple[str, str]:
    """The text of the file, and the path that errors name."""
    shown = shown or as_path(str(path))
    try:
        data = read_bytes(path, shown=shown, limit=limits.size, within=within)
        return data.decode(), shown
    except InputError as error:
        raise InputError(error.message, path=shown, code="outside" if error.code == "outside" else code) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"not UTF-8: byte 0x{data[error.start]:02x}; save the file as UTF-8"
        raise InputError(problem, path=shown, line=line, code=code) from error


def _may_be_deep(text: str) -> bool:
    return text.count("[") + text.count("{") > DEPTH_LIMIT or any(
        line.count(".") > DEPTH_LIMIT for line in text.split("\n")
    )


def _check_depth(text: str, token: re.Pattern[str], shown: str, code: str) -> None:
    """Refuse what nests deeper than parsers follow; in TOML also dotted keys of more parts."""
    depth = parts = 0
    for found in token.finditer(text):
        match found[0]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
            case ".":
                parts += 1
            case "," | "=" | "\n":
                parts = 0
        if depth > DEPTH_LIMIT or parts > DEPTH_LIMIT:
            line = text.count("\n", 0, found.start()) + 1
            raise InputError(f"nested deeper than {DEPTH_LIMIT} levels", path=shown, line=line, code=code)


def _integer(digits: str) -> int | _Bad:
    return int(digits) if len(digits) <= _DIGITS else _Bad(f"{_TOO_WIDE}: {len(digits.lstrip('-')):,} digits")


def _constant(word: str) -> _Bad:
    return _Bad(f"{word} is no value; give a number, or leave the field out")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of ``pairs``: of one key twice the last counts, as for every reader of JSON, if both say the same."""
    found = dict(pairs)
    if len(found) < len(pairs):
        for key, value in pairs:
            if found[key] != value and not isinstance(found[key], _Bad):
                found[key] = _Bad("given twice with different values")
    return found


def _complaints(content: object, most: int) -> Iterator[tuple[str, str]]:
    """What no field can take, and that there is too much of it: (dotted key, what is wrong)."""
    pending: list[tuple[Key, object]] = [(None, content)]
    for _ in range(most):
        if not pending:
            return
        key, value = pending.pop()
        if (why := _refused(value)) is not None:
            yield _dotted(key), why
        elif isinstance(value, dict):
            pending += [((key, name), item) for name, item in value.items()]
        elif isinstance(value, list):
            pending += [((key, number), item) for number, item in enumerate(value)]
    if pending:
        yield "", f"more than {most:,} values"


def _refused(value: object) -> str | None:
    match value:
        case _Bad(why):
            return why
        case dict():
            return "a key with half of a character (a lone surrogate)" if any(map(_is_broken, value)) else None
        case None | bool() | list():
            return None
        case int():
            return _TOO_WIDE if value.bit_length() > _BITS else None
        case float():
            return None if math.isfinite(value) else f"{value} is no value; give a number, or leave the field out"
        case str():
            return "half of a character (a lone surrogate)" if _is_broken(value) else None
        case _:
            return f"a {type(value).__name__} is no value here; give text, a number, a list or a table"


def _is_broken(text: str) -> bool:
    return not text.isascii() and _SURROGATE.search(text) is not None


def _dotted(key: Key) -> str:
    """``rope_scaling.factors[3]``; the end of one that is long."""
    parts: list[str] = []
    while key is not None:
        key, name = key
        parts.append(f"[{name}]" if isinstance(name, int) else f".{name}")
    text = "".join(reversed(parts)).removeprefix(".")
    return text if len(text) <= 200 else f"…{text[-199:]}"
