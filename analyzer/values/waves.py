"""Arrays of sines and cosines: that they are, and of which angles, is what tables of positions are told by."""

from __future__ import annotations

from typing import Any

import numpy as np


class Wave(np.ndarray[Any, np.dtype[Any]]):
    """What ``numpy.sin`` or ``numpy.cos`` gave; anything computed from it is an array like others."""

    function: str = ""
    """``sin`` or ``cos``, empty for what was computed from a wave."""
    angles: np.ndarray[Any, Any] | None = None


def wave(function: str, angles: np.ndarray[Any, Any]) -> Wave:
    """The sines or cosines of ``angles``."""
    made: Wave = getattr(np, function)(angles).view(Wave)
    made.function, made.angles = function, angles
    return made
