"""What holds for the whole process and is set for a while: how deep calls may nest, how often garbage is looked for.

Every function here is a context manager that puts back what was there before.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

USUAL_LEVELS = 1000
"""Python's own limit of recursion."""
DEEP_LEVELS = 30_000
"""Enough for a program whose calls nest and for walks along a graph; some frames of Python stand for each."""
_RARELY = (100_000, 20, 100)


@contextmanager
def shallow() -> Iterator[None]:
    """At most ``USUAL_LEVELS`` of recursion from here on, whatever the limit was: parsers and encoders in C take a high
    one for leave to overflow the stack."""
    depth, frame = 0, sys._getframe()
    while frame.f_back is not None:
        depth, frame = depth + 1, frame.f_back
    with _recursion(min(sys.getrecursionlimit(), depth + USUAL_LEVELS)):
        yield


@contextmanager
def deep() -> Iterator[None]:
    """At least ``DEEP_LEVELS`` of recursion."""
    with _recursion(max(sys.getrecursionlimit(), DEEP_LEVELS)):
        yield


@contextmanager
def _recursion(limit: int) -> Iterator[None]:
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Few looks for garbage, for work whose objects mostly live as long as its result."""
    thresholds = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


@contextmanager
def without_collecting() -> Iterator[None]:
    """No look for garbage at all, for work that makes many objects and no circles of them, such as parsing: collecting
    while a syntax tree grows costs a seventh of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
