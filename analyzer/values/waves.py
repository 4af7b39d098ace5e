"""Arrays of sines and cosines: that they are, and of which angles, is what tables of positions are told by."""

from __future__ import annotations

from typing import Any

import numpy as np

from analyzer.values.tensor import Array


class Wave(np.ndarray[Any, np.dtype[Any]]):  # Any as for ``Array``, which Python does not let one derive from
    """What ``numpy.sin`` or ``numpy.cos`` gave; anything computed from it is an array like others."""

    function: str = ""
    """``sin`` or ``cos``, empty for what was computed from a wave."""
    angles: Array | None = None


def wave(function: str, angles: Array) -> Wave:
    """The sines or cosines of ``angles``."""
    made: Wave = getattr(np, function)(angles).view(Wave)
    made.function, made.angles = function, angles
    return made
