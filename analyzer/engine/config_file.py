"""The config.json that a model is analysed under, and where in it a field stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from analyzer.base import InputError
from analyzer.engine.task import ConfigFile, Settings
from analyzer.graph import BuiltModel
from analyzer.names import ModelEntry
from analyzer.report import Problem
from analyzer.sources.config_json import NAME, accepted, read_config
from analyzer.sources.documents import line_of
from analyzer.sources.read import is_file


def beside(root: Path, entry: ModelEntry) -> ConfigFile | None:
    """The config.json in the folder of the model's file; None if there is none, or it is another model's.

    One that cannot be taken has no content but what is wrong with it.
    """
    relative = Path(entry.path).parent / NAME
    if not is_file(root / relative):
        return None
    try:
        document = accepted(read_config(root / relative, shown=relative.as_posix(), within=root))
    except InputError as error:
        return ConfigFile(relative.as_posix(), "", None, error)
    if document.content.get("model_type", entry.model_type) != entry.model_type:
        return None
    return ConfigFile(relative.as_posix(), document.text, document.content)


def problems(model: BuiltModel, settings: Settings, file: ConfigFile | None) -> Iterator[Problem]:
    """What was wrong with the file, and with the given fields, at their lines where they come from a file."""
    if file is not None and (error := file.error) is not None:
        yield Problem(path=error.path, line=error.line, code=error.code, message=error.message)
    for issue in model.config_issues:
        name = issue.field
        given = {} if file is None or name in settings.overrides else file.content or {}
        from_file = file if name.partition(".")[0] in given else None
        path, line = ("", 0) if from_file is None else (from_file.path, line_of(from_file.text, name))
        yield Problem(path=path, line=line, code="config", message=f"{model.class_name}: {issue.message}")
