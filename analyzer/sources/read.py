"""Reads source files as the language says: encoding by byte order mark or declaration."""

from __future__ import annotations

import io
import os
import stat
import tokenize
from pathlib import Path

from analyzer.base import InputError

SIZE_LIMIT = 20_000_000
"""Bytes; larger files are refused: nobody wrote them, and parsing them takes minutes."""


def read_bytes(path: Path, *, shown: str = "", limit: int = SIZE_LIMIT) -> bytes:
    """The content of a regular file; ``shown`` is the path that errors name.

    Raises:
        InputError: Codes ``not-found``, ``not-a-file``, ``too-large``, ``unreadable``.
    """
    shown = shown or str(path)
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise InputError("not a regular file", path=shown, code="not-a-file")
        if facts.st_size > limit:
            problem = f"too large: {facts.st_size:,} bytes, the limit is {limit:,}"
            raise InputError(problem, path=shown, code="too-large")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("no such file", path=shown, code="not-found") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"can not be read: {reason}", path=shown, code="unreadable") from error


def is_file(path: Path) -> bool:
    """As ``Path.is_file``, but false where it is not allowed to look."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """As ``Path.is_dir`` likewise."""
    return os.path.isdir(path)  # noqa: PTH112


def decode(data: bytes, *, shown: str = "") -> str:
    """The text of a Python file, without its byte order mark, newlines untouched.

    Raises:
        InputError: Code ``undecodable``, with the line of the first bad byte.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"not valid {error.encoding}: byte 0x{data[error.start]:02x}"
        raise InputError(problem, path=shown, line=line, code="undecodable") from error
    except (SyntaxError, LookupError, ValueError) as error:
        # No such encoding, a codec that is not for text, or one that refuses the bytes in its own words.
        raise InputError(f"encoding: {error}", path=shown, line=_bad_line(data), code="undecodable") from error


def _bad_line(data: bytes) -> int:
    """The first line that is not UTF-8, else the first, where a declaration stands."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1
