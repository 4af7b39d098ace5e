"""A limit of recursion for code that would overflow the stack of the process under a higher one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

LEVELS = 1000
"""Python's usual limit."""


@contextmanager
def shallow() -> Iterator[None]:
    """At most ``LEVELS`` of recursion from here on, whatever the limit was: parsers and encoders in C take a high one
    for leave to overflow the stack."""
    usual = sys.getrecursionlimit()
    depth, frame = 0, sys._getframe()
    while frame.f_back is not None:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(min(usual, depth + LEVELS))
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)
