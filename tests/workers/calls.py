"""What the workers of these tests are asked to do."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analyzer.workers import limits, step


def plain(items: Sequence[Any], *arguments: Any) -> list[Any]:
    """Each item; a callable one is called."""
    return [item(*arguments) if callable(item) else item for item in items]


class Exit:
    def __init__(self, code: int) -> None:
        self.code = code

    def __call__(self) -> None:
        os._exit(self.code)


def crash() -> None:
    """A segmentation fault."""
    ctypes.string_at(0)


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    sys.exit(4)


def interrupt() -> None:
    raise KeyboardInterrupt


def broken() -> None:
    raise ZeroDivisionError("by nothing")


def unable_to_travel() -> object:
    return threading.Lock()


class Shy(Exception):
    """Can be pickled, and not put together again."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__("too shy to travel")


def shy() -> None:
    raise Shy(1, 2)


class Voiceless(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


def voiceless() -> None:
    raise Voiceless


def process() -> int:
    return os.getpid()


def slow_in_python() -> None:
    step("sleeping", 0.2)
    time.sleep(60)


def slow_in_c() -> None:
    """No other thread of the process runs meanwhile, and no signal is handled."""
    step("counting", 0.2)
    sum(range(10**12))


def talk() -> str:
    print("a word on standard output")
    os.write(1, b"another one\n")
    os.system("echo a third one")
    return sys.stdin.read()


def greedy() -> int:
    return len([0] * 10**9)


def deep() -> int:
    """Recursion in C as deep as an eight-megabyte stack does not bear."""
    sys.setrecursionlimit(100_000)
    nested: list[Any] = []
    for _ in range(60_000):
        nested = [nested]
    return len(repr(nested))


def core_size() -> int:
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)[0]


class DiesOnce:
    """Ends the process of the first try."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __call__(self) -> str:
        if not self.marker.exists():
            self.marker.touch()
            os._exit(1)
        return "second try"


class Marks:
    """Says by a file that it was called."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __call__(self) -> None:
        self.marker.touch()


class Leaves:
    """Starts a process that holds everything open which it was given, and ends."""

    def __call__(self) -> None:
        if os.fork() == 0:
            time.sleep(60)
        os._exit(5)


KEPT: list[bytes] = []


def hoard() -> int:
    """Keeps half of what a worker may have."""
    KEPT.append(b"x" * (limits.MEMORY // 2))
    return os.getpid()
