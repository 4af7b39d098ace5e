"""The one way in which a file is read: regular files only, no more than a limit, nothing outside of its tree.

A pipe, a device or a socket in place of a file never blocks: what was opened is looked at, not its name alone.
"""

from __future__ import annotations

import errno
import os
import stat
from enum import Enum
from pathlib import Path

from analyzer.base import InputError, as_path
from analyzer.sources.inside import real_place

SIZE_LIMIT = 2_000_000
"""Bytes; larger files are refused: nobody wrote them, and parsing them takes minutes."""
_OPEN = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    _OPEN |= getattr(os, _name, 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_CHUNK = 65_536


class FileKind(Enum):
    """What a path leads to."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "neither a folder nor a regular file"
    MISSING = "missing"


def read_bytes(path: Path, *, shown: str = "", limit: int = SIZE_LIMIT, within: Path | None = None) -> bytes:
    """The content of a regular file.

    Args:
        path: The file; links are followed, but never out of ``within``.
        shown: The path that errors name, ``path`` itself by default.
        limit: The most bytes that are read.
        within: The folder that the file has to be in, see :func:`analyzer.sources.inside.real_place`.

    Raises:
        InputError: Codes ``not-found``, ``not-a-file``, ``too-large``, ``outside``, ``unreadable``.
    """
    shown = shown or as_path(str(path))
    try:
        if within is None:
            return _content(path, _OPEN, shown, limit)
        return _content(real_place(path, within, shown), _OPEN | _NO_LINK, shown, limit)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise _refused(error, shown) from error


def read_unlinked(path: Path, *, limit: int) -> bytes:
    """The content of a regular file that is no link itself. Raises InputError, as :func:`read_bytes`."""
    try:
        return _content(path, _OPEN | _NO_LINK, str(path), limit)
    except (OSError, ValueError) as error:
        raise _refused(error, str(path)) from error


def kind_of(path: Path, *, shown: str = "") -> FileKind:
    """What ``path`` leads to. Raises InputError (``unreadable``) where it is not allowed to look, or links run in a
    circle."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return FileKind.MISSING
    except (OSError, ValueError) as error:
        raise _refused(error, shown or as_path(str(path))) from error
    return FileKind.FILE if stat.S_ISREG(mode) else FileKind.FOLDER if stat.S_ISDIR(mode) else FileKind.OTHER


def is_file(path: Path) -> bool:
    """As ``Path.is_file``, but false where it is not allowed to look."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """As ``Path.is_dir`` likewise."""
    return os.path.isdir(path)  # noqa: PTH112


def _content(place: Path | str, flags: int, shown: str, limit: int) -> bytes:
    _check(os.stat(place), shown, limit)  # noqa: PTH116 - so that a device is not even opened
    descriptor = os.open(place, flags)
    try:
        size = _check(os.fstat(descriptor), shown, limit)
        parts, left = [], limit + 1
        while left and (part := os.read(descriptor, min(left, size + 1))):
            parts.append(part)
            left, size = left - len(part), _CHUNK
    finally:
        os.close(descriptor)
    if not left:
        raise _too_large(limit + 1, shown, limit)
    return b"".join(parts)


def _check(facts: os.stat_result, shown: str, limit: int) -> int:
    """The size of a regular file within the limit."""
    if not stat.S_ISREG(facts.st_mode):
        raise InputError("not a regular file", path=shown, code="not-a-file")
    if facts.st_size > limit:
        raise _too_large(facts.st_size, shown, limit)
    return facts.st_size


def _too_large(size: int, shown: str, limit: int) -> InputError:
    return InputError(f"too large: {size:,} bytes, the limit is {limit:,}", path=shown, code="too-large")


def _refused(error: OSError | ValueError, shown: str) -> InputError:
    """The error for what the system refused."""
    if isinstance(error, FileNotFoundError):
        return InputError("no such file", path=shown, code="not-found")
    if isinstance(error, OSError) and error.errno == errno.ENXIO:  # a socket
        return InputError("not a regular file", path=shown, code="not-a-file")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return InputError(f"can not be read: {reason}", path=shown, code="unreadable")
