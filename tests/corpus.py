"""The pinned transformers tree that tests on real source use."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import pytest

PINNED = "5.23.0"


def installed() -> Path | None:
    """The package folder of the installed transformers, found without importing it; None if there is none."""
    spec = find_spec("transformers")
    return Path(spec.origin).parent if spec and spec.origin else None


def pinned() -> Path:
    """The package folder of the pinned transformers; skips the test where another version, or none, is installed."""
    folder = installed()
    try:
        found = version("transformers")
    except PackageNotFoundError:
        found = "none"
    if folder is None or found != PINNED:
        pytest.skip(f"needs transformers {PINNED}, found {found}")
    return folder
