"""Files whose bytes are damaged, oddly encoded or of odd sizes."""

from __future__ import annotations

import encodings.aliases
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeAlias

from analyzer import Report
from tests.fuzz.case import Case, Fault
from tests.fuzz.checks import healthy_whole, same_again, scanned, shown
from tests.fuzz.sampled import expected, one_in

FIXTURES = Path(__file__).parents[3] / "fixtures"
Damage: TypeAlias = Callable[[bytes, Random], bytes]
_CODECS = tuple(
    sorted(
        set(encodings.aliases.aliases.values())
        | {"utf-8-sig", "unicode_escape", "raw_unicode_escape", "idna", "undefined", "x" * 999}
    )
)
_ODD = (
    b"\x00", b"\xff", b"\xfe", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\x0c", b"\x0b", b"\x1a", b"\x1b[31m", b"\t", b"\\",
    b"\\\n", b"'''", b'"', b"#", b"(", b")", b"\xed\xa0\x80",
        "\u2028".encode(), "\u202e".encode(), "\ufeff".encode(), "ﬁ".encode(), "𝒙".encode(), "İ".encode(),
        b"0" * 5000, b"9" * 5000, b"_" * 99, b"f'{", b"{", b"}", b":=", b"*")  # fmt: skip


class Encodings:
    """Small real files with damage of several sorts."""

    def make(self, random: Random, seed: int) -> Case:
        text = random.choice(_texts()) or b" "
        for _ in range(random.choice((1, 1, 1, 2, 4))):
            text = random.choice(DAMAGES)(text, random) or b" "
        name = random.choice(("modeling_damaged.py",) * 9 + ODD_NAMES)
        files = {name: text}
        if random.random() < 0.2:
            files[
                random.choice(("__init__.py", "configuration_damaged.py", "config.json", "HEAD", "pyproject.toml"))
            ] = random.choice(_texts())[: random.randrange(999)]
        return Case("encodings", seed, files)

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        for found in scanned(folder):
            if not isinstance(found, Report):
                yield found
            elif one_in(15, case):
                yield from same_again(folder, found)
        if one_in(10, case):
            yield from healthy_whole(folder, expected())
        if one_in(20, case):
            yield from shown(folder, case)


ODD_NAMES = (
    "modeling_\x1b[31m.py", "modeling_\n.py", "modeling_ü.py", "modeling_-.py", "modeling_" + "x" * 200 + ".py",
             "modeling_\u202e.py", "a b/modeling_c d.py", "modeling_[red].py", "-modeling.py", "modeling_.py",
             "models/__init__/modeling_x.py")  # fmt: skip


@cache
def _texts() -> tuple[bytes, ...]:
    """Fixtures of this project, all of them small, as they are and in other encodings."""
    return tuple(
        path.read_bytes()
        for path in sorted(FIXTURES.rglob("modeling_*.py"))
        if not {"hostile", "broken"} & set(path.parts)
    )


def _flip(text: bytes, random: Random) -> bytes:
    changed = bytearray(text)
    for _ in range(random.choice((1, 2, 8, 50))):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _insert(text: bytes, random: Random) -> bytes:
    for _ in range(random.choice((1, 1, 3))):
        place = random.randrange(len(text) + 1)
        text = text[:place] + random.choice(_ODD) + text[place:]
    return text


def _cut(text: bytes, random: Random) -> bytes:
    return text[: random.randrange(1, len(text) + 1)]


def _remove(text: bytes, random: Random) -> bytes:
    start = random.randrange(len(text))
    return text[:start] + text[start + random.choice((1, 2, 10, 300)) :] or b"x"


def _cookie(text: bytes, random: Random) -> bytes:
    codec = random.choice(_CODECS)
    line = random.choice(
        (
            b"# -*- coding: %s -*-\n",
            b"\n# coding=%s\n",
            b"# vim: set fileencoding=%s :\n",
            b"\xef\xbb\xbf# coding: %s\n",
        )
    )
    return line % codec.encode() + text


def _encoded(text: bytes, random: Random) -> bytes:
    """Rightly declared, or not."""
    codec = random.choice(_CODECS)
    try:
        changed = text.decode("utf-8", "replace").encode(codec, "replace")
    except (LookupError, UnicodeError, ValueError, TypeError):
        return text
    return f"# coding: {codec}\n".encode() + changed if random.random() < 0.5 else changed


def _newlines(text: bytes, random: Random) -> bytes:
    return text.replace(b"\n", random.choice((b"\r", b"\r\n", b"\n\r", b"\x0c\n", b"\x85", b"\n\n\n", b" \\\n", b";")))


def _indented(text: bytes, random: Random) -> bytes:
    return text.replace(
        b"    ",
        random.choice((b"\t", b" ", b"\t    ", b"   ", b"\x0c    ", b"\xc2\xa0   ", b" " * 100)),
        random.choice((-1, 1, 9)),
    )


def _huge_line(text: bytes, random: Random) -> bytes:
    count = random.choice((1000, 20_000, 200_000))
    piece, around = random.choice((
        (b"1 + ", b"x = %s1\n"), (b"(", b"x = %s\n"), (b"[", b"x = %s1\n"), (b"a.", b"x = %sb\n"),
        (b"0,", b"x = [%s]\n"), (b"9", b"x = %s\n"),
        (b"not ", b"x = %s1\n"), (b"-", b"x = %s1\n"), (b"lambda: ", b"x = %s1\n"), (b"'a' ", b"x = %s\n"),
        (b"x = ", b"%s1\n"), (b"f(", b"x = %s\n"),
        (b"x[", b"y = %s\n"), (b"1 if 1 else ", b"x = %s1\n"), (b"a, ", b"%sb = c\n"), (b"a and ", b"x = %sb\n"),
        (b"1 < ", b"x = %s1\n"), (b"** ", b"x = 1 %s\n"),
        (b"# x", b"%s\n"), (b"; ", b"pass%s\n"), (b"await ", b"x = %s1\n"), (b"f'{", b"x = %s\n"),
        (b"{1: ", b"x = %s\n"), (b"a|", b"x: %sb\n"), (b"*", b"x = %s1\n"),
    ))  # fmt: skip
    return around.replace(b"%s", piece * count) + text


def _deep_blocks(text: bytes, random: Random) -> bytes:
    count = random.choice((90, 101, 500, 3000))
    head = random.choice(
        (b"if 1:\n", b"def f():\n", b"class A:\n", b"for x in y:\n", b"while 1:\n", b"with x:\n", b"try:\n")
    )
    lines = b"".join(b" " * depth + head for depth in range(count))
    return text + b"\n" + lines + b" " * count + b"pass\n"


def _many_lines(text: bytes, random: Random) -> bytes:
    line = random.choice(
        (
            b"x = 1\n",
            b"@f\n",
            b"# x\n",
            b"'''x'''\n",
            b"def f(): pass\n",
            b"elif 1: pass\n",
            b"import a\n",
            b"from torch import *\n",
            b"class A(A): pass\n",
            b"\n",
        )
    )
    return text + line * random.choice((1000, 10_000))


def _nothing(text: bytes, random: Random) -> bytes:
    return random.choice(
        (
            b" ",
            b"\n",
            b"\x00",
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b"\x1a",
            random.randbytes(300),
            b"PK\x03\x04",
            b"\x7fELF",
            b"\x80\x04\x95",
            b"#!/bin/sh\n",
        )
    )


DAMAGES: tuple[Damage, ...] = (
    _flip,
    _insert,
    _insert,
    _cut,
    _remove,
    _cookie,
    _cookie,
    _encoded,
    _newlines,
    _indented,
    _huge_line,
    _deep_blocks,
    _many_lines,
    _nothing,
)
