"""Output: colours only on a terminal, progress on standard error, files written atomically."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from analyzer.base import json_document, one_line, readable
from analyzer.cli.files import whole
from analyzer.cli.standard_output import printing
from analyzer.cli.wrapping import wrapped
from analyzer.engine import Progress as Report
from analyzer.outputs import Rendered, printable


def write(rendered: Rendered, output: Path | None = None) -> None:
    """Print what a format rendered, or write it to ``output`` (``InputError`` when that fails)."""
    match rendered:
        case bytes():
            emit_document(rendered, output)
        case str():
            emit_text(rendered, output)
        case _:
            emit(rendered, output)


def emit(lines: Iterable[str | Text], output: Path | None = None) -> None:
    """Print ``lines`` as they come, or write them as plain text to the file ``output``; each item is one line.

    Raises ``InputError`` when the file cannot be written.
    """
    lines = map(printable, lines)
    if output is not None:
        with whole(output) as file:
            file.writelines(f"{line.plain if isinstance(line, Text) else line}\n".encode() for line in lines)
        return
    with printing():
        console = _Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
        for line in lines:
            if isinstance(line, Text):
                for piece in wrapped(line, console.width) if console.is_terminal else (line,):
                    console.print(piece)
            else:
                click.echo(line)


def emit_text(text: str, output: Path | None = None) -> None:
    """Print a finished document, or write it to ``output`` (``InputError`` when that fails)."""
    emit_document(readable(text.removesuffix("\n")).encode(), output)


def emit_json(value: object, output: Path | None = None, indent: int = 2) -> None:
    """Print ``value`` as a JSON document, or write it to ``output`` (``InputError`` when that fails)."""
    emit_document(json_document(value, indent=indent), output)


def emit_document(document: bytes, output: Path | None = None) -> None:
    """Print a document in UTF-8 that lacks its last line's end, or write it to ``output`` (``InputError`` when that
    fails). It may be large, so it is not copied."""
    if output is not None:
        with whole(output) as file:
            file.write(document)
            file.write(b"\n")
    else:
        with printing():
            click.echo(document, nl=False)
            click.echo()


class _Console(Console):
    """One that leaves it to its caller what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        raise


def usable_streams() -> None:
    """Make the standard streams take any text.

    What goes to a file or a pipe is UTF-8 on every system, as documents are; Windows has a code page of few characters
    for it. A terminal keeps its encoding and gets the escape of what that lacks. What goes to a closed stream goes
    nowhere.
    """
    sys.stdout = sys.stdout or _nowhere(1)
    sys.stderr = sys.stderr or _nowhere(2)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _nowhere(descriptor: int) -> TextIO:
    """A stream to nowhere in place of a closed one, which worker processes get too."""
    empty = os.open(os.devnull, os.O_RDWR)
    if empty != descriptor:
        os.dup2(empty, descriptor)
        os.close(empty)
    os.set_inheritable(descriptor, True)
    return os.fdopen(descriptor, "w", encoding="utf-8")


@contextmanager
def progress_bar(task: str) -> Iterator[Report | None]:
    """A callback that draws a progress bar on standard error; None if that is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(
        *columns, TextColumn("{task.fields[last]}", markup=False), console=Console(stderr=True), transient=True
    ) as bar:
        identifier = bar.add_task(task, total=None, last="")

        def update(done: int, total: int, last: str) -> None:
            bar.update(identifier, completed=done, total=total, last=one_line(last))

        yield update
