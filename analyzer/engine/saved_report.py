"""A report that ``asbuilt scan --format json`` has written, read again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from analyzer.base import InputError, as_path
from analyzer.report import Report
from analyzer.sources.read import read_bytes

_MOST: Final = 1_000_000_000
"""Bytes; the report of all of transformers has less than a tenth."""


def read_report(path: Path) -> Report:
    """The report in a file. Raises InputError if it cannot be read or is none."""
    shown = as_path(str(path))
    data = read_bytes(path, shown=shown, limit=_MOST)
    try:
        return msgspec.json.decode(data, type=Report)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        message = f"is no report of this version ({error}); `asbuilt scan --format json` writes one"
        raise InputError(message, path=shown, code="no-report") from error
