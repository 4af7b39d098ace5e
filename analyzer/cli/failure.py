"""How errors end a command: one line and exit code 2, the traceback with ``-v``."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from analyzer.base import AnalyzerError, one_line, readable
from analyzer.cli.terminal import usable_streams

COULD_NOT = 2
FOUND = 1


class Failure(click.ClickException):
    """What was asked could not be done."""

    exit_code = COULD_NOT

    def __init__(self, error: Exception, verbose: bool) -> None:
        super().__init__(one_line(_message(error)))
        self._trace = readable("".join(traceback.format_exception(error))) if verbose else ""

    def show(self, file: IO[Any] | None = None) -> None:
        if self._trace:
            click.echo(self._trace, err=True, nl=False)
        click.echo(f"{click.style('error:', fg='red', bold=True)} {self.message}", err=True)


def _message(error: Exception) -> str:
    if isinstance(error, AnalyzerError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return f"internal error, please report it ({type(error).__name__}: {error}); -v prints the traceback"


class Commands(click.Group):
    """A group of commands in the order in which they were added, whose errors all end as ``Failure``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        usable_streams()
        with _showable():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _showable():
                return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:  # the last stop before the user: no bug may look like "findings"
            raise Failure(error, is_verbose(ctx)) from error


@contextmanager
def _showable() -> Iterator[None]:
    """What is said of arguments can be shown, whatever is in them."""
    try:
        yield
    except click.ClickException as error:
        vars(error).update(message=readable(error.message))
        raise


def is_verbose(ctx: click.Context) -> bool:
    """Whether ``-v`` was given to the program or to its command."""
    return bool((ctx.find_root().obj or {}).get("verbose"))
