"""Configurations as users give them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from analyzer.base import InputError
from analyzer.engine import ConfigFile


def read_config(config: Mapping[str, object] | str | Path | None) -> Mapping[str, object] | None:
    """The content of a config.json given by path, or the mapping that was given; see ``read_file``."""
    return config if config is None or isinstance(config, Mapping) else read_file(config).content


def read_file(config: str | Path) -> ConfigFile:
    """A config.json, or the one in a folder.

    Raises InputError for a file that is missing, is not JSON, or holds something other than an object.
    """
    path = Path(config)
    path = path / "config.json" if path.is_dir() else path
    try:
        text = path.read_bytes().decode()
        content = msgspec.json.decode(text)
    except OSError as error:
        raise InputError(error.strerror or str(error), path=str(path), code="config") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not valid JSON: {error}", path=str(path), line=_line(path, error), code="config") from error
    if not isinstance(content, dict):
        raise InputError("a configuration is a JSON object", path=str(path), line=1, code="config")
    return ConfigFile(str(path), text, content)


def _line(path: Path, error: Exception) -> int:
    """The line of the byte position that the decoder names; the last one if it names none, for then the text ends."""
    _, _, position = str(error).rpartition("(byte ")
    digits, content = position.rstrip(")"), path.read_bytes()
    return content[: int(digits) if digits.isdigit() else len(content)].count(b"\n") + 1
