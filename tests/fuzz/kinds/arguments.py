"""Values that are large, deep, shared, endless, lying, of the wrong sort or of no sort."""

from __future__ import annotations

from pathlib import Path

_VALUES = Path(__file__).parents[1] / "values"


def _lines(name: str) -> tuple[str, ...]:
    return tuple(line for line in (_VALUES / name).read_text(encoding="utf-8").splitlines() if line)


SETUP = _lines("setup.txt")
"""Lines of the constructor that define what the expressions below mention."""
ARGUMENTS = _lines("arguments.txt")
"""Expressions of all sorts."""
RECEIVERS = _lines("receivers.txt")
"""Expressions whose methods are called."""
