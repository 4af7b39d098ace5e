"""What a worker is at: told to the process it works for, so that a death can be explained and a hang be ended."""

from __future__ import annotations

from collections.abc import Callable

LONGEST = 300
"""Letters of a name that are told."""

_listeners: list[Callable[[str, float | None], None]] = []
"""One in a worker process, none anywhere else."""


def step(name: str, seconds: float | None) -> None:
    """Say that work called ``name`` begins, and after how many ``seconds`` a worker that says nothing new is to be
    ended (None: never). Does nothing outside a worker process."""
    for listener in _listeners:
        listener(name[:LONGEST], seconds)


def tell(listener: Callable[[str, float | None], None]) -> None:
    """Have ``listener`` told of every step from now on."""
    _listeners.append(listener)
