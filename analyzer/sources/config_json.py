"""``config.json``: what a model's configuration class is given."""

from __future__ import annotations

from pathlib import Path

from analyzer.base import InputError
from analyzer.sources.documents import Document, Limits, checked, read_json

NAME = "config.json"
CODE = "bad-config"
_LIMITS = Limits(size=10_000_000, values=250_000)
"""Far above the largest that are published, whose labels have tens of thousands of entries."""


def read_config(path: Path, *, shown: str = "", within: Path | None = None, code: str = CODE) -> Document:
    """The file at ``path``, its values not looked at. Raises InputError, as
    :func:`analyzer.sources.documents.read_json`."""
    return read_json(path, code=code, limits=_LIMITS, shown=shown, within=within)


def accepted(document: Document, *, code: str = CODE) -> Document:
    """``document`` if it is an object whose values fields can take. Raises InputError with field and line."""
    if not isinstance(document.content, dict):
        raise InputError("a configuration is a JSON object", path=document.path, line=1, code=code)
    return checked(document, code=code, limits=_LIMITS)
