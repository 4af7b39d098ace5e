"""How errors end a command: one line and exit code 2, the traceback with ``-v``."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from analyzer.base import AnalyzerError, one_line, readable
from analyzer.cli.codes import COULD_NOT, INTERRUPTED, TERMINATED
from analyzer.workers import Lost


class Failure(click.ClickException):
    """A command failed."""

    exit_code = COULD_NOT

    def __init__(self, error: BaseException, verbose: bool) -> None:
        super().__init__(one_line(_message(error)))
        self._trace = readable("".join(traceback.format_exception(error))) if verbose else ""

    def show(self, file: IO[Any] | None = None) -> None:
        if self._trace:
            click.echo(self._trace, err=True, nl=False)
        click.echo(f"{click.style('error:', fg='red', bold=True)} {self.message}", err=True)


def _message(error: BaseException) -> str:
    if isinstance(error, AnalyzerError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    if isinstance(error, SystemExit):
        return f"something ended the program (SystemExit: {error.code}), perhaps a rule; -v prints where"
    if isinstance(error, Lost):
        return f"the worker process ended ({error}); please report it with the file that it read"
    return f"internal error, please report it ({type(error).__name__}: {error}); -v prints the traceback"


class Interrupted(click.ClickException):
    """The user stopped the program (Ctrl-C)."""

    exit_code = INTERRUPTED

    def __init__(self, message: str = "interrupted") -> None:
        super().__init__(message)

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, err=True)


class Terminated(Interrupted):
    """A signal stopped the program (SIGTERM)."""

    exit_code = TERMINATED


@contextmanager
def showable() -> Iterator[None]:
    """Escape what does not print in messages about arguments."""
    try:
        yield
    except click.ClickException as error:
        vars(error).update(message=readable(error.message))
        raise


def is_verbose(ctx: click.Context) -> bool:
    """Whether ``-v`` was given to the program or to its command."""
    return bool((ctx.find_root().obj or {}).get("verbose"))
