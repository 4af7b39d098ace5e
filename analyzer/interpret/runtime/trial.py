"""How the traced call is made: given up at the first thing that does not fit, or followed to its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from analyzer.interpret.runtime.exceptions import Mismatch
from analyzer.interpret.runtime.frames import Frame
from analyzer.values import Instance


class Trial:
    """The mode of the running call, and what is known about why it does not fit.

    Inputs are found by trying: a strict call ends at the first operation whose sizes do not agree, and ``mismatch``
    says which one. When no inputs were found with which the call runs, ``adjusts_sizes`` lets it go on all the same.
    """

    def __init__(self) -> None:
        self.strict = False
        """Whether the call is given up at the first thing that does not fit."""
        self.adjusts_sizes = False
        """Whether operations are followed whose sizes do not agree: no inputs were found with which they do."""
        self.mismatch: Mismatch | None = None
        """What did not fit last."""
        self.comparison: Mismatch | None = None
        """The last comparison in a strict call: it may be what a failing check was about."""
        self.raised_in: dict[Instance, tuple[Frame, ...]] = {}
        """The functions that were running when an exception was raised first, in a strict call."""

    @contextmanager
    def adjusting(self, adjusts: bool) -> Iterator[None]:
        """The call that is made meanwhile goes on with other sizes where they do not agree, if ``adjusts``."""
        self.adjusts_sizes = adjusts
        try:
            yield
        finally:
            self.adjusts_sizes = False

    @contextmanager
    def strictly(self) -> Iterator[None]:
        """The call that is made meanwhile is strict."""
        self.strict, self.mismatch = True, None
        try:
            yield
        finally:
            self.strict, self.raised_in = False, {}
