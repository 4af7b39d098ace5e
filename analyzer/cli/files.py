"""Files are written completely or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from analyzer.base import InputError
from analyzer.cli.standard_output import release


@contextlib.contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write what ``path`` will hold once the body is done; if it is not, ``path`` keeps what it held.

    It is written beside its place and moved there, with the permissions of what it replaces. What is no regular file
    (a device, a pipe, standard output by its name) is written as it is. Raises InputError if that cannot be done.
    """
    release()  # it may be asked for by name
    try:
        with _beside(path) if _is_replaceable(path) else path.open("wb") as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"can not be written: {error.strerror}", path=str(path), code="output") from error


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[BinaryIO]:
    place = Path(os.path.realpath(path))  # links stay, and what they lead to is replaced
    new = place.with_name(f".asbuilt-{secrets.token_hex(8)}.new")
    try:
        file = _created(new)
    except PermissionError:  # the folder takes no new file, but the one that is there may be written
        file, new = path.open("wb"), place
    try:
        with file:
            yield file
        if new != place:
            _move(new, place)
    except BaseException:
        if new != place:
            new.unlink(missing_ok=True)
        raise


def _created(path: Path) -> BinaryIO:
    """A new file with the permissions that new files have here."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return open(os.open(path, flags, 0o666), "wb")  # noqa: PTH123 - a descriptor


def _move(new: Path, place: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        new.chmod(stat.S_IMODE(place.stat().st_mode))
    try:
        new.replace(place)
    except OSError:  # a file that is mounted by itself cannot be replaced
        shutil.copyfile(new, place)
        new.unlink()


def _is_replaceable(path: Path) -> bool:
    """Whether there is nothing yet, or a regular file that is not open as standard output or error of this process."""
    try:
        found = path.stat()
    except OSError:
        return True
    return stat.S_ISREG(found.st_mode) and not any(_is_open(found, descriptor) for descriptor in (1, 2))


def _is_open(found: os.stat_result, descriptor: int) -> bool:
    try:
        return os.path.samestat(found, os.fstat(descriptor))
    except OSError:
        return False
