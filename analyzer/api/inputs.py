"""Configurations as users give them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from analyzer.base import InputError


def read_config(config: Mapping[str, object] | str | Path | None) -> Mapping[str, object] | None:
    """The content of a config.json given by path, or the mapping that was given.

    Raises InputError for a file that is missing, is not JSON, or holds something other than an object.
    """
    if config is None or isinstance(config, Mapping):
        return config
    path = Path(config)
    path = path / "config.json" if path.is_dir() else path
    try:
        content = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise InputError(error.strerror or str(error), path=str(path), code="config") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not valid JSON: {error}", path=str(path), line=_line(path, error), code="config") from error
    if not isinstance(content, dict):
        raise InputError("a configuration is a JSON object", path=str(path), line=1, code="config")
    return content


def _line(path: Path, error: Exception) -> int:
    """The line of the byte position that the decoder names, 1 if it names none."""
    _, _, position = str(error).rpartition("(byte ")
    digits = position.rstrip(")")
    return path.read_bytes()[: int(digits)].count(b"\n") + 1 if digits.isdigit() else 1
