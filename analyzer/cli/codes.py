"""Exit codes."""

from typing import Final

FOUND: Final = 1
"""Findings, or a difference, that were asked to fail the run; never anything else."""
COULD_NOT: Final = 2
"""What was asked could not be done."""
INTERRUPTED: Final = 130
TERMINATED: Final = 143
