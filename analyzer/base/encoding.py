"""Values as JSON, whatever is in them: what cannot be written is shown by its escape and costs nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal

import msgspec

from analyzer.base.process import shallow

DEPTH_LIMIT = 100
"""Levels of lists and objects that are written; what is deeper is an ellipsis."""
_BITS_LIMIT = 4096
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIDDEN = re.compile(
    rb"\x7f|\xc2[\x80-\x9f\xad]|\xd8[\x80-\x85\x9c]|\xdb\x9d|\xdc\x8f|\xe0\xa2[\x90\x91]|\xe0\xa3\xa2|\xe1\xa0\x8e"
    rb"|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf|\xef\xbf[\xb9-\xbb]|\xf0\x91\x82\xbd|\xf0\x91\x83\x8d"
    rb"|\xf0\x93\x90[\xb0-\xbf]|\xf0\x9b\xb2[\xa0-\xa3]|\xf0\x9d\x85[\xb3-\xba]|\xf3\xa0[\x80\x81][\x80-\xbf]"
)
"""In UTF-8: DEL, C1 controls, line and paragraph separators, and all that only formats: characters without width,
marks and overrides of direction, tags."""


def json_document(value: Any, *, indent: int = 0, order: Literal["deterministic"] | None = None) -> bytes:
    """``value`` as JSON in UTF-8.

    Control characters and others that do not show are written as escapes, which read back as the same text. What JSON
    cannot hold is replaced: half of a surrogate pair by its escape as text (``\\ud800``), what nests deeper than
    ``DEPTH_LIMIT`` by an ellipsis, integers of thousands of digits by their size.
    """
    try:
        document = _encoded(value, indent, order)
    except (ValueError, OverflowError, RecursionError):
        document = _encoded(_writable(value, 0), indent, order)
    return _HIDDEN.sub(_escape, document)


def _encoded(value: Any, indent: int, order: Literal["deterministic"] | None) -> bytes:
    with shallow():
        encoded = msgspec.json.encode(value, order=order)
        return msgspec.json.format(encoded, indent=indent) if indent else encoded


def _escape(found: re.Match[bytes]) -> bytes:
    return json.dumps(found[0].decode())[1:-1].encode()


def _writable(value: Any, depth: int) -> Any:
    """A copy of ``value`` that can be written."""
    match value:
        case str():
            return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", value) if not value.isascii() else value
        case int() if value.bit_length() > _BITS_LIMIT:
            return f"(an integer of {value.bit_length():,} bits)"
        case msgspec.Struct() | Mapping() | list() | tuple() if depth >= DEPTH_LIMIT:
            return "…"
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: _writable(getattr(value, field.name), depth + 1) for field in fields(value)}
        case msgspec.Struct():
            changed = {name: _writable(getattr(value, name), depth + 1) for name in value.__struct_fields__}
            return msgspec.structs.replace(value, **changed)
        case Mapping():
            return {_writable(key, depth + 1): _writable(item, depth + 1) for key, item in value.items()}
        case list() | tuple():
            return [_writable(item, depth + 1) for item in value]
        case _:
            return value
