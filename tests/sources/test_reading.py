"""Reading files: encodings, limits, and what is no file."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest

from analyzer.base import InputError
from analyzer.sources.decode import decode
from analyzer.sources.read import read_bytes


def test_encoding_by_mark_declaration_and_default() -> None:
    assert decode("x = 'é'\r\n".encode()) == "x = 'é'\r\n"
    assert decode(codecs.BOM_UTF8 + b"x = 1\n") == "x = 1\n"
    assert decode("# -*- coding: latin-1 -*-\nx = 'é'".encode("latin-1")).endswith("'é'")
    assert decode(b"") == ""


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a\nb = '\xff'\n", 2),
        (b"# coding: utf-8\na\n\n\xe9", 4),
        (b"# coding: no-such-encoding\n", 1),
        (b"# coding: hex\n00", 1),
        (b"# coding: rot13\nk = 1", 1),
        (b"# coding: ascii\nx\n# \xe9\n", 3),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", 1),
    ],
)
def test_undecodable_bytes_are_an_error_with_a_line(data: bytes, line: int) -> None:
    with pytest.raises(InputError) as caught:
        decode(data, shown="m.py")
    assert (caught.value.path, caught.value.line, caught.value.code) == ("m.py", line, "undecodable")


def code_of(path: Path, **options: int) -> str:
    with pytest.raises(InputError) as caught:
        read_bytes(path, shown="shown.py", **options)  # type: ignore[arg-type]
    assert caught.value.path == "shown.py"
    return caught.value.code


def test_what_is_no_readable_file(tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "long.py").write_text("x" * 11)
    assert code_of(tmp_path) == "not-a-file"
    assert code_of(tmp_path / "pipe.py") == "not-a-file"
    assert code_of(tmp_path / "none.py") == "not-found"
    assert code_of(tmp_path / "gone.py") == "not-found"
    assert code_of(tmp_path / "loop.py") == "unreadable"
    assert code_of(tmp_path / "a\0b.py") == "unreadable"
    assert code_of(tmp_path / "long.py", limit=10) == "too-large"
    assert read_bytes(tmp_path / "long.py", limit=11) == b"x" * 11
