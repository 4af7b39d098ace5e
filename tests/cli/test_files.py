"""Files are written whole, where and with the permissions that the user wants."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from analyzer.base import InputError
from analyzer.cli.files import whole
from tests.cli.programs import ALDER, done

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, modes, pipes")


def write(path: Path, content: bytes = b"new") -> None:
    with whole(path) as file:
        file.write(content)


def test_a_new_file(tmp_path: Path) -> None:
    write(tmp_path / "report")
    assert (tmp_path / "report").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_what_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), whole(tmp_path / "report") as file:
        file.write(b"half of")
        raise ZeroDivisionError
    assert (tmp_path / "report").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@posix
def test_permissions_are_those_of_new_files_or_of_what_is_replaced(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.touch()
    old.chmod(0o640)
    previous = os.umask(0o022)
    try:
        write(old)
        write(new)
    finally:
        os.umask(previous)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (old, new)] == [0o640, 0o644]


@posix
def test_links_stay(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "report"
    link.symlink_to("elsewhere/report")
    write(link)
    write(link, b"newer")
    assert link.is_symlink()
    assert (tmp_path / "elsewhere" / "report").read_bytes() == b"newer"


@posix
def test_pipes_and_devices_are_written_as_they_are(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write(pipe)
    reader.join()
    assert read == [b"new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    write(Path(os.devnull))
    assert not Path(os.devnull).is_file()


@posix
def test_standard_output_by_its_name(tmp_path: Path) -> None:
    if not Path("/dev/stdout").exists():
        pytest.skip("no such name")
    assert done("schema").stdout == done("schema").stdout
    by_name = done("scan", ALDER, "--format", "json", "-o", "/dev/stdout")
    assert by_name.stdout == done("scan", ALDER, "--format", "json").stdout


@posix
@pytest.mark.skipif(sys.platform != "win32" and os.geteuid() == 0, reason="root may write anywhere")
def test_a_file_in_a_closed_folder_is_written_in_place(tmp_path: Path) -> None:
    (tmp_path / "report").touch()
    tmp_path.chmod(0o555)
    try:
        write(tmp_path / "report")
    finally:
        tmp_path.chmod(0o755)
    assert (tmp_path / "report").read_bytes() == b"new"


@pytest.mark.parametrize("place", ["missing/report", "."])
def test_what_can_not_be_written_is_said(tmp_path: Path, place: str) -> None:
    with pytest.raises(InputError, match="can not be written"):
        write(tmp_path / place)
