"""Reading files: encodings, limits, and what is no file."""

from __future__ import annotations

import codecs
import os
import socket
import stat
import sys
from pathlib import Path

import pytest

from analyzer.base import InputError
from analyzer.sources import inside
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


@pytest.mark.parametrize(
    "name",
    [
        *(
            "unicode_escape",
            "raw_unicode_escape",
            "unicode-escape",
            "idna",
            "punycode",
            "rot13",
            "rot_13",
            "hex",
            "zlib",
        ),
        *("bz2", "base64", "uu", "quopri", "utf-7", "utf-16", "utf_16_le", "utf-32", "undefined", "charmap", "mbcs"),
        *("hz", "iso2022_jp", "cp037", "cp500", "aliases", "../x", "os.path", "x" * 5000),
    ],
)
def test_codecs_that_are_no_encodings_of_text_are_not_even_looked_up(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked_up(name: str) -> None:
        raise AssertionError(name)

    monkeypatch.setattr(codecs, "lookup", looked_up)
    data = f"\n# vim: set fileencoding={name} :\nx = '\\x41'\n".encode()
    with pytest.raises(InputError, match="save the file as UTF-8") as caught:
        decode(data, shown="m.py")
    assert (caught.value.line, caught.value.code) == (2, "undecodable")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *((name, "x = 'é'") for name in ("latin-1", "ISO-8859-15", "cp1252", "Windows-1252", "mac_roman", "utf8")),
        *(("koi8-r", "x = 'я'"), ("cp1251", "x = 'я'"), ("shift_jis", "x = 'あ'"), ("euc-kr", "x = '가'")),
        *(("gbk", "x = '中'"), ("big5", "x = '中'"), ("gb18030", "x = '😀'"), ("utf-8-sig", "x = 'é'")),
    ],
)
def test_encodings_of_text_are_read_as_python_reads_them(name: str, text: str) -> None:
    whole = f"# -*- coding: {name} -*-\n{text}\n"
    assert decode(whole.encode(name.replace("-sig", ""))) == whole


def test_declarations_count_where_python_looks_for_them() -> None:
    assert decode(b"x = 1 # coding: hex\n") == "x = 1 # coding: hex\n"
    assert decode(b"x = 1\n# coding: hex\n").endswith("hex\n")
    assert decode(b"\n\n# coding: hex\n").endswith("hex\n")
    assert decode(b"#!/bin/python\r# coding: latin-1\r'\xe9'").endswith("'é'")


def test_a_pipe_or_device_never_blocks_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    holder = os.open(tmp_path / "pipe", os.O_RDWR)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for path in (tmp_path / "pipe", tmp_path / "socket", Path("/dev/zero"), Path("/dev/tty"), tmp_path):
            assert code_of(path) in ("not-a-file", "unreadable")
    os.close(holder)


def test_what_is_opened_counts_and_not_what_was_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that becomes a pipe, or grows, between the look and the reading."""
    path, usual = tmp_path / "a.py", os.open

    def swapped(name: str, flags: int) -> int:
        path.unlink()
        os.mkfifo(path)
        return usual(name, flags)

    path.write_text("x = 1")
    monkeypatch.setattr(os, "open", swapped)
    assert code_of(path) == "not-a-file"
    monkeypatch.setattr(os, "open", usual)
    path.unlink()
    path.write_bytes(b"x" * 100)
    facts = os.stat_result((stat.S_IFREG, 0, 0, 0, 0, 0, 5, 0, 0, 0))
    monkeypatch.setattr(os, "fstat", lambda descriptor: facts)
    assert code_of(path, limit=99) == "too-large"
    assert read_bytes(path, limit=100) == b"x" * 100


def test_files_of_no_stated_size_are_read_up_to_the_limit() -> None:
    path = Path("/proc/self/status")
    if not path.exists():
        pytest.skip("no /proc here")
    assert read_bytes(path).startswith(b"Name:")
    assert code_of(path, limit=10) == "too-large"


# --- inside a tree -------------------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text("SECRET = 1")
    (tmp_path / "root/sub").mkdir(parents=True)
    (tmp_path / "root/a.py").write_text("x = 1")
    return tmp_path / "root"


def outcome(path: Path, root: Path) -> str:
    """The text of a file, or the code of the error."""
    try:
        return read_bytes(path, within=root).decode()
    except InputError as error:
        assert "SECRET" not in str(error)
        return error.code


def test_links_are_followed_inside_of_a_tree_only(root: Path) -> None:
    links = {
        "inner.py": "a.py",
        "sub/up.py": "../a.py",
        "sub/twice.py": "up.py",
        "out.py": "../outside/secret.py",
        "sub/out.py": "../../outside/secret.py",
        "absolute.py": str(root.parent / "outside/secret.py"),
        "hop.py": "out.py",
        "folder": "../outside",
        "loop.py": "loop.py",
        "device.py": "/dev/zero",
        "proc.py": "/proc/self/environ",
        "gone.py": "nowhere.py",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    found = {name: outcome(root / name, root) for name in links if name != "folder"}
    assert found.pop("loop.py") in ("unreadable", "not-found")
    assert found.pop("gone.py") == "not-found"
    assert {name for name, read in found.items() if read == "x = 1"} == {"inner.py", "sub/up.py", "sub/twice.py"}
    assert {read for read in found.values() if read != "x = 1"} == {"outside"}
    for name in ("folder/secret.py", "folder/none.py", "sub/../../outside/secret.py", "../outside/secret.py"):
        assert outcome(root / name, root) == "outside"
    assert outcome(root / "sub/../a.py", root) == "x = 1"


def test_a_root_of_links_is_the_users_own(root: Path) -> None:
    (root.parent / "link").symlink_to(root)
    assert outcome(root.parent / "link/a.py", root.parent / "link") == "x = 1"
    (root / "out.py").symlink_to("../outside/secret.py")
    assert outcome(root.parent / "link/out.py", root.parent / "link") == "outside"
    assert outcome(Path("/proc/self/status"), Path("/")).startswith("Name:")


def snapshot(cache: Path, name: str = "models--acme--tiny") -> Path:
    """A repository in the cache of a model hub: a snapshot of links to content."""
    folder = cache / name / "snapshots" / ("1" * 40)
    (folder / "sub").mkdir(parents=True)
    (cache / name / "blobs").mkdir()
    for number, (path, text) in enumerate({"modeling_a.py": "x = 1", "sub/b.py": "y = 2"}.items()):
        blob = cache / name / "blobs" / (str(number) * 40)
        blob.write_text(text)
        (folder / path).symlink_to(os.path.relpath(blob, (folder / path).parent))
    return folder


def test_snapshots_of_a_hub_are_links_to_the_blobs_of_their_repository(tmp_path: Path) -> None:
    folder = snapshot(tmp_path)
    assert outcome(folder / "modeling_a.py", folder) == "x = 1"
    assert outcome(folder / "sub/b.py", folder) == "y = 2"
    assert outcome(folder / "sub/b.py", folder / "sub") == "y = 2"
    other = snapshot(tmp_path, "models--acme--other")
    (tmp_path / "models--acme--tiny/blobs/notes").write_text("SECRET")
    for name, target in {
        "other.py": other.parents[1] / "blobs" / ("0" * 40),
        "named.py": "../../blobs/notes",
        "refs.py": "../../refs/main",
        "far.py": "../../../models--acme--other/blobs/" + "0" * 40,
    }.items():
        (folder / name).symlink_to(target)
        assert outcome(folder / name, folder) == "outside"
    (folder.parents[1] / "blobs" / ("9" * 40)).symlink_to(tmp_path)
    (folder / "chain.py").symlink_to("../../blobs/" + "9" * 40)
    assert outcome(folder / "chain.py", folder) == "outside"


def test_only_a_hubs_own_layout_is_a_snapshot(tmp_path: Path) -> None:
    folder = snapshot(tmp_path, "project")
    assert outcome(folder / "modeling_a.py", folder) == "outside"


def test_what_is_installed_here_may_be_links_to_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "lib/site-packages/package"
    installed.mkdir(parents=True)
    (tmp_path / "store").write_text("x = 1")
    (installed / "a.py").symlink_to(tmp_path / "store")
    assert outcome(installed / "a.py", installed) == "outside"
    inside._fence.cache_clear()
    monkeypatch.setattr(sys, "path", [*sys.path, str(installed.parent)])
    assert outcome(installed / "a.py", installed) == "x = 1"
    inside._fence.cache_clear()
