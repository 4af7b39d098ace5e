"""The text of Python files as the language says: encoding by byte order mark or declaration, of those that are text.

A declaration can name any codec of Python, also one that makes other code of the bytes than a reader sees
(``unicode_escape``, ``rot13``). Codecs of this list alone are looked up.
"""

from __future__ import annotations

import codecs
import re
from encodings.aliases import aliases

from analyzer.base import InputError

_DECLARATION = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_NO_CODE = re.compile(rb"[ \t\f]*(?:#|[\r\n]|$)")
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TEXT = frozenset(
    {"ascii", "utf_8", "latin_1", "koi8_r", "koi8_t", "koi8_u", "kz1048", "ptcp154", "hp_roman8", "tis_620"}
    | {f"iso8859_{number}" for number in (*range(2, 12), *range(13, 17))}
    | {f"cp{number}" for number in (437, 720, 737, 775, 850, 852, 855, 856, 857, 858, 860, 861, 862, 863, 865, 866)}
    | {f"cp{number}" for number in (869, 874, 932, 949, 950, 1006, 1125, *range(1250, 1259))}
    | {f"mac_{name}" for name in ("croatian", "cyrillic", "greek", "iceland", "latin2", "roman", "romanian", "turkish")}
    | {"big5", "big5hkscs", "euc_jp", "euc_jis_2004", "euc_jisx0213", "euc_kr", "gb2312", "gbk", "gb18030", "johab"}
    | {"shift_jis"}
)
"""Modules of ``encodings`` in which every ASCII character is itself, nothing else is one, and no state is kept."""


def decode(data: bytes, *, shown: str = "") -> str:
    """The text of a Python file, without its byte order mark, newlines untouched.

    Raises:
        InputError: Code ``undecodable``, with the line of the declaration or of the first bad byte.
    """
    marked = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if marked else data
    named, line = _declared(body)
    encoding = "utf_8" if named is None else _codec(named)
    if encoding is None:
        problem = f"encoding {named!r} is none that text is kept in; save the file as UTF-8"
        raise InputError(problem, path=shown, line=line, code="undecodable")
    if marked and encoding != "utf_8":
        problem = f"encoding {named!r} is declared, and the byte order mark says UTF-8"
        raise InputError(problem, path=shown, line=line, code="undecodable")
    return _text(body, encoding, shown)


def _text(data: bytes, encoding: str, shown: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        problem = f"not valid {encoding.replace('_', '-')}: byte 0x{data[error.start]:02x}"
        raise _bad(problem, data[: error.start].count(b"\n"), shown) from error
    half = None if encoding == "utf_8" else _SURROGATE.search(text)
    if half is not None:
        raise _bad(f"half of a character (U+{ord(half[0]):04X})", text.count("\n", 0, half.start()), shown)
    return text


def _bad(problem: str, lines_before: int, shown: str) -> InputError:
    return InputError(problem, path=shown, line=lines_before + 1, code="undecodable")


def _declared(data: bytes) -> tuple[str | None, int]:
    """The encoding that a comment on one of the first two lines declares (the second only below a line without code),
    and that line."""
    start = 0
    for number in (1, 2):
        found = _LINE.match(data, start)
        line = found[0] if found is not None else b""
        declaration = _DECLARATION.match(line)
        if declaration is not None:
            return declaration[1].decode("ascii"), number
        if not _NO_CODE.match(line):
            break
        start += len(line)
    return None, 0


def _codec(named: str) -> str | None:
    """The codec of a name, if it is one of text."""
    plain = named.lower().replace("-", "_").replace(".", "_")
    if plain == "utf_8" or plain.startswith("utf_8_"):
        return "utf_8"
    if plain in ("latin_1", "iso_8859_1", "iso_latin_1") or plain.startswith(
        ("latin_1_", "iso_8859_1_", "iso_latin_1_")
    ):
        return "latin_1"
    found = aliases.get(plain, plain)
    return found if found in _TEXT else None
