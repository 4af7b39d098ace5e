"""Configurations as users give them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analyzer.engine import ConfigFile
from analyzer.sources import config_json
from analyzer.sources.config_json import NAME, accepted
from analyzer.sources.read import is_folder


def read_config(config: Mapping[str, object] | str | Path | None) -> Mapping[str, object] | None:
    """The content of a config.json given by path, or the mapping that was given; see ``read_file``."""
    return config if config is None or isinstance(config, Mapping) else read_file(config).content


def read_file(config: str | Path) -> ConfigFile:
    """A config.json, or the one in a folder.

    Raises InputError for a file that is missing, is not JSON, holds something other than an object, or values that no
    field can take.
    """
    path = Path(config)
    document = accepted(config_json.read_config(path / NAME if is_folder(path) else path, code="config"), code="config")
    return ConfigFile(document.path, document.text, document.content)
