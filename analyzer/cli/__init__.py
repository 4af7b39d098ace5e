"""The command line: thin; it parses options, calls the API, renders, and sets the exit code.

Nothing heavy is imported until a name is asked for, so that a worker process can start while that is done.
"""

from typing import TYPE_CHECKING

from analyzer.cli.start import run

if TYPE_CHECKING:
    from analyzer.cli.app import main

__all__ = ["main", "run"]


def __getattr__(name: str) -> object:
    if name != "main":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from analyzer.cli.app import main

    return main
