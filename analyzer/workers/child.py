"""The worker process: reads calls, makes them one after the other, writes back what they give."""

from __future__ import annotations

import contextlib
import importlib
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from analyzer.workers import limits, parent_death, steps
from analyzer.workers.loss import words
from analyzer.workers.protocol import MessageKind, packed, receive, send, unpacked


@dataclass(frozen=True, slots=True)
class Done:
    """What a call gave; ``leaving``: this process makes no more calls."""

    value: Any
    leaving: bool


@dataclass(frozen=True, slots=True)
class Raised:
    """What a call raised; ``error`` is the exception itself as bytes, None where it cannot travel."""

    reason: str
    traceback: str
    error: bytes | None
    leaving: bool


def main(tie: int | None, imports: Iterable[str]) -> None:
    """Work until the request pipe closes. ``tie`` is the pipe that the life of this process hangs on, ``imports`` are
    modules that will be needed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    requests, replies = _own_pipes()
    if tie is not None:
        parent_death.tie(tie)
    limits.limit()
    calls: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, calls), daemon=True).start()
    steps.tell(lambda name, seconds: send(replies, MessageKind.STEP, packed((name, seconds))))
    for module in imports:
        importlib.import_module(module)
    while True:
        send(replies, *_answer(calls.get()))


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to read calls from and to write answers to, out of reach of everything that runs here.

    What reads standard input finds it empty; what writes to standard output writes to standard error.
    """
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # there is no standard error
        os.dup2(nothing, 1)
    os.close(nothing)
    return open(requests, "rb", buffering=0), open(replies, "wb", buffering=0)  # noqa: PTH123 - descriptors


def _listen(requests: BinaryIO, calls: queue.SimpleQueue[bytes]) -> None:
    """Hand on calls, and end with the process that made them: it may be gone while one is at work."""
    while True:
        try:
            calls.put(receive(requests)[1])
        except (EOFError, OSError):
            os._exit(0)


def _answer(call: bytes) -> tuple[MessageKind, bytes]:
    try:
        function, arguments = _call(call)
        value = function(*arguments)
        _flush()
        return MessageKind.DONE, packed(Done(value, limits.is_worn()))
    except BaseException as error:  # noqa: BLE001 - whatever it is costs this call alone, also an exit
        return MessageKind.RAISED, _told(error)


def _call(call: bytes) -> tuple[Callable[..., object], tuple[object, ...]]:
    return cast("tuple[Callable[..., object], tuple[object, ...]]", unpacked(call))


def _flush() -> None:
    """Show what was printed; this process ends without the usual farewell."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


def _told(error: BaseException) -> bytes:
    trace = "".join(traceback.format_exception(error))
    leaving = limits.is_worn() or isinstance(error, MemoryError)
    return packed(Raised(words(error), trace, _travelling(error), leaving))


def _travelling(error: BaseException) -> bytes | None:
    try:
        return packed(error.with_traceback(None))
    except Exception:  # noqa: BLE001 - an error of any class, which may object to travelling in any way
        return None
