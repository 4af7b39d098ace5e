"""What external libraries mean: tensor operations and library classes, described, never imported."""

from pathlib import Path

PRELUDE = Path(__file__).parent / "prelude"
"""Folder of library modules written in the analysed language; the interpreter reads them like any other source."""

__all__ = ["PRELUDE"]
