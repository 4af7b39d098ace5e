"""The steps of a worker, reported to its parent, so that the parent can explain a crash and end a hang."""

from __future__ import annotations

from collections.abc import Callable

LONGEST = 300
"""The most characters of a name that are reported."""

_listeners: list[Callable[[str, float | None], None]] = []
"""One in a worker process, none anywhere else."""


def step(name: str, seconds: float | None) -> None:
    """Report that the step ``name`` begins. The parent ends the worker if no other step follows within ``seconds``
    (None: no limit). Does nothing outside a worker process."""
    for listener in _listeners:
        listener(name[:LONGEST], seconds)


def tell(listener: Callable[[str, float | None], None]) -> None:
    """Call ``listener`` with every step from now on."""
    _listeners.append(listener)
