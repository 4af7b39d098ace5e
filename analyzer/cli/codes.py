"""Exit codes."""

from typing import Final

FOUND: Final = 1
"""Findings or differences that the options ask to fail the run; never anything else."""
COULD_NOT: Final = 2
"""The command failed."""
UNREAD: Final = 3
"""Findings are to fail the run, and there are none, but part of the input could not be read."""
INTERRUPTED: Final = 130
TERMINATED: Final = 143
