"""The config.json that a model is analysed under, and where in it a field stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from analyzer.engine.task import ConfigFile, Settings
from analyzer.graph import BuiltModel
from analyzer.names import ModelEntry
from analyzer.report import Problem

NAME = "config.json"


def beside(root: Path, entry: ModelEntry) -> ConfigFile | None:
    """The config.json in the folder of the model's file; None if there is none, it is unreadable, or another model's.

    The catalogue reports one that is malformed.
    """
    relative = Path(entry.path).parent / NAME
    try:
        text = (root / relative).read_text(encoding="utf-8")
        content = msgspec.json.decode(text)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError):
        return None
    if not isinstance(content, dict) or content.get("model_type", entry.model_type) != entry.model_type:
        return None
    return ConfigFile(relative.as_posix(), text, content)


def problems(model: BuiltModel, settings: Settings, file: ConfigFile | None) -> Iterator[Problem]:
    """What was wrong with the given fields, at their lines where they come from a file."""
    for issue in model.config_issues:
        name = issue.field
        from_file = file is not None and name.partition(".")[0] in file.content and name not in settings.overrides
        message = f"{model.class_name}: {issue.message}"
        path, line = (file.path, line_of(file.text, name)) if from_file and file is not None else ("", 0)
        yield Problem(path=path, line=line, code="config", message=message)


def line_of(text: str, field: str) -> int:
    """The line on which a dotted field of a JSON text begins; that of its parent if it is not found, from 1."""
    position = 0
    for part in field.split("."):
        found = re.compile(f'"{re.escape(part)}"\\s*:').search(text, position)
        if found is None:
            break
        position = found.start()
    return text.count("\n", 0, position) + 1
