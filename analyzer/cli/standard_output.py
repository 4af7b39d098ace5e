"""Standard output carries what a command prints, and nothing else."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, slots=True)
class _Kept:
    """The stream, and a copy of its descriptor where that was pointed elsewhere."""

    stream: TextIO
    descriptor: int | None


_kept: list[_Kept] = []


@contextlib.contextmanager
def reserved() -> Iterator[None]:
    """Send what is printed in the body (by a user's rules, by what they call) to standard error, until a command prints
    through ``printing``."""
    if _kept:
        yield
        return
    _keep(sys.stdout)
    try:
        yield
    finally:
        release()


@contextlib.contextmanager
def printing() -> Iterator[None]:
    """Standard output for the body. Where nobody reads it any more, as behind ``| head``, the body ends quietly."""
    release()
    try:
        yield
        _flush()
    except BrokenPipeError:
        discard()


def release() -> None:
    """Give standard output back to whatever prints."""
    while _kept:
        kept = _kept.pop()
        with contextlib.suppress(OSError, ValueError):
            _flush()
        sys.stdout = kept.stream
        if kept.descriptor is not None:
            os.dup2(kept.descriptor, 1)
            os.close(kept.descriptor)


def settle() -> None:
    """Drop what standard output does not take, as on a full disk: Python would try once more when it ends, and exit
    with a code of its own."""
    try:
        _flush()
    except (OSError, ValueError):
        discard()


def discard() -> None:
    """Write the rest to nowhere, also what is flushed when the program ends."""
    with contextlib.suppress(OSError, ValueError, AttributeError):  # no descriptor behind it
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def _flush() -> None:
    with contextlib.suppress(AttributeError):  # None where the stream was closed before the program started
        sys.stdout.flush()


def _keep(stream: TextIO) -> None:
    descriptor = None
    if _descriptor(stream) == 1:
        stream.flush()
        descriptor = os.dup(1)
        with contextlib.suppress(OSError):  # there is no standard error
            os.dup2(2, 1)
    _kept.append(_Kept(stream, descriptor))
    sys.stdout = sys.stderr


def _descriptor(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (io.UnsupportedOperation, ValueError, AttributeError):
        return None
