"""Text of names, files and messages as it may be shown: nothing in it moves a cursor, hides, or turns what is near.

What is shown is a list of what is allowed, not of what is not: characters that print, and blanks. Everything else is
written as Python would escape it, so that it can be seen: ``\\x1b[2J``, ``\\u202e``, ``\\ud800``.
"""

from __future__ import annotations

import re
import unicodedata

_SURROGATE = re.compile("[\ud800-\udfff]")


def one_line(text: str) -> str:
    r"""``text`` with all that does not print escaped, line ends and tabs too: ``a\nb`` stays on one line."""
    return text if text.isprintable() else "".join(map(_shown, text))


def readable(text: str) -> str:
    """``text`` of several lines with all that does not print escaped, but for line ends and tabs."""
    return "\n".join(line if line.isprintable() else _with_tabs(line) for line in text.split("\n"))


def as_path(path: str) -> str:
    """A path as text: bytes in a file's name that are no UTF-8 become replacement characters."""
    return path if path.isascii() else _SURROGATE.sub("\ufffd", path)


def _with_tabs(line: str) -> str:
    return "\t".join(map(one_line, line.split("\t")))


def _shown(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode("ascii")
