"""What all commands share: standard output is reserved for the result, and exit codes have fixed meanings."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

import click

from analyzer.base import Stop
from analyzer.cli.failure import Failure, Interrupted, Terminated, is_verbose, showable
from analyzer.cli.standard_output import discard, reserved, settle
from analyzer.cli.terminal import usable_streams


class _Signalled(Stop):
    """The process received SIGTERM."""


class Command(click.Command):
    """A command whose result is all that goes to standard output; what rules print goes to standard error.

    Its function returns the exit code, or None for 0.
    """

    def invoke(self, ctx: click.Context) -> Any:
        with reserved():
            code = super().invoke(ctx)
            ctx.exit(code or 0)


class CommandGroup(click.Group):
    """A group of such commands in the order in which they were added."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


class RootGroup(CommandGroup):
    """The outermost group, which turns every way to end into an exit code. Code 1 is reserved for findings.

    Errors end as ``Failure`` with 2, Ctrl-C with 130, SIGTERM with 143, each with a line on standard error. A reader
    that closes the pipe early, such as ``head``, is not an error.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        with _terminable():
            return super().main(*args, **kwargs)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        usable_streams()
        with _ended(None):
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _ended(ctx):
            return super().invoke(ctx)


def command(name: str, **attributes: Any) -> Callable[[Callable[..., Any]], Command]:
    """``click.command`` for a ``Command``."""
    return click.command(name, cls=Command, **attributes)


@contextmanager
def _ended(ctx: click.Context | None) -> Iterator[None]:
    try:
        with showable():
            yield
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise
    except BrokenPipeError:
        discard()
        raise click.exceptions.Exit(0) from None
    except KeyboardInterrupt:
        raise Interrupted from None
    except _Signalled:
        raise Terminated("terminated") from None
    except BaseException as error:  # the last stop before the user: no bug and no exit of a rule looks like "findings"
        settle()
        raise Failure(error, ctx is not None and is_verbose(ctx)) from error


@contextmanager
def _terminable() -> Iterator[None]:
    """Make SIGTERM raise ``_Signalled`` in the body; by default it ends the process without a message."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _Signalled
