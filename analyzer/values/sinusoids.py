"""Arrays of sines and cosines that remember their angles: tables of positions are recognised by them."""

from __future__ import annotations

from typing import Any

import numpy as np

from analyzer.values.tensor import Array


class Sinusoid(np.ndarray[Any, np.dtype[Any]]):  # Any as for ``Array``, which Python does not let one derive from
    """What ``numpy.sin`` or ``numpy.cos`` gave; anything computed from it is an array like others."""

    function: str = ""
    """``sin`` or ``cos``, empty for what was computed from a sinusoid."""
    angles: Array | None = None


def sinusoid(function: str, angles: Array) -> Sinusoid:
    """The sines or cosines of ``angles``."""
    made: Sinusoid = getattr(np, function)(angles).view(Sinusoid)
    made.function, made.angles = function, angles
    return made
