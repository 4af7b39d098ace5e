"""Options of ``scan`` together with what ``[tool.asbuilt]`` of pyproject.toml says."""

from __future__ import annotations

from dataclasses import replace

from analyzer.api import ProjectSettings
from analyzer.cli.options import Options


def completed(options: Options, settings: ProjectSettings) -> Options:
    """``options`` with the project's where the command line says nothing; rules of both are used."""
    return replace(
        options,
        rules=(*settings.rules, *options.rules),
        select=options.select or settings.select,
        ignore=options.ignore or settings.ignore,
    )
